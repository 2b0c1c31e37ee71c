import type { LedgerEntry, RecipientOutcome } from './entry';
import { abbreviate, hasProblem } from './settled-recipients';
import { truncateBytes } from './truncate';

/** One that `abbreviate` makes shorter: an email that may be sent again must know who has it. */
const isNamed = (one: RecipientOutcome) => !hasProblem(one) && one.address.includes('@');

/** Documents of 10 KiB and more take 2 writes a second instead of 20. */
const MAX_DOCUMENT_BYTES = 10_000;
const MAX_RECIPIENTS_BYTES = 4_000;
/** How many recipients with a problem (refused, bounced, complained) are kept where not all fit. */
const MAX_KEPT_RECIPIENTS = 10;

/**
 * The entry as its document holds it: below the size from which Sync writes ten times slower. First recipients go, then
 * the transcript. Pure.
 *
 * A recipient takes about 70 bytes and the length of their address, and 55 to 80 more once their mail's delivery is
 * reported; so some thirty fit beside a whole transcript.
 */
export function toDocument(entry: LedgerEntry): LedgerEntry {
  const excess = Buffer.byteLength(JSON.stringify(entry)) - MAX_DOCUMENT_BYTES;
  if (excess <= 0) return entry;
  const { email, transcript } = entry;
  if (email.state === 'failed' && email.recipients.some(isNamed))
    return toDocument({ ...entry, email: { ...email, recipients: abbreviate(email.recipients) } });
  if (email.state === 'failed' && Buffer.byteLength(JSON.stringify(email.recipients)) > MAX_RECIPIENTS_BYTES) {
    const troubled = email.recipients.filter(hasProblem).slice(0, MAX_KEPT_RECIPIENTS);
    const recipients = [...email.recipients.filter((one) => !hasProblem(one)), ...troubled];
    if (recipients.length < email.recipients.length) return toDocument({ ...entry, email: { ...email, recipients } });
  }
  if ((email.state === 'pending' || email.state === 'sending') && email.settled?.some(isNamed))
    return toDocument({ ...entry, email: { ...email, settled: abbreviate(email.settled) } });
  if (email.state === 'sent' && Buffer.byteLength(JSON.stringify(email.recipients)) > MAX_RECIPIENTS_BYTES) {
    // The settings say who received it. What must be kept is who did not.
    const troubled = email.recipients.filter(hasProblem).slice(0, MAX_KEPT_RECIPIENTS);
    if (troubled.length < email.recipients.length)
      return toDocument({ ...entry, email: { ...email, recipients: troubled } });
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
