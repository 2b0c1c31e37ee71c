import { TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { pageMeta, pageOf } from '../page';
import type { RestAnswer, RestRequest, Route } from '../route';
import { documentJson, SYNC } from './sync-json';
import type { SyncDocument, SyncService } from './sync-store';
import { change, dataOf, expiryOf, requireRevision, revisionText, validName } from './sync-value';

const LIST = '/v1/Services/{ServiceSid}/Documents';
const ONE = `${LIST}/{Sid}`;
/** OpenAPI sync v1: "The default is 50 and the maximum is 100". */
export const LARGEST_SYNC_PAGE = 100;
/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const NOT_FOUND = 54100;
const DATA_IS_NULL = 54101;
const REVISION_MISMATCH = 54103;

/** Sync Documents, by sid or unique name. */
export function documentRoutes(world: World, serviceOf: (sid: string) => SyncService): Route[] {
  const find = ({ params }: RestRequest) => {
    const service = serviceOf(params.ServiceSid!);
    const document = service.documents.find(params.Sid!);
    if (!document) throw new TwilioError(404, NOT_FOUND, `Document not found: ${params.Sid}`);
    return { service, document };
  };
  const show = (status: number, service: SyncService, document: SyncDocument): RestAnswer => ({
    status,
    headers: { ETag: `"${revisionText(document.revision)}"` },
    body: documentJson(world.account.accountSid, service, document),
  });
  const nameOf = (document: SyncDocument) => `Sync document ${document.uniqueName ?? document.sid}`;

  return [
    {
      method: 'GET',
      path: LIST,
      answer(request) {
        const service = serviceOf(request.params.ServiceSid!);
        const order = { rank: (document: SyncDocument) => [document.sequence] };
        const page = pageOf(service.documents.list(), order, request.fields, request.query, LARGEST_SYNC_PAGE);
        const documents = page.items.map((document) => documentJson(world.account.accountSid, service, document));
        return { status: 200, body: { documents, meta: pageMeta(page, SYNC, request.path, 'documents') } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      answer(request) {
        const service = serviceOf(request.params.ServiceSid!);
        const name = request.fields.text('UniqueName');
        const uniqueName = name === undefined ? null : validName(name, 'UniqueName');
        const value = request.fields.has('Data') ? dataOf(request, DATA_IS_NULL) : { data: {}, bytes: 2 };
        const document = service.documents.add(uniqueName, expiryOf(request, 'Ttl') ?? null, { ...value, revision: 0 });
        document.writes.take(value.bytes);
        return { ...show(201, service, document), story: { text: `${nameOf(document)} created` } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      answer(request) {
        const { service, document } = find(request);
        document.reads.take();
        return show(200, service, document);
      },
    },
    {
      method: 'POST',
      path: ONE,
      answer(request) {
        const { service, document } = find(request);
        const written = request.fields.has('Data') ? dataOf(request, DATA_IS_NULL) : null;
        const expires = expiryOf(request, 'Ttl');
        // An attempt that loses the race for a revision counts too: it is the attempts that load Sync.
        document.writes.take(written?.bytes);
        requireRevision(document, request.ifMatch, REVISION_MISMATCH);
        change(document, written, expires);
        const text = `${nameOf(document)} written, revision ${revisionText(document.revision)}`;
        return { ...show(200, service, document), story: { text } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      answer(request) {
        const { service, document } = find(request);
        document.writes.take();
        service.documents.remove(document);
        return { status: 204, story: { text: `${nameOf(document)} deleted` } };
      },
    },
  ];
}
