import type { RetentionCounts } from '@callback-and-voicemail/contract';
import { deleteAtTwilio, deleteByRule } from '../fulfilment/recording-deletion';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { isEntryId, parseVoicemailEntryId, readListedId, voicemailEntryId } from '../ledger/entry-id';
import { KEPT_TTL_SECONDS } from '../ledger/entry-lifetime';
import { FAILURES_MAP, parseHistoryRow, toHistoryRow, withoutEntry } from '../ledger/history-row';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import { findRecordingSids } from '../ledger/salvage-entry';
import { isLeased, nextRunAt } from '../ledger/schedule';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { SyncMapItem } from '../twilio/sync';
import type { DueKinds } from './retention-plan';
import { noCounts } from './retention-state';

/** What became of one history row and what it leads to. */
export interface SettledRow {
  counts: RetentionCounts;
  /** Something that is due is still there. */
  isLeft: boolean;
  /** Twilio did not answer, or had no time. */
  isUnreachable: boolean;
}

/** Attempts of a call before the last that are looked at: a caller records a few messages again at most. */
const MAX_EARLIER_ATTEMPTS = 10;

/** True when an entry may be deleted: nothing is left to do for it, and its task has ended. */
export function isAtRest(entry: LedgerEntry, now: number): boolean {
  return nextRunAt(entry) === undefined && !isLeased(entry, now);
}

/**
 * Deletes what is due of a history row and what it leads to: first the recording, then the entry, at last the row. What
 * is left of it when the invocation dies is found again from the row. Never throws.
 * @param map of the row's day
 */
export async function settleRow(
  invocation: Invocation,
  map: string,
  item: SyncMapItem,
  due: DueKinds,
): Promise<SettledRow> {
  const settled: SettledRow = { counts: noCounts(), isLeft: false, isUnreachable: false };
  const id = readListedId(item.key);
  try {
    const isEntryGone = !isEntryId(id) || (await settleEntryOrCorrupt(invocation, id, item, due, settled));
    if (!settled.isLeft && isEntryGone) await settleRowItself(invocation, map, item, due, settled);
  } catch (error) {
    settled.isLeft = true;
    settled.isUnreachable = isTwilioError(error, 'unavailable', 'rate-limited');
    invocation.log.warn('retention left something', { entry: id, code: errorCode(error) });
  }
  return settled;
}

/** @returns whether there is no entry any more */
async function settleEntryOrCorrupt(
  invocation: Invocation,
  id: string,
  item: SyncMapItem,
  due: DueKinds,
  settled: SettledRow,
): Promise<boolean> {
  try {
    return await settleEntry(invocation, id, item, due, settled);
  } catch (error) {
    if (!(error instanceof CorruptEntry) || !due.entries) throw error;
    // Nobody has put it right, and its personal data are due as those of any other.
    const recordings = due.recordings ? findRecordingSids(error.document.data) : [];
    for (const sid of recordings) await deleteAtTwilio(invocation, sid);
    await invocation.twilio.sync.removeDocument(id);
    settled.counts.recordings += recordings.length;
    settled.counts.entries += 1;
    invocation.log.info('unreadable entry deleted by retention', { entry: id });
    return true;
  }
}

/** @returns whether there is no entry any more @throws CorruptEntry */
async function settleEntry(
  invocation: Invocation,
  id: string,
  { data }: SyncMapItem,
  due: DueKinds,
  settled: SettledRow,
): Promise<boolean> {
  const row = parseHistoryRow(data);
  if (row?.entryDeleted) return true;
  if (!due.entries && (!due.recordings || row?.recordingDeleted)) return false;
  let current = await invocation.ledger.find(id);
  if (current === undefined) return true;
  const earlier = await findEarlierAttempts(invocation, id);
  if (due.recordings && current.entry.recording.state === 'completed') {
    if (isLeased(current.entry, Date.now())) {
      settled.isLeft = true;
      return false;
    }
    await deleteDiscarded(invocation, earlier);
    current = await deleteByRule(invocation, current);
    settled.counts.recordings += 1;
    invocation.log.info('recording deleted by retention', { entry: id });
  }
  if (!due.entries) return false;
  if (current === undefined) return true;
  if (!isAtRest(current.entry, Date.now())) {
    // Without the entry, an open task could not be carried out. Keys of the index do not last as long as entries.
    settled.isLeft = true;
    await invocation.ledger.ensureListed(current.entry);
    return false;
  }
  // Nobody can hear a message that was recorded again, and after this nothing leads to it.
  await deleteDiscarded(invocation, earlier);
  if (!(await removeAll(invocation, [...earlier, current]))) {
    settled.isLeft = true;
    return false;
  }
  settled.counts.entries += 1;
  invocation.log.info('entry deleted by retention', { entry: id });
  return true;
}

/**
 * The entries of the call's earlier attempts that no row leads to: the caller recorded another message in their place, or
 * said nothing.
 */
async function findEarlierAttempts({ ledger }: Invocation, id: string): Promise<VersionedEntry[]> {
  const { callSid, attempt } = parseVoicemailEntryId(id) ?? { callSid: '', attempt: 1 };
  const attempts = Array.from({ length: attempt - 1 }, (_, n) => n + 1).slice(-MAX_EARLIER_ATTEMPTS);
  const found = await Promise.all(attempts.map((one) => ledger.find(voicemailEntryId(callSid, one))));
  return found.filter((one) => one !== undefined).filter(({ entry }) => toHistoryRow(entry) === undefined);
}

/** @throws TwilioError when Twilio does not delete one */
async function deleteDiscarded(invocation: Invocation, earlier: readonly VersionedEntry[]): Promise<void> {
  for (const { entry } of earlier)
    if (entry.recording.recordingSid !== undefined) await deleteAtTwilio(invocation, entry.recording.recordingSid);
}

/** The last one at last: it leads to the others. @returns false when one of them has changed meanwhile */
async function removeAll({ ledger }: Invocation, entries: readonly VersionedEntry[]): Promise<boolean> {
  for (const one of entries) if (!(await ledger.remove(one))) return false;
  return true;
}

async function settleRowItself(
  { twilio: { sync } }: Invocation,
  map: string,
  { key, data }: SyncMapItem,
  due: DueKinds,
  { counts }: SettledRow,
): Promise<void> {
  if (due.history) {
    await Promise.all([sync.removeMapItem(map, key), sync.removeMapItem(FAILURES_MAP, key)]);
    counts.history += 1;
  } else if (due.entries && data.entryDeleted !== true)
    await Promise.all([
      // Never made again: a deletion by number may have removed it meanwhile.
      sync.updateMapItem(map, key, withoutEntry(data), KEPT_TTL_SECONDS),
      sync.removeMapItem(FAILURES_MAP, key),
    ]);
}
