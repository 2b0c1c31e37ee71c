/**
 * Ids of ledger entries: `voicemail-<CallSid>-<attempt>`; `callback-<CallSid>` for a callback booked from the queue;
 * `callback-<hash>` for one requested by another program. The task's `voicemail_id` and the Message-ID hold the same id.
 */

/** The source of the pattern, for patterns that contain an id. */
export const ENTRY_ID_SOURCE = 'voicemail-CA[0-9a-f]{32}-\\d{1,3}|callback-(?:CA)?[0-9a-f]{32}';
const ENTRY_ID = new RegExp(`^(?:${ENTRY_ID_SOURCE})$`);

/** True for the id of a ledger entry; there may be no such entry. */
export function isEntryId(value: unknown): value is string {
  return typeof value === 'string' && ENTRY_ID.test(value);
}

/** @param attempt counts the recordings of one call from 1 */
export function voicemailEntryId(callSid: string, attempt: number): string {
  return `voicemail-${callSid}-${attempt}`;
}

/** Reads what `voicemailEntryId` wrote. */
export function parseVoicemailEntryId(id: string): { callSid: string; attempt: number } | undefined {
  const [, callSid, attempt] = /^voicemail-(CA[0-9a-f]{32})-(\d{1,3})$/.exec(id) ?? [];
  return callSid === undefined ? undefined : { callSid, attempt: Number(attempt) };
}

/** The id of a callback booked from the queue: one per call. */
export function callbackEntryId(callSid: string): string {
  return `callback-${callSid}`;
}

/** A point in time as text that sorts chronologically: whole seconds, UTC. */
export function timestampKey(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Reads what `chronologicalKey` wrote: what is listed. The index also lists what is no entry. */
export function readListedId(key: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ_(.+)$/.exec(key)?.[1];
}

/** A map key that sorts by time, then by id. */
export function chronologicalKey(id: string, at: number): string {
  return `${timestampKey(at)}_${id}`;
}

/** A map key that lists an entry for its rows alone: never equal to a key of `chronologicalKey`. */
export function rowsKey(id: string, at: number): string {
  return `${chronologicalKey(id, at)}${ROWS_SUFFIX}`;
}

const ROWS_SUFFIX = '_rows';
const LISTED_KEY = new RegExp(`^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)_(${ENTRY_ID_SOURCE})(${ROWS_SUFFIX})?$`);

/** Reads what `chronologicalKey` or `rowsKey` wrote. */
export function parseListedKey(key: string): { at: number; id: string; forRows: boolean } | undefined {
  const [, at, id, suffix] = LISTED_KEY.exec(key) ?? [];
  return at === undefined || id === undefined ? undefined : { at: Date.parse(at), id, forRows: suffix !== undefined };
}
