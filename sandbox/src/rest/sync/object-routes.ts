import type { SyncCollection, SyncObject, SyncService } from '../../sync/sync-store';
import { validName } from '../../sync/sync-value';
import type { RestRequest, RestResponse, Route } from '../route';
import { listResponse } from './responses';

/** What distinguishes Documents from Maps. */
export interface ObjectKind<T extends SyncObject> {
  /** `Document` or `Map`, for messages and the log. */
  name: string;
  /** The segment of the path; in lower case the key of the list. */
  segment: string;
  collection(service: SyncService): SyncCollection<T>;
  /** @throws TwilioError 404 when the service has no such object */
  find(service: SyncService, sidOrName: string): T;
  json(service: SyncService, object: T): Record<string, unknown>;
  show(status: number, service: SyncService, object: T): RestResponse;
  create(service: SyncService, uniqueName: string | null, request: RestRequest): T;
  /** @returns the log text; undefined if it is not logged */
  update(service: SyncService, object: T, request: RestRequest): string | undefined;
  remove(service: SyncService, object: T): void;
}

/** The routes of one kind of Sync object, addressed by sid or unique name. */
export function objectRoutes<T extends SyncObject>(
  kind: ObjectKind<T>,
  getService: (sid: string) => SyncService,
): Route[] {
  const listPath = `/v1/Services/{ServiceSid}/${kind.segment}`;
  const objectPath = `${listPath}/{Sid}`;
  const find = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    return { service, object: kind.find(service, params.Sid!) };
  };
  const log = (object: T, what: string) => ({
    text: `Sync ${kind.name.toLowerCase()} ${object.uniqueName ?? object.sid} ${what}`,
  });

  return [
    {
      method: 'GET',
      path: listPath,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const order = { rank: (object: T) => [object.sequence] };
        return listResponse(request, kind.segment.toLowerCase(), kind.collection(service).list(), order, (object) =>
          kind.json(service, object),
        );
      },
    },
    {
      method: 'POST',
      path: listPath,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const name = request.fields.text('UniqueName');
        const object = kind.create(service, name === undefined ? null : validName(name, 'UniqueName'), request);
        return { ...kind.show(201, service, object), log: log(object, 'created') };
      },
    },
    {
      method: 'GET',
      path: objectPath,
      handle(request) {
        const { service, object } = find(request);
        object.reads.take();
        return kind.show(200, service, object);
      },
    },
    {
      method: 'POST',
      path: objectPath,
      handle(request) {
        const { service, object } = find(request);
        const what = kind.update(service, object, request);
        const response = kind.show(200, service, object);
        return what === undefined ? response : { ...response, log: log(object, what) };
      },
    },
    {
      method: 'DELETE',
      path: objectPath,
      handle(request) {
        const { service, object } = find(request);
        kind.remove(service, object);
        return { status: 204, log: log(object, 'deleted') };
      },
    },
  ];
}
