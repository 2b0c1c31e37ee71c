import { finishNumberChange } from '../callback/change-number';
import { settleBooking } from '../callback/settle-booking';
import { finishWithdrawal } from '../callback/withdraw-callback';
import { advance } from '../fulfilment/advance';
import type { Invocation } from '../invocation';
import {
  closed,
  entryId,
  isUnderReview,
  LEFT_LINE_REASON,
  type LedgerEntry,
  withRecording,
  withRecordingCheckAt,
  withReviewDone,
  withTranscriptPatience,
} from '../ledger/entry';
import { type Held, INDEX_MAPS, readIndexKey } from '../ledger/ledger';
import { isLeased, withTaskSeen } from '../ledger/steps';
import { errorCode } from '../runtime/errors';
import type { CallRecording } from '../twilio/voice';
import { concludeEntryWithoutMessage } from '../voicemail/no-message';

/**
 * The sweep takes up what was left: mails to retry, steps whose owner died, recordings that never reported, tasks that
 * timed out. Ten may run at once, since every act on an entry is claimed.
 */
export interface SweepBounds {
  /** How many of the index maps are read. */
  maps: number;
  /** How many entries are looked at. */
  entries: number;
}
export interface SweepResult {
  /** Entries looked at. */
  examined: number;
  /** Entries whose turn failed; they stay in the index. */
  failed: number;
  /** True when there was more to do than bounds or time allowed. */
  more: boolean;
}

/** After a voicemail: a little, since Twilio waits for the answer. */
export const SWEEP_AFTER_VOICEMAIL: SweepBounds = { maps: INDEX_MAPS, entries: 2 };
/** For a scheduler: as much as fits into an invocation. */
export const SWEEP_OUTBOX: SweepBounds = { maps: INDEX_MAPS, entries: 50 };

/** One entry may need a handful of calls and one mail; with less time left it is not begun. */
const MIN_TIME_FOR_AN_ENTRY_MS = 3_000;
const ITEMS_PER_MAP = 20;
const CALL_GOES_ON_MS = 5 * 60_000;
const STILL_PROCESSING_MS = 2 * 60_000;
/** Twilio's time stamps have whole seconds, and a recording starts a moment after its entry. */
const START_TOLERANCE_MS = 5_000;
/** TaskRouter's own words for a task that timed out. */
const TTL_EXCEEDED = /TTL/i;

/** What the index says is due; read beforehand so that it costs no time of its own. */
export interface DueKeys {
  keys: { id: string; key: string }[];
  unreadMaps: number;
  more: boolean;
}

/** Reads the first keys of some index maps, side by side. Never throws. */
export async function readDue({ ledger, log }: Invocation, { maps }: SweepBounds): Promise<DueKeys> {
  // Another map first each second, so that bounded sweeps get to all of them.
  const first = Math.floor(Date.now() / 1_000) % INDEX_MAPS;
  const read = await Promise.allSettled(
    Array.from({ length: maps }, (_, index) => ledger.firstOpen((first + index) % INDEX_MAPS, ITEMS_PER_MAP)),
  );
  const due: DueKeys = { keys: [], unreadMaps: 0, more: false };
  const now = Date.now();
  for (const one of read) {
    if (one.status === 'rejected') {
      log.warn('index not read', { code: errorCode(one.reason) });
      due.unreadMaps += 1;
      continue;
    }
    const ripe = one.value.flatMap((key) => {
      const listed = readIndexKey(key);
      return listed !== undefined && listed.due <= now ? [{ id: listed.id, key }] : [];
    });
    due.keys.push(...ripe);
    due.more ||= ripe.length === ITEMS_PER_MAP;
  }
  return due;
}

/** @returns what was done; never throws */
export async function sweep(
  invocation: Invocation,
  bounds: SweepBounds,
  reading: Promise<DueKeys> = readDue(invocation, bounds),
): Promise<SweepResult> {
  const { keys, unreadMaps, more } = await reading;
  const result: SweepResult = { examined: 0, failed: unreadMaps, more: false };
  // First all that is quick, then the mails: one provider that hangs must not keep tasks from being made.
  const withoutMail: Invocation = { ...invocation, sendEmail: undefined };
  const mails: Held[] = [];
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
  for (const { id, key } of keys) {
    if (result.examined >= bounds.entries) return finish(true);
    result.examined += 1;
    const begun = await attempt(id, async () => {
      const held = await examine(withoutMail, id, key);
      if (held && mailIsOpen(held.entry)) mails.push(held);
    });
    if (!begun) return finish(true);
  }
  return finish(more);

  async function finish(leftOver: boolean): Promise<SweepResult> {
    result.more = leftOver;
    for (const held of mails) {
      const begun = await attempt(held.entry.id, async () => {
        await advance(invocation, held, (entry) => entry);
      });
      if (!begun) result.more = true;
    }
    return result;
  }
}

const mailIsOpen = ({ email, recording }: LedgerEntry) =>
  recording.state === 'completed' && (email.state === 'pending' || email.state === 'sending');

/** @returns the entry afterwards, when there is one to go on with */
async function examine(invocation: Invocation, id: string, key: string): Promise<Held | undefined> {
  const { ledger } = invocation;
  const held = await ledger.find(id);
  if (held === undefined) {
    // Listed by a write whose other half failed.
    await ledger.unlist(id, key);
    return undefined;
  }
  if (held.entry.indexKey !== key) {
    await ledger.relist(held, key);
    return undefined;
  }
  const { entry } = held;
  if (isLeased(entry, Date.now())) return undefined;
  if (entry.booking) return settleBooking(invocation, held);
  if (entry.task.state === 'withdrawing') return finishWithdrawal(invocation, held);
  if (entry.task.state === 'created' && entry.task.showNumberAt !== undefined)
    return finishNumberChange(invocation, held);
  if (isUnderReview(entry) && entry.recording.state === 'completed') return endReview(invocation, held);
  if (entry.recording.state === 'recording') return lookForRecording(invocation, held);
  if (entry.task.state === 'created' && !mailIsOpen(entry))
    return ledger.change(held, await taskNews(invocation, entry));
  return advance(invocation, held, (current) => withTranscriptPatience(current, Date.now()));
}

/** Whoever hung up while listening to their message has sent it. */
async function endReview(invocation: Invocation, held: Held): Promise<Held | undefined> {
  const { twilio, ledger } = invocation;
  if (await twilio.voice.hasCallEnded(held.entry.callSid)) return advance(invocation, held, withReviewDone);
  return ledger.change(held, (current) => withRecordingCheckAt(current, Date.now() + CALL_GOES_ON_MS));
}

/** A recording that never reported: its webhooks were lost, the caller never came to it, or said nothing. */
async function lookForRecording(invocation: Invocation, held: Held): Promise<Held | undefined> {
  const { entry } = held;
  const { twilio, ledger } = invocation;
  const later = (ms: number) => ledger.change(held, (current) => withRecordingCheckAt(current, Date.now() + ms));
  const close = (as: 'superseded' | 'withdrawn', reason: string) =>
    ledger.change(held, (current) => closed(current, as, reason));
  // Before anything else: TaskRouter forgets a task five minutes after its end.
  if (await neverLeftTheLine(invocation, entry)) return close('withdrawn', 'Stayed in line');
  if (!(await twilio.voice.hasCallEnded(entry.callSid))) return later(CALL_GOES_ON_MS);
  // Attempts may have gaps, and one rebuilt late was written after its recording: none may be taken twice.
  const laterAttempts = await Promise.all(
    [1, 2, 3, 4, 5].map((n) => ledger.find(entryId(entry.callSid, entry.attempt + n))),
  );
  const next = laterAttempts.find((one) => one !== undefined);
  const taken = new Set(laterAttempts.map((one) => one?.entry.recording.sid));
  const free = (await twilio.voice.listRecordings(entry.callSid)).filter(({ recordingSid: sid }) => !taken.has(sid));
  const recording = recordingOf(entry, free, next?.entry.createdAt);
  if (recording?.status === 'completed') {
    invocation.log.warn('recording found that never reported', {
      entry: entry.id,
      recordingSid: recording.recordingSid,
    });
    return advance(invocation, held, (one) =>
      withReviewDone(withRecording(one, recording.recordingSid, recording.seconds, Date.now())),
    );
  }
  if (recording !== undefined) return later(STILL_PROCESSING_MS);
  if (next !== undefined) return close('superseded', 'Asked again after silence');
  await concludeEntryWithoutMessage(invocation, held);
  return undefined;
}

/**
 * The recording an entry stands for: the one its transcript was of, else one of its call, begun after it and before the
 * next attempt's. A first attempt has none before it, and may have been written down only after its recording, while
 * Sync was down.
 */
function recordingOf(
  entry: LedgerEntry,
  recordings: CallRecording[],
  nextAttemptAt = Number.POSITIVE_INFINITY,
): CallRecording | undefined {
  const proven = recordings.find(({ recordingSid: sid }) => sid === entry.recording.sid);
  if (proven) return proven;
  const own = recordings.filter(
    ({ startedAt, status }) =>
      status !== 'absent' &&
      status !== 'deleted' &&
      (entry.attempt === 1 || startedAt >= entry.createdAt - START_TOLERANCE_MS) &&
      startedAt < nextAttemptAt,
  );
  return own.find(({ status }) => status === 'completed') ?? own[0];
}

/** The entry was written, but whoever wrote it died before the waiting task was cancelled. */
async function neverLeftTheLine({ twilio }: Invocation, entry: LedgerEntry): Promise<boolean> {
  if (entry.waitingTaskSid === undefined || entry.leftLine) return false;
  const task = await twilio.taskRouter.fetchTask(entry.waitingTaskSid);
  if (task !== undefined) return task.reason !== LEFT_LINE_REASON;
  // Gone from TaskRouter. Whoever came to a recording, even a silent one, had left; else an agent has handled the call.
  return (await twilio.voice.listRecordings(entry.callSid)).length === 0;
}

async function taskNews({ twilio, log }: Invocation, entry: LedgerEntry): Promise<(entry: LedgerEntry) => LedgerEntry> {
  const patient = (current: LedgerEntry) => withTranscriptPatience(current, Date.now());
  const timedOutAt = entry.task.createdAt;
  if (entry.task.settled || timedOutAt === undefined || entry.task.sid === undefined) return patient;
  if (entry.transcript.state === 'pending') return patient;
  const task = await twilio.taskRouter.fetchTask(entry.task.sid);
  const expired = task?.status === 'canceled' && TTL_EXCEEDED.test(task.reason);
  const open = task?.status === 'pending' || task?.status === 'reserved';
  if (expired) log.error('task expired unhandled', { entry: entry.id, taskSid: entry.task.sid });
  return (current) => withTaskSeen(current, expired ? 'expired' : open ? 'still-open' : 'handled', Date.now());
}
