import type { Link, ReconciledItem, ReconciliationTotals } from '@callback-and-voicemail/contract';
import { isOwnRecording, recordingProgress } from '../fulfilment/own-recording';
import type { LedgerEntry } from '../ledger/entry';
import { parseVoicemailEntryId } from '../ledger/entry-id';
import type { HistoryRow } from '../ledger/history-row';
import type { AccountRecording } from '../twilio/voice';
import type { DayFacts } from './day-facts';
import { classOf, type Links, linksOfEntry, linksOfRow } from './voicemail-links';

/** Compares the account's recordings with history rows and ledger entries. Pure. */

/** Twilio shows the requests of a call 15 minutes after its end. By then every webhook has come. */
export const SETTLED_AFTER_MS = 20 * 60_000;
/**
 * How long Twilio keeps the requests of a call, at most: https://www.twilio.com/docs/voice/api/call-event-resource says
 * "PII MTL: 30 days" of them.
 */
const REQUESTS_KEPT_MS = 30 * 24 * 60 * 60_000;

/** What a day, or a part of it, comes to. */
export interface ReconciledDay {
  /** Each voicemail once. */
  items: ReconciledItem[];
  /** Recordings that are no voicemails. */
  others: number;
  /** Recordings of which nobody can say any more whose they are. */
  unknown: number;
}

/** Every row of a voicemail is one, whatever it has. */
export function reconcileRows(facts: DayFacts): ReconciledDay {
  const rows = [...facts.rows.values()].filter(({ id }) => parseVoicemailEntryId(id) !== undefined);
  return { items: rows.map((row) => itemOfRow(row, facts)), others: 0, unknown: 0 };
}

/**
 * So is every recording of the day that no row stands for: one that an entry without a row names, or one of ours that
 * no entry names.
 */
export function reconcileRecordings(facts: DayFacts): ReconciledDay {
  const day: ReconciledDay = { items: [], others: 0, unknown: 0 };
  const calls = groupByCall(facts);
  for (const sid of facts.ofDay) {
    const recording = facts.recordings.get(sid);
    if (recording === undefined) continue;
    const call = calls.get(recording.callSid) ?? NOTHING;
    const found = recording.isMessage ? itemOfRecording(recording, call, facts) : 'others';
    if (found === 'others' || found === 'unknown') day[found] += 1;
    else if (found !== undefined) day.items.push(found);
  }
  return day;
}

/** What is stored of a call. */
interface Call {
  entries: LedgerEntry[];
  rows: HistoryRow[];
}
const NOTHING: Call = { entries: [], rows: [] };

function groupByCall({ entries, rows }: DayFacts): Map<string, Call> {
  const calls = new Map<string, Call>();
  const callOf = (id: string): Call | undefined => {
    const callSid = parseVoicemailEntryId(id)?.callSid;
    if (callSid === undefined) return undefined;
    const call = calls.get(callSid) ?? { entries: [], rows: [] };
    calls.set(callSid, call);
    return call;
  };
  for (const entry of entries.values()) callOf(entry.id)?.entries.push(entry);
  for (const row of rows.values()) callOf(row.id)?.rows.push(row);
  return calls;
}

function itemOfRow(row: HistoryRow, facts: DayFacts): ReconciledItem {
  const entry = facts.entries.get(row.id);
  const links =
    entry === undefined ? linksOfRow(row, entryLink(row, facts), hasRecording(row, facts)) : linksOfEntry(entry, facts);
  return toItem({ id: row.id, at: row.receivedAt, queue: row.queueName }, links, isMendable(links));
}

/** Why a row has no entry that can be read. */
function entryLink({ id, entryDeleted }: HistoryRow, { unreadable, retention, day }: DayFacts): Link {
  if (unreadable.has(id)) return 'unreadable';
  return entryDeleted || day <= (retention.entries ?? '') ? 'retention' : 'missing';
}

function hasRecording({ id }: HistoryRow, { recordings }: DayFacts): boolean {
  const callSid = parseVoicemailEntryId(id)?.callSid;
  return [...recordings.values()].some((one) => one.callSid === callSid && one.status === 'completed');
}

/** @returns undefined for a recording that a row stands for, or that never became one */
function itemOfRecording(
  recording: AccountRecording,
  { entries, rows }: Call,
  facts: DayFacts,
): ReconciledItem | 'others' | 'unknown' | undefined {
  const { recordingSid, startedAt, status } = recording;
  const named = entries.find((entry) => namesRecording(entry, recordingSid));
  if (named !== undefined) {
    if (facts.rows.has(named.id)) return undefined;
    const links = linksOfEntry(named, facts);
    return toItem({ id: named.id, at: named.createdAt, queue: named.queueName }, links, isMendable(links));
  }
  const progress = recordingProgress(status);
  if (progress === 'none' && status !== 'deleted') return undefined;
  const begun = entries.find(
    (entry) => entry.recording.state === 'recording' && isOwnRecording(recording, entry.createdAt),
  );
  if (begun !== undefined && !facts.rows.has(begun.id)) {
    const links = linksOfEntry(begun, facts);
    return toItem({ id: recordingSid, at: startedAt, queue: begun.queueName }, links, isMendable(links));
  }
  // The row stands for it: its entry, which named it, is not there, or cannot be read.
  if (rows.some(({ id }) => !facts.entries.has(id))) return undefined;
  return itemOfStranger(recording, entries, facts);
}

/** True for the entry that has it, or had it before its personal data were deleted. */
export function namesRecording({ recording, erasure }: LedgerEntry, recordingSid: string): boolean {
  if (recording.recordingSid === recordingSid) return true;
  if (erasure === undefined) return false;
  return erasure.dueRecordings.includes(recordingSid) || erasure.recordings.some(({ sid }) => sid === recordingSid);
}

/** A recording that no entry names. */
function itemOfStranger(
  { recordingSid, startedAt, seconds, status }: AccountRecording,
  entries: readonly LedgerEntry[],
  { origins, retention, day, now }: DayFacts,
): ReconciledItem | 'others' | 'unknown' | undefined {
  const origin = origins.get(recordingSid) ?? { of: 'unknown' };
  if (origin.of === 'others') return 'others';
  const isDeleted = status === 'deleted';
  const age = now - (startedAt + seconds * 1_000);
  const isSettled = age > SETTLED_AFTER_MS && recordingProgress(status) !== 'unfinished';
  if (origin.of === 'unknown' && (age > REQUESTS_KEPT_MS || (isDeleted && isSettled))) return 'unknown';
  const about = { id: recordingSid, at: startedAt, queue: origin.of === 'us' ? origin.queueName : '' };
  const all = (link: Link): Links => ({ recording: link, entry: link, task: link, email: link });
  if (!isSettled) return toItem(about, { ...all('under-way'), recording: 'there' }, false);
  if (isDeleted && entries.some(({ erasure }) => erasure !== undefined)) return toItem(about, all('erased'), false);
  if (day <= (retention.entries ?? ''))
    return toItem(about, { ...all('retention'), ...(isDeleted ? {} : { recording: 'there' }) }, false);
  const links: Links = { ...all('missing'), recording: isDeleted ? 'missing' : 'there' };
  return toItem(about, links, !isDeleted && origin.of === 'us');
}

/** What can be made up for: not a recording that is gone; and without one, no entry can be written again. */
const isMendable = ({ recording, entry }: Links): boolean =>
  recording !== 'missing' && (entry !== 'missing' || recording === 'there');

function toItem(
  { id, at, queue }: { id: string; at: number; queue: string },
  links: Links,
  isMendable: boolean,
): ReconciledItem {
  const found = classOf(links);
  return {
    id,
    at: new Date(at).toISOString(),
    queue,
    ...links,
    class: found,
    ...(found === 'unexplained' && isMendable ? { mayTakeUp: true as const } : {}),
  };
}

export const noTotals = (): ReconciliationTotals => ({
  voicemails: 0,
  complete: 0,
  explained: {},
  unexplained: 0,
  others: 0,
  unknown: 0,
});

/** The totals with a part of a day more. */
export function addToTotals(
  totals: ReconciliationTotals,
  { items, others, unknown }: ReconciledDay,
): ReconciliationTotals {
  const sum = {
    ...totals,
    explained: { ...totals.explained },
    voicemails: totals.voicemails + items.length,
    others: totals.others + others,
    unknown: totals.unknown + unknown,
  };
  for (const { class: of } of items) {
    if (of === 'complete' || of === 'unexplained') sum[of] += 1;
    else sum.explained[of] = (sum.explained[of] ?? 0) + 1;
  }
  return sum;
}
