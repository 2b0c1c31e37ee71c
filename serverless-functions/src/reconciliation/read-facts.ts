import { isSid } from '@callback-and-voicemail/contract';
import { findTellingEntry } from '../fulfilment/telling-entry';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { parseVoicemailEntryId, timestampKey, voicemailEntryId } from '../ledger/entry-id';
import { type HistoryRow, historyMapName, parseHistoryRow, toHistoryRow } from '../ledger/history-row';
import { CorruptEntry } from '../ledger/ledger';
import type { Cutoffs } from '../retention/retention-plan';
import { readState, STATE_DOCUMENT } from '../retention/retention-state';
import { listOpenTasksByEntry, lookUpTask } from '../sweep/ended-tasks';
import { readOwnRequest } from '../sweep/unrecorded-messages';
import type { SyncMapItem } from '../twilio/sync';
import type { Task } from '../twilio/taskrouter';
import type { AccountRecording } from '../twilio/voice';
import type { DayFacts, RecordingOrigin, TaskFact } from './day-facts';
import { namesRecording, SETTLED_AFTER_MS } from './reconcile-day';

/** Reads what `reconcileRows` and `reconcileRecordings` compare. All throw TwilioError when Twilio is out of reach. */

/** Attempts of one call: the recordings that a review allows, and one more after silence. */
const ATTEMPTS = [1, 2, 3, 4, 5, 6];
/** Sync's largest page: https://www.twilio.com/docs/sync/api/map-item-resource */
export const ROWS_PER_PAGE = 100;
const MINUTE = 60_000;
/** An entry is written before its recording begins: by so much at most. */
const ENTRY_BEFORE_RECORDING_MS = 30 * MINUTE;

/** What holds for all days of one request. */
export interface Background {
  retention: Partial<Cutoffs>;
  /** Undefined: TaskRouter has more open tasks than are read, or does not say. */
  openTasks: ReadonlyMap<string, Task[]> | undefined;
}

export async function readBackground(invocation: Invocation): Promise<Background> {
  const [document, openTasks] = await Promise.all([
    invocation.twilio.sync.fetchDocument(STATE_DOCUMENT),
    listOpenTasksByEntry(invocation),
  ]);
  return { retention: readState(document?.data)?.done ?? {}, openTasks };
}

/** A part of the facts that one voicemail, or one recording, needs. */
interface Found {
  rows: HistoryRow[];
  entries: LedgerEntry[];
  unreadable: string[];
  recordings: AccountRecording[];
  origins: [string, RecordingOrigin][];
  tasks: [string, TaskFact][];
  carriers: [string, LedgerEntry['email']][];
}

const nothing = (): Found => ({
  rows: [],
  entries: [],
  unreadable: [],
  recordings: [],
  origins: [],
  tasks: [],
  carriers: [],
});

export function toFacts(
  day: string,
  { retention }: Background,
  found: readonly Found[],
  ofDay: readonly AccountRecording[],
  rows: readonly HistoryRow[] = found.flatMap((one) => one.rows),
): DayFacts {
  const recordings = [...found.flatMap((one) => one.recordings), ...ofDay];
  return {
    day,
    now: Date.now(),
    rows: new Map(rows.map((row) => [row.id, row])),
    entries: new Map(found.flatMap((one) => one.entries).map((entry) => [entry.id, entry])),
    unreadable: new Set(found.flatMap((one) => one.unreadable)),
    recordings: new Map(recordings.map((one) => [one.recordingSid, one])),
    ofDay: new Set(ofDay.map(({ recordingSid }) => recordingSid)),
    origins: new Map(found.flatMap((one) => one.origins)),
    tasks: new Map(found.flatMap((one) => one.tasks)),
    carriers: new Map(found.flatMap((one) => one.carriers)),
    retention,
  };
}

/** The entry and the recording of a row. */
export async function readRow(invocation: Invocation, row: HistoryRow, background: Background): Promise<Found> {
  const found = { ...nothing(), rows: [row] };
  const entry = await readEntry(invocation, row.id, found);
  if (entry !== undefined) await readAround(invocation, entry, background, found);
  else found.recordings.push(...(await listRecordingsOf(invocation, row.id)));
  return found;
}

async function listRecordingsOf({ twilio }: Invocation, id: string): Promise<AccountRecording[]> {
  const callSid = parseVoicemailEntryId(id)?.callSid;
  if (callSid === undefined) return [];
  const recordings = await twilio.voice.listRecordings(callSid);
  return recordings.map((one) => ({ ...one, callSid, isMessage: true, createdAt: one.startedAt }));
}

/**
 * The entries of a recording's call; and where none names it and no row stands for it, who made it.
 * @param rows of the day, and the last ones of the day before
 */
export async function readRecording(
  invocation: Invocation,
  recording: AccountRecording,
  rows: ReadonlyMap<string, HistoryRow>,
  background: Background,
): Promise<Found> {
  const { callSid, recordingSid, isMessage } = recording;
  const found = nothing();
  if (!isMessage) return found;
  if (!isSid('call', callSid)) return { ...found, origins: [[recordingSid, { of: 'others' }]] };
  const ids = ATTEMPTS.map((attempt) => voicemailEntryId(callSid, attempt));
  const first = await readEntry(invocation, ids[0]!, found);
  const isFirst = first !== undefined && namesRecording(first, recordingSid);
  if (!isFirst) await Promise.all(ids.slice(1).map((id) => readEntry(invocation, id, found)));
  const named = found.entries.find((entry) => namesRecording(entry, recordingSid));
  if (named !== undefined) {
    // With a row it is counted there.
    if (!rows.has(named.id)) {
      await readAround(invocation, named, background, found);
      if (toHistoryRow(named) !== undefined) await invocation.ledger.rewriteRows(named);
    }
    return found;
  }
  if (ids.some((id) => rows.has(id) && !found.entries.some((entry) => entry.id === id))) return found;
  found.origins.push([recordingSid, await readOrigin(invocation, recording)]);
  return found;
}

async function readOrigin(invocation: Invocation, recording: AccountRecording): Promise<RecordingOrigin> {
  const { environment, twilio } = invocation;
  const { callSid, startedAt, seconds } = recording;
  if (Date.now() - (startedAt + seconds * 1_000) < SETTLED_AFTER_MS) return { of: 'unknown' };
  const requests = await twilio.voice.listCallRequests(callSid);
  if (requests.length === 0) return { of: 'unknown' };
  const own = readOwnRequest(environment, requests, recording);
  return own === undefined
    ? { of: 'others' }
    : { of: 'us', id: voicemailEntryId(callSid, own.attempt), queueName: own.queueName };
}

async function readEntry({ ledger }: Invocation, id: string, found: Found): Promise<LedgerEntry | undefined> {
  try {
    const current = await ledger.find(id);
    if (current !== undefined) found.entries.push(current.entry);
    return current?.entry;
  } catch (error) {
    if (!(error instanceof CorruptEntry)) throw error;
    found.unreadable.push(id);
    return undefined;
  }
}

/** Its recording, what became of its task, and the email that tells of it. */
async function readAround(
  invocation: Invocation,
  entry: LedgerEntry,
  background: Background,
  found: Found,
): Promise<void> {
  const [recording, task, carrier] = await Promise.all([
    entry.recording.state === 'completed'
      ? invocation.twilio.voice.fetchRecording(entry.recording.recordingSid)
      : undefined,
    readTask(invocation, entry, background),
    readCarrier(invocation, entry),
  ]);
  if (recording !== undefined) found.recordings.push(recording);
  if (task !== undefined) found.tasks.push([entry.id, task]);
  if (carrier !== undefined) found.carriers.push(carrier);
}

async function readTask(
  invocation: Invocation,
  entry: LedgerEntry,
  { openTasks }: Background,
): Promise<TaskFact | undefined> {
  const { task } = entry;
  if (task.state !== 'created' || task.closed) return undefined;
  if (openTasks?.get(entry.id)?.some(({ sid }) => sid === task.sid)) return 'open';
  const event = await lookUpTask(invocation, entry);
  switch (event?.type) {
    case 'task-still-open':
      return 'open';
    case 'task-handled':
      return 'handled';
    case 'task-lost':
      return event.loss;
    default:
      return undefined;
  }
}

async function readCarrier(
  { ledger }: Invocation,
  { email }: LedgerEntry,
): Promise<Found['carriers'][number] | undefined> {
  if (email.state !== 'summarized') return undefined;
  try {
    const telling = await findTellingEntry(ledger, email.carrier);
    return telling && [email.carrier, telling.email];
  } catch (error) {
    if (error instanceof CorruptEntry) return undefined;
    throw error;
  }
}

/** A page of a day's rows, the oldest first. @param after the key of the last one before */
export function listRows(invocation: Invocation, day: string, after: string | undefined): Promise<SyncMapItem[]> {
  const map = historyMapName(Date.parse(day));
  return invocation.twilio.sync.listMapItems(map, { order: 'asc', limit: ROWS_PER_PAGE, from: after });
}

/** All rows of a day by id, and those of the day before to which recordings of the day may belong. */
export async function readRowsAround(invocation: Invocation, day: string): Promise<Map<string, HistoryRow>> {
  const start = Date.parse(day);
  const rows = new Map<string, HistoryRow>();
  const take = (items: readonly SyncMapItem[]) => {
    for (const { data } of items) {
      const row = parseHistoryRow(data);
      if (row !== undefined) rows.set(row.id, row);
    }
  };
  const before = new Date(start - MINUTE).toISOString().slice(0, 10);
  take(await listRows(invocation, before, timestampKey(start - ENTRY_BEFORE_RECORDING_MS)));
  for (let after: string | undefined; ; ) {
    const items = await listRows(invocation, day, after);
    take(items);
    if (items.length < ROWS_PER_PAGE) return rows;
    after = items.at(-1)!.key;
  }
}
