import type { Sid } from '../../world/types';
import type { ObjectKind } from './object-routes';
import { valueResponse } from './responses';
import { documentJson } from './sync-json';
import type { SyncDocument } from './sync-store';
import { readData, readExpiry, revisionText, updateValue } from './sync-value';

/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const NOT_FOUND = 54100;
const CODES = { dataIsNull: 54101, revisionMismatch: 54103 };

/** Sync Documents. */
export function documentKind(accountSid: Sid): ObjectKind<SyncDocument> {
  const json: ObjectKind<SyncDocument>['json'] = (service, document) => documentJson(accountSid, service, document);
  return {
    name: 'Document',
    segment: 'Documents',
    notFoundCode: NOT_FOUND,
    collection: ({ documents }) => documents,
    json,
    show: (status, service, document) => valueResponse(status, document, json(service, document)),
    create(service, uniqueName, request) {
      const value = request.fields.has('Data') ? readData(request, CODES.dataIsNull) : { data: {}, bytes: 2 };
      const document = service.documents.add(uniqueName, readExpiry(request, 'Ttl') ?? null, { ...value, revision: 0 });
      document.writes.take(value.bytes);
      return document;
    },
    update(document, request) {
      updateValue(document, document.writes, request, CODES, ['Ttl']);
      return `written, revision ${revisionText(document.revision)}`;
    },
  };
}
