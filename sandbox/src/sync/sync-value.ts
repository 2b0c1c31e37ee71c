import { badRequest, TwilioError } from '../world/twilio-error';
import type { RateBucket } from './rate-bucket';

/** twilio.com/docs/sync/api/document-resource: "up to 16 KiB in length". */
const MAX_DATA_BYTES = 16 * 1024;
/** OpenAPI sync v1, Ttl: "an integer from 0 to 31,536,000 (1 year)". */
const MAX_TTL_SECONDS = 31_536_000;
const MAX_NAME_LENGTH = 320;
/** https://www.twilio.com/docs/api/errors/54010 */
export const NO_PARAMETERS = 54010;

/** JSON with the number of its changes and the time it ends: what a Document and a Map Item have in common. */
export interface SyncValue {
  data: Record<string, unknown>;
  bytes: number;
  revision: number;
  dateCreated: number;
  dateUpdated: number;
  /** Milliseconds since 1970; null: never. */
  expires: number | null;
}

/** Data as a client wrote it. */
export type WrittenData = Pick<SyncValue, 'data' | 'bytes'>;

/** An update of the data, the expiry or both; undefined leaves either as it is. */
export interface ValueChange {
  written?: WrittenData | undefined;
  expires?: number | null | undefined;
}

/** Sync's numbers for refused requests: https://www.twilio.com/docs/api/errors/<number>. */
export interface ValueErrorCodes {
  notFound: number;
  dataIsNull: number;
  revisionMismatch: number;
}

/** A revision as Sync writes it. */
export function revisionText(revision: number): string {
  return revision.toString(16);
}

/**
 * Data given as JSON text.
 * @param nullCode Sync's code for missing data
 * @throws TwilioError 400 when missing or no JSON object, 413 above 16 KiB
 */
export function parseData(text: string | undefined, nullCode: number): WrittenData {
  if (text === undefined || text === 'null') throw badRequest("The 'Data' parameter cannot be null", nullCode);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DATA_BYTES) throw new TwilioError(413, 54006, `Request entity too large: ${bytes} bytes of Data`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw badRequest("Invalid JSON: the 'Data' parameter cannot be parsed", 54008);
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw badRequest("Invalid JSON: the 'Data' parameter must be an object", 54008);
  }
  return { data: data as Record<string, unknown>, bytes };
}

/**
 * When something written now expires.
 * @returns milliseconds since 1970, null for never (0 seconds)
 * @throws TwilioError 400 outside 0..31536000 seconds
 */
export function expiryAfter(seconds: number, parameter: string): number | null {
  if (seconds < 0 || seconds > MAX_TTL_SECONDS)
    throw badRequest(`${parameter} must be from 0 to ${MAX_TTL_SECONDS} seconds`);
  return seconds === 0 ? null : Date.now() + seconds * 1000;
}

/** @throws TwilioError 400 for a unique name or key over 320 characters or empty. */
export function validName(name: string, parameter: string): string {
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH) return name;
  throw badRequest(`${parameter} must have 1 to ${MAX_NAME_LENGTH} characters`);
}

/** @throws TwilioError 412 when `If-Match` names another revision; 400, 54003, when it names none at all. */
export function requireRevision(value: SyncValue, ifMatch: string | undefined, mismatchCode: number): void {
  if (ifMatch === undefined) return;
  const wanted = ifMatch.trim().replace(/^(W\/)?"|"$/g, '');
  if (wanted === '*') return;
  if (!/^[0-9a-f]+$/i.test(wanted)) throw badRequest(`Invalid If-Match header "${ifMatch}"`, 54003);
  if (Number.parseInt(wanted, 16) === value.revision) return;
  throw new TwilioError(412, mismatchCode, 'The revision of the object does not match the expected revision');
}

/**
 * Updates the data, the expiry or both.
 * @param writes the rate that the write counts against
 * @param mayBeEmpty whether the request may change neither, because it changes the map
 * @throws TwilioError 400, 54010, when the request changes nothing; 400, 412 or 429 when Sync refuses it
 */
export function updateValue(
  value: SyncValue,
  writes: RateBucket,
  { written, expires }: ValueChange,
  ifMatch: string | undefined,
  { revisionMismatch }: ValueErrorCodes,
  mayBeEmpty = false,
): void {
  // A write that is refused because of its revision counts too: Sync limits attempts.
  writes.take(written?.bytes);
  requireRevision(value, ifMatch, revisionMismatch);
  if (!written && expires === undefined) {
    if (mayBeEmpty) return;
    throw badRequest('No parameters specified', NO_PARAMETERS);
  }
  if (written) {
    Object.assign(value, written);
    value.revision += 1;
  }
  if (expires !== undefined) value.expires = expires;
  value.dateUpdated = Date.now();
}
