import { TwilioError } from '../world/twilio-error';
import type { SyncDocument, SyncService } from './sync-store';
import { updateValue, type ValueChange, type ValueErrorCodes, type WrittenData } from './sync-value';

export const DOCUMENT_ERRORS: ValueErrorCodes = { notFound: 54100, dataIsNull: 54101, revisionMismatch: 54103 };

/** @throws TwilioError 404 when the service has no such document */
export function findDocument(service: SyncService, sidOrName: string): SyncDocument {
  const document = service.documents.find(sidOrName);
  if (!document) throw new TwilioError(404, DOCUMENT_ERRORS.notFound, `Document not found: ${sidOrName}`);
  return document;
}

/** @throws TwilioError 409 when the unique name is taken, 429 */
export function createDocument(
  service: SyncService,
  uniqueName: string | null,
  written: WrittenData = { data: {}, bytes: 2 },
  expires: number | null = null,
): SyncDocument {
  const document = service.documents.add(uniqueName, expires, { ...written, revision: 0 });
  document.writes.take(written.bytes);
  return document;
}

/** @throws TwilioError 400, 412 or 429 when Sync refuses the update */
export function updateDocument(
  service: SyncService,
  document: SyncDocument,
  change: ValueChange,
  ifMatch: string | undefined,
): void {
  updateValue(document, document.writes, change, ifMatch, DOCUMENT_ERRORS);
  if (change.written) service.notify({ type: 'document_updated', object: document });
}

/** @throws TwilioError 429 */
export function removeDocument(service: SyncService, document: SyncDocument): void {
  document.writes.take();
  service.documents.remove(document);
  service.notify({ type: 'document_removed', object: document });
}
