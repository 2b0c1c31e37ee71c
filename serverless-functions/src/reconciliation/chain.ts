import { createHash } from 'node:crypto';
import { canonicalJson, type ReconciliationChain, type ReconciliationRecord } from '@callback-and-voicemail/contract';
import { KEPT_TTL_SECONDS } from '../ledger/entry-lifetime';

/** A chain of records in which each holds the hash of the one before. Pure; `chain-store.ts` keeps it in Sync. */

/**
 * Sync removes each record after a year, and the chain begins with a later one then. That one is at most a month
 * younger, unless nobody made a run for longer: then a gap at the beginning is reported.
 */
const MAY_BE_FIRST_MS = KEPT_TTL_SECONDS * 1_000 - 31 * 24 * 60 * 60_000;
const DIGITS = 9;

/** A record as it is stored: whatever somebody has made of it. */
export interface StoredRecord {
  key: string;
  data: Record<string, unknown>;
}

/** The newest record as the state document has it, so that one that was removed at the end is missed. */
export interface ChainHead {
  n: number;
  hash: string;
}

/** The key of a record's item: keys sort as numbers do. */
export const recordKey = (n: number): string => String(n).padStart(DIGITS, '0');

/** SHA-256 of the canonical JSON of all fields but `hash`. */
export function hashOf({ hash: _, ...rest }: Record<string, unknown>): string {
  return createHash('sha256')
    .update(canonicalJson(rest) ?? '')
    .digest('hex');
}

/** The record that follows `last`. */
export function nextRecord(
  last: ChainHead | undefined,
  content: Omit<ReconciliationRecord, 'n' | 'previous' | 'hash'>,
): ReconciliationRecord {
  const record = { ...content, n: (last?.n ?? 0) + 1, previous: last?.hash ?? '' };
  return { ...record, hash: hashOf(record) };
}

/**
 * Says whether every record is as it was appended, and where not.
 * @param records in the order of their keys
 * @param head undefined when nothing says which record is the newest
 */
export function verifyChain(
  records: readonly StoredRecord[],
  head: ChainHead | undefined,
  now: number,
): ReconciliationChain {
  const changed = (changedAt: number): ReconciliationChain => ({
    state: 'changed',
    records: records.length,
    changedAt,
  });
  let before: ChainHead | undefined;
  for (const { key, data } of records) {
    const expected = before === undefined ? firstNumber(data, now) : before.n + 1;
    const fits =
      data.n === expected &&
      key === recordKey(expected) &&
      data.hash === hashOf(data) &&
      (before === undefined ? expected > 1 || data.previous === '' : data.previous === before.hash);
    if (!fits) return changed(expected);
    before = { n: expected, hash: String(data.hash) };
  }
  // A record may be a moment ahead of the head, since it is written first.
  if (head !== undefined && (before === undefined || before.n < head.n)) return changed((before?.n ?? head.n - 1) + 1);
  if (head !== undefined && records.find(({ data }) => data.n === head.n)?.data.hash !== head.hash)
    return changed(head.n);
  if (before === undefined) return { state: 'empty', records: 0 };
  return { state: 'verified', records: records.length, last: records.at(-1)!.data as unknown as ReconciliationRecord };
}

/** The place of the first record: 1, unless those before it were removed after a year. */
function firstNumber({ n, at }: Record<string, unknown>, now: number): number {
  const isOld = typeof at === 'string' && Date.parse(at) < now - MAY_BE_FIRST_MS;
  return isOld && typeof n === 'number' && Number.isInteger(n) ? n : 1;
}
