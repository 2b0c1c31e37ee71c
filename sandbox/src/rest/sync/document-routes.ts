import { TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { documentJson, SYNC } from './sync-json';
import type { SyncDocument, SyncService } from './sync-store';
import { applyUpdate, readData, readExpiry, requireRevision, revisionText, validName } from './sync-value';

const LIST = '/v1/Services/{ServiceSid}/Documents';
const ONE = `${LIST}/{Sid}`;
/** OpenAPI sync v1: "The default is 50 and the maximum is 100". */
export const LARGEST_SYNC_PAGE = 100;
/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const NOT_FOUND = 54100;
const DATA_IS_NULL = 54101;
const REVISION_MISMATCH = 54103;

/** Sync Documents, by sid or unique name. */
export function documentRoutes(world: World, getService: (sid: string) => SyncService): Route[] {
  const find = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    const document = service.documents.find(params.Sid!);
    if (!document) throw new TwilioError(404, NOT_FOUND, `Document not found: ${params.Sid}`);
    return { service, document };
  };
  const show = (status: number, service: SyncService, document: SyncDocument): RestResponse => ({
    status,
    headers: { ETag: `"${revisionText(document.revision)}"` },
    body: documentJson(world.account.accountSid, service, document),
  });
  const describe = (document: SyncDocument) => `Sync document ${document.uniqueName ?? document.sid}`;

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const order = { rank: (document: SyncDocument) => [document.sequence] };
        const page = paginate(service.documents.list(), order, request.fields, request.query, LARGEST_SYNC_PAGE);
        const documents = page.items.map((document) => documentJson(world.account.accountSid, service, document));
        return { status: 200, body: { documents, meta: pageMeta(page, SYNC, request.path, 'documents') } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const name = request.fields.text('UniqueName');
        const uniqueName = name === undefined ? null : validName(name, 'UniqueName');
        const value = request.fields.has('Data') ? readData(request, DATA_IS_NULL) : { data: {}, bytes: 2 };
        const document = service.documents.add(uniqueName, readExpiry(request, 'Ttl') ?? null, {
          ...value,
          revision: 0,
        });
        document.writes.take(value.bytes);
        return { ...show(201, service, document), log: { text: `${describe(document)} created` } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, document } = find(request);
        document.reads.take();
        return show(200, service, document);
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const { service, document } = find(request);
        const written = request.fields.has('Data') ? readData(request, DATA_IS_NULL) : null;
        const expires = readExpiry(request, 'Ttl');
        // An attempt that loses the race for a revision counts too: it is the attempts that load Sync.
        document.writes.take(written?.bytes);
        requireRevision(document, request.ifMatch, REVISION_MISMATCH);
        applyUpdate(document, written, expires);
        const text = `${describe(document)} written, revision ${revisionText(document.revision)}`;
        return { ...show(200, service, document), log: { text } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { service, document } = find(request);
        document.writes.take();
        service.documents.remove(document);
        return { status: 204, log: { text: `${describe(document)} deleted` } };
      },
    },
  ];
}
