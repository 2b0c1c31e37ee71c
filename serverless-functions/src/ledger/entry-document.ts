import type { LedgerEntry } from './entry';
import { truncateBytes } from './truncate';

/** Documents of 10 KiB and more take 2 writes a second instead of 20. */
const MAX_DOCUMENT_BYTES = 10_000;
const MAX_RECIPIENTS_BYTES = 4_000;
/** How many refused recipients are kept where not all fit. */
const MAX_KEPT_RECIPIENTS = 10;

/**
 * The entry as its document holds it: below the size from which Sync writes ten times slower. First recipients go, then
 * the transcript. Pure.
 */
export function toDocument(entry: LedgerEntry): LedgerEntry {
  const excess = Buffer.byteLength(JSON.stringify(entry)) - MAX_DOCUMENT_BYTES;
  if (excess <= 0) return entry;
  const { email, transcript } = entry;
  const hasRecipients = email.state === 'sent' || email.state === 'failed';
  if (hasRecipients && Buffer.byteLength(JSON.stringify(email.recipients)) > MAX_RECIPIENTS_BYTES) {
    // The settings say who received it. What must be kept is who did not.
    const refused = email.recipients.filter(({ state }) => state === 'refused').slice(0, MAX_KEPT_RECIPIENTS);
    return toDocument({ ...entry, email: { ...email, recipients: refused } });
  }
  if (transcript.state !== 'ready') return entry;
  const room = Math.max(0, Buffer.byteLength(transcript.text) - excess - 64);
  return { ...entry, transcript: { state: 'ready', text: truncateBytes(transcript.text, room) } };
}

/**
 * What an entry's document holds while the entry is being deleted. A conditional write puts it there, so that no change
 * of the entry is lost with it; Sync's own deletion has no condition (OpenAPI sync v1, DeleteDocument).
 */
export const removalMarkerOf = (id: string) => ({ version: 1, id, removed: true });

/** True for the document of an entry that was removed. */
export const isRemoved = ({ removed }: Record<string, unknown>): boolean => removed === true;
