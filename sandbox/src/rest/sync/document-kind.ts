import { createDocument, DOCUMENT_ERRORS, findDocument, removeDocument, updateDocument } from '../../sync/documents';
import type { SyncDocument } from '../../sync/sync-store';
import { revisionText } from '../../sync/sync-value';
import type { Sid } from '../../world/types';
import type { ObjectKind } from './object-routes';
import { valueResponse } from './responses';
import { documentJson } from './sync-json';
import { readData, readExpiry } from './sync-parameters';

/** Sync Documents. */
export function documentKind(accountSid: Sid): ObjectKind<SyncDocument> {
  const json: ObjectKind<SyncDocument>['json'] = (service, document) => documentJson(accountSid, service, document);
  return {
    name: 'Document',
    segment: 'Documents',
    collection: ({ documents }) => documents,
    find: findDocument,
    json,
    show: (status, service, document) => valueResponse(status, document, json(service, document)),
    create(service, uniqueName, request) {
      const written = readData(request, DOCUMENT_ERRORS.dataIsNull);
      return createDocument(service, uniqueName, written, readExpiry(request, 'Ttl') ?? null);
    },
    update(service, document, request) {
      const written = readData(request, DOCUMENT_ERRORS.dataIsNull);
      updateDocument(service, document, { written, expires: readExpiry(request, 'Ttl') }, request.ifMatch);
      return `written, revision ${revisionText(document.revision)}`;
    },
    remove: removeDocument,
  };
}
