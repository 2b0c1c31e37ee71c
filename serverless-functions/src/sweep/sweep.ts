import { completeDeletion } from '../agent/delete-recording';
import { completeNumberChange } from '../callback/change-callback-number';
import { reconcileBooking } from '../callback/reconcile-booking';
import { completeWithdrawal } from '../callback/withdraw-callback';
import { processEntry } from '../fulfilment/process-entry';
import { rebuildEntryFromTask } from '../fulfilment/rebuild-from-task';
import { readVoicemailId } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { isEmailOpen, isMailWorthy, isUnderReview, type LedgerEntry, VOICEMAIL_CANCEL_REASON } from '../ledger/entry';
import { isEntryId, parseListedKey, voicemailEntryId } from '../ledger/entry-id';
import { CorruptEntry, INDEX_MAPS, type ListedKey, type VersionedEntry } from '../ledger/ledger';
import { isDeletionDue, isLeased } from '../ledger/schedule';
import type { LedgerEvent } from '../ledger/transitions';
import { errorCode } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';
import type { CallRecording } from '../twilio/voice';

import { concludeEntryWithoutMessage } from '../voicemail/no-message';
import { isOwnRecording, recordingProgress } from '../voicemail/own-recording';
import { experienceForVoicemail } from '../voicemail/voicemail-url';
import { endSurplusTasks } from './end-surplus-tasks';
import { listOpenTasksByEntry, lookUpTask } from './ended-tasks';
import { findUnrecordedMessages } from './unrecorded-messages';

/**
 * The outbox sweep processes entries that are due: emails to retry, steps whose invocation died, recordings that were
 * never reported, tasks that timed out. Ten sweeps may run at once, since every step is claimed.
 */
export interface SweepBounds {
  /** How many of the index maps are read. */
  maps: number;
  /** How many entries are processed. */
  entries: number;
  /** Whether to look for tasks that have ended before their entries are due. */
  checkTasks: boolean;
}
export interface SweepResult {
  /** Entries processed. */
  examined: number;
  /** Entries that could not be processed; they stay in the index. */
  failed: number;
  /** True when more is due than bounds or time allowed. */
  more: boolean;
}

/** After a voicemail: few, since Twilio waits for the response. */
export const AFTER_VOICEMAIL_BOUNDS: SweepBounds = { maps: INDEX_MAPS, entries: 2, checkTasks: false };
/** For a scheduler: as many as fit into an invocation. */
export const OUTBOX_SWEEP_BOUNDS: SweepBounds = { maps: INDEX_MAPS, entries: 50, checkTasks: true };

/** One entry may need several requests and one email; with less time left it is not begun. */
const MIN_TIME_FOR_AN_ENTRY_MS = 3_000;
const ITEMS_PER_MAP = 20;
const CALL_GOES_ON_MS = 5 * 60_000;
const STILL_PROCESSING_MS = 2 * 60_000;
/** How long after the longest possible message, and its call, Twilio may take to complete a recording. */
const RECORDING_TIMEOUT_MS = 60 * 60_000;
/** A call has a few attempts at most, and they may have gaps. */
const LATER_ATTEMPTS = [1, 2, 3, 4, 5];
/** Sync's largest page, and how many of them are read of each map to compare entries with TaskRouter's open tasks. */
const ITEMS_PER_PAGE = 100;
const MAX_PAGES = 8;
/** Open tasks without a listed entry that one sweep looks at: there are none unless Sync was down. */
const MAX_UNLISTED = 5;
/** Entries with several open tasks that one sweep looks at: they are as rare. */
const MAX_SEVERAL = 5;
/** In the log, in the place of an entry. */
const CHECK_OF_MESSAGES = 'recordings';

interface ListedEntry extends ListedKey {
  id: string;
  /** It is listed for its rows, whatever else is due. */
  forRows: boolean;
}
/** What the index lists as due; read beforehand, so that it adds no round of requests. */
export interface DueEntries {
  keys: ListedEntry[];
  /** Entries that are not due, although TaskRouter has no open task of theirs. */
  withoutOpenTask: ListedEntry[];
  /** Open tasks whose entries no map lists, by entry. */
  unlisted: Task[][];
  /** Several open tasks of one entry. */
  several: [string, Task[]][];
  /** All entries that were read from the index. */
  listedIds: Set<string>;
  unreadMaps: number;
  more: boolean;
}

/** Reads the first keys of some index maps in parallel. Never throws. */
export async function listDueEntries(invocation: Invocation, { maps, checkTasks }: SweepBounds): Promise<DueEntries> {
  const { log } = invocation;
  const now = Date.now();
  // Starts with another map each second, so that bounded sweeps get to all of them.
  const first = Math.floor(now / 1_000) % INDEX_MAPS;
  const [openTasks, ...reads] = await Promise.all([
    checkTasks ? listOpenTasksByEntry(invocation) : undefined,
    ...Array.from({ length: maps }, (_, index) => readMap(invocation, (first + index) % INDEX_MAPS, now, checkTasks)),
  ]);
  const due: DueEntries = {
    keys: [],
    withoutOpenTask: [],
    unlisted: [],
    several: [...(openTasks ?? [])].filter(([, tasks]) => tasks.length > 1),
    listedIds: new Set(),
    unreadMaps: 0,
    more: false,
  };
  const unlisted = new Map(openTasks);
  for (const read of reads) {
    if (read.error !== undefined) {
      log.warn('index not read', { code: errorCode(read.error) });
      due.unreadMaps += 1;
    }
    due.keys.push(...read.due);
    due.more ||= read.more;
    if (openTasks !== undefined) due.withoutOpenTask.push(...read.later.filter(({ id }) => !openTasks.has(id)));
    for (const id of read.ids) {
      unlisted.delete(id);
      due.listedIds.add(id);
    }
  }
  rotate(due.keys, now);
  // What was not read may list them.
  if (reads.length === INDEX_MAPS && reads.every(({ isWhole }) => isWhole)) due.unlisted.push(...unlisted.values());
  rotate(due.withoutOpenTask, now);
  rotate(due.unlisted, now);
  rotate(due.several, now);
  return due;
}

interface MapReading {
  due: ListedEntry[];
  later: ListedEntry[];
  /** All entries that were read. */
  ids: string[];
  /** The map has no others. */
  isWhole: boolean;
  more: boolean;
  error?: unknown;
}

/** The due entries of one map, at most `ITEMS_PER_MAP`; with `all` also those that are due later. Never throws. */
async function readMap({ ledger }: Invocation, map: number, now: number, all: boolean): Promise<MapReading> {
  const reading: MapReading = { due: [], later: [], ids: [], isWhole: false, more: false };
  try {
    let last: string | undefined;
    for (let page = 0; page < (all ? MAX_PAGES : 1); page += 1) {
      const keys = await ledger.listDue(map, ITEMS_PER_PAGE, last);
      for (const listed of keys) addListed(reading, listed, now);
      last = keys.at(-1)?.key;
      reading.isWhole = keys.length < ITEMS_PER_PAGE;
      if (reading.isWhole) break;
    }
  } catch (error) {
    reading.error = error;
  }
  reading.more = reading.due.length >= ITEMS_PER_MAP;
  // Those that fail each time stay at the head: the others get their turn.
  if (reading.due.length > ITEMS_PER_MAP) rotate(reading.due, now);
  reading.due.splice(ITEMS_PER_MAP);
  return reading;
}

function addListed({ ids, due, later }: MapReading, listed: ListedKey, now: number): void {
  const parsed = parseListedKey(listed.key);
  if (parsed === undefined) return;
  const { id, at, forRows } = parsed;
  if (at <= now) due.push({ ...listed, id, forRows });
  // A key for rows does not list the entry for anything else.
  if (forRows) return;
  ids.push(id);
  if (at > now) later.push({ ...listed, id, forRows });
}

const GOLDEN_RATIO = 0.618_033_988_75;

/** Begins at another entry each time: one that can never be settled keeps the others waiting for a sweep at most. */
function rotate<T>(entries: T[], now: number): void {
  if (entries.length < 2) return;
  // Sweeps come at regular times: the remainder alone would be the same each time.
  const start = Math.floor((((now / 1_000) * GOLDEN_RATIO) % 1) * entries.length);
  entries.push(...entries.splice(0, start));
}

/** @returns what was done; never throws */
export async function sweep(
  invocation: Invocation,
  bounds: SweepBounds,
  reading: Promise<DueEntries> = listDueEntries(invocation, bounds),
): Promise<SweepResult> {
  const { keys, withoutOpenTask, unlisted, several, listedIds, unreadMaps, more } = await reading;
  const result: SweepResult = { examined: 0, failed: unreadMaps, more: false };
  // Everything quick first, then the emails: a provider that does not respond must not keep tasks from being created.
  const withoutEmail: Invocation = { ...invocation, sendEmail: undefined };
  const emails: VersionedEntry[] = [];
  const attempt = async (id: string, work: () => Promise<void>): Promise<boolean> => {
    if (invocation.deadline.remaining() < MIN_TIME_FOR_AN_ENTRY_MS) return false;
    try {
      await work();
    } catch (error) {
      result.failed += 1;
      invocation.log.warn('entry left for later', { entry: id, code: errorCode(error) });
    }
    return true;
  };
  for (const listed of keys) {
    const { id } = listed;
    if (result.examined >= bounds.entries) return finish(true);
    result.examined += 1;
    const begun = await attempt(id, async () => {
      const current = await processDueEntry(withoutEmail, listed);
      if (current && hasEmailToSend(current.entry)) emails.push(current);
    });
    if (!begun) return finish(true);
  }
  for (const listed of withoutOpenTask) {
    if (result.examined >= bounds.entries) return finish(true);
    result.examined += 1;
    if (!(await attempt(listed.id, () => settleTask(withoutEmail, listed)))) return finish(true);
  }
  for (const tasks of unlisted.slice(0, MAX_UNLISTED)) {
    result.examined += 1;
    const begun = await attempt(tasks[0]!.sid, async () => {
      const current = await listEntryOfTasks(withoutEmail, tasks);
      if (current && hasEmailToSend(current.entry)) emails.push(current);
    });
    if (!begun) return finish(true);
  }
  for (const [id, tasks] of several.slice(0, MAX_SEVERAL)) {
    if (!listedIds.has(id)) continue;
    result.examined += 1;
    const begun = await attempt(id, async () => {
      const current = await withoutEmail.ledger.find(id);
      if (current !== undefined) await endSurplusTasks(withoutEmail, current, tasks);
    });
    if (!begun) return finish(true);
  }
  if (bounds.checkTasks)
    await attempt(CHECK_OF_MESSAGES, async () => {
      const written = await findUnrecordedMessages(withoutEmail, (id) => listedIds.has(id));
      emails.push(...written.filter(({ entry }) => hasEmailToSend(entry)));
    });
  return finish(more);

  async function finish(leftOver: boolean): Promise<SweepResult> {
    result.more = leftOver;
    for (const current of emails) {
      const begun = await attempt(current.entry.id, async () => {
        await processEntry(invocation, current);
      });
      if (!begun) result.more = true;
    }
    return result;
  }
}

function hasEmailToSend(entry: LedgerEntry): boolean {
  return isMailWorthy(entry) && isEmailOpen(entry);
}

/** @returns the entry afterwards, when there is one to go on with */
async function processDueEntry(invocation: Invocation, listed: ListedEntry): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const { id, key } = listed;
  const current = await findDueEntry(invocation, id, key);
  if (current === undefined) {
    // Listed by a write whose other half failed.
    await ledger.dropKeyWithoutEntry(id, listed);
    return undefined;
  }
  const { entry } = current;
  if (entry.indexKey !== key && !listed.forRows) {
    await ledger.repairIndexKey(current, key);
    return undefined;
  }
  if (isLeased(entry, Date.now())) return undefined;
  if (listed.forRows) {
    await ledger.repairRows(current, key);
    return undefined;
  }
  if (isDeletionDue(entry, Date.now())) return completeDeletion(invocation, current);
  if (entry.booking) return reconcileBooking(invocation, current);
  if (entry.task.state === 'withdrawing') return completeWithdrawal(invocation, current);
  if (entry.task.state === 'created' && entry.task.numberSyncDueAt !== undefined)
    return completeNumberChange(invocation, current);
  if (isUnderReview(entry) && entry.recording.state === 'completed') return endReview(invocation, current);
  if (entry.recording.state === 'recording') return findLostRecording(invocation, current);
  if (entry.task.state === 'created' && !hasEmailToSend(entry))
    return processEntry(invocation, current, [
      { type: 'transcript-timed-out' },
      ...((await lookUpDueTask(invocation, entry)) ?? []),
    ]);
  return processEntry(invocation, current, [{ type: 'transcript-timed-out' }]);
}

/** An entry that is due for its transcript alone is not due for its task. */
async function lookUpDueTask(invocation: Invocation, entry: LedgerEntry): Promise<LedgerEvent[] | undefined> {
  if (entry.transcript.state === 'pending') return undefined;
  const event = await lookUpTask(invocation, entry);
  return event && [event];
}

/** TaskRouter has no open task of an entry that is not due: the task has ended, or the entry is listed wrongly. */
async function settleTask(invocation: Invocation, listed: ListedEntry): Promise<void> {
  const { ledger } = invocation;
  const { id, key } = listed;
  const current = await findDueEntry(invocation, id, key);
  if (current === undefined) return ledger.dropKeyWithoutEntry(id, listed);
  const { entry } = current;
  if (entry.indexKey !== key) return ledger.repairIndexKey(current, key);
  if (isLeased(entry, Date.now())) return;
  const event = await lookUpTask(invocation, entry);
  if (event === undefined || event.type === 'task-still-open') return;
  await processEntry(invocation, current, [event]);
}

/**
 * Open tasks whose entry is not listed: the entry is missing, since Sync was down, and is rebuilt; or its key is; or
 * nothing is left to do for it, and a task appeared late.
 * @returns the entry, when it was rebuilt
 */
async function listEntryOfTasks(invocation: Invocation, tasks: readonly Task[]): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const [oldest] = tasks;
  const id = oldest && readVoicemailId(oldest.attributes);
  if (!isEntryId(id)) return undefined;
  const current = await ledger.find(id);
  if (current === undefined) return rebuildEntryFromTask(invocation, oldest!);
  await ledger.ensureListed(current.entry);
  await endSurplusTasks(invocation, current, tasks);
  return undefined;
}

/** An entry that cannot be read must not keep others from being processed: it is listed again for tomorrow. */
async function findDueEntry({ ledger }: Invocation, id: string, key: string): Promise<VersionedEntry | undefined> {
  try {
    return await ledger.find(id);
  } catch (error) {
    if (error instanceof CorruptEntry) await ledger.postponeCorruptEntry(id, key);
    throw error;
  }
}

/** A caller who hung up while listening to the message has sent it. */
async function endReview(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { twilio, ledger } = invocation;
  if (await twilio.voice.hasCallEnded(current.entry.callSid))
    return processEntry(invocation, current, [{ type: 'review-ended' }]);
  return ledger.apply(current, checkAgainIn(CALL_GOES_ON_MS));
}

function checkAgainIn(ms: number): LedgerEvent {
  return { type: 'recording-check-rescheduled', checkAt: Date.now() + ms };
}

/** A recording that was never reported: its webhooks were lost, the caller never got to it, or said nothing. */
async function findLostRecording(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { entry } = current;
  const { twilio, ledger, log } = invocation;
  // First of all, since TaskRouter forgets a task five minutes after its end.
  if (await stayedInQueue(invocation, entry))
    return ledger.apply(current, { type: 'attempt-closed', as: 'withdrawn', reason: 'Stayed in line' });
  if (!(await twilio.voice.hasCallEnded(entry.callSid))) return ledger.apply(current, checkAgainIn(CALL_GOES_ON_MS));
  // An entry that was rebuilt late was written after its recording: no recording may be taken twice.
  const laterAttempts = await Promise.all(
    LATER_ATTEMPTS.map((n) => ledger.find(voicemailEntryId(entry.callSid, entry.attempt + n))),
  );
  const nextAttempt = laterAttempts.find((one) => one !== undefined);
  const taken = new Set(laterAttempts.map((one) => one?.entry.recording.recordingSid));
  const recordings = await twilio.voice.listRecordings(entry.callSid);
  const recording = selectRecording(
    entry,
    recordings.filter(({ recordingSid }) => !taken.has(recordingSid)),
    nextAttempt?.entry.createdAt,
  );
  if (recording?.status === 'completed') {
    const { recordingSid, seconds } = recording;
    log.warn('unreported recording found', { entry: entry.id, recordingSid });
    return processEntry(invocation, current, [
      { type: 'recording-completed', recordingSid, seconds },
      { type: 'review-ended' },
    ]);
  }
  if (recording !== undefined && !isOverdue(recording, experienceForVoicemail(entry).maxRecordingSeconds))
    return ledger.apply(current, checkAgainIn(STILL_PROCESSING_MS));
  if (recording !== undefined)
    log.error('recording never completed', {
      entry: entry.id,
      recordingSid: recording.recordingSid,
      state: recording.status,
    });
  if (nextAttempt !== undefined)
    return ledger.apply(current, { type: 'attempt-closed', as: 'superseded', reason: 'Asked again after silence' });
  await concludeEntryWithoutMessage(invocation, current, { recordingFailed: recording !== undefined });
  return undefined;
}

/** Twilio has had its time: the caller is called back, rather than waited for without end. */
const isOverdue = ({ startedAt }: CallRecording, maxSeconds: number) =>
  Date.now() > startedAt + maxSeconds * 1_000 + RECORDING_TIMEOUT_MS;

/**
 * The recording an entry stands for: the one that was transcribed, else one of its call that began after the entry and
 * before the next attempt.
 */
function selectRecording(
  entry: LedgerEntry,
  recordings: CallRecording[],
  nextAttemptAt = Number.POSITIVE_INFINITY,
): CallRecording | undefined {
  const announced = recordings.find(({ recordingSid }) => recordingSid === entry.recording.recordingSid);
  if (announced) return announced;
  const candidates = recordings.filter(
    (one) =>
      recordingProgress(one.status) !== 'none' && isOwnRecording(one, entry.createdAt) && one.startedAt < nextAttemptAt,
  );
  return candidates.find(({ status }) => status === 'completed') ?? candidates[0];
}

/** The entry was written, but its invocation died before it canceled the queue task. */
async function stayedInQueue({ twilio }: Invocation, entry: LedgerEntry): Promise<boolean> {
  if (entry.queueTaskSid === undefined || entry.dequeued) return false;
  const queueTask = await twilio.taskRouter.fetchTask(entry.queueTaskSid);
  if (queueTask !== undefined) return queueTask.reason !== VOICEMAIL_CANCEL_REASON;
  // TaskRouter has forgotten the task. A caller with a recording, even a silent one, had left; else an agent has
  // handled the call.
  const recordings = await twilio.voice.listRecordings(entry.callSid);
  return !recordings.some((one) => isOwnRecording(one, entry.createdAt));
}
