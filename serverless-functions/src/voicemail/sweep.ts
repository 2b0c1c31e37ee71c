import type { Invocation } from '../invocation';
import {
  closed,
  entryId,
  LEFT_LINE_REASON,
  type VoicemailEntry,
  withRecording,
  withRecordingCheckAt,
  withTranscriptPatience,
} from '../ledger/entry';
import { type Held, INDEX_MAPS, readIndexKey } from '../ledger/ledger';
import { isLeased, withTaskSeen } from '../ledger/steps';
import { errorCode } from '../runtime/errors';
import type { CallRecording } from '../twilio/voice';
import { advance } from './advance';
import { concludeEntryWithoutMessage } from './no-message';

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
export const SWEEP_AFTER_VOICEMAIL: SweepBounds = { maps: 1, entries: 2 };
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
  const result: SweepResult = { examined: 0, failed: unreadMaps, more };
  for (const { id, key } of keys) {
    if (result.examined >= bounds.entries || invocation.deadline.remaining() < MIN_TIME_FOR_AN_ENTRY_MS)
      return { ...result, more: true };
    result.examined += 1;
    try {
      await examine(invocation, id, key);
    } catch (error) {
      result.failed += 1;
      invocation.log.warn('entry left for later', { entry: id, code: errorCode(error) });
    }
  }
  return result;
}

async function examine(invocation: Invocation, id: string, key: string): Promise<void> {
  const { ledger } = invocation;
  const held = await ledger.find(id);
  // Listed by a write whose other half failed, or left by one that lost a race.
  if (held === undefined || held.entry.indexKey !== key) return ledger.unlist(id, key);
  const { entry } = held;
  const now = Date.now();
  if (isLeased(entry, now)) return;
  if (entry.recording.state === 'recording') await lookForRecording(invocation, held);
  else if (entry.task.state === 'created' && entry.email.state !== 'pending' && entry.email.state !== 'sending')
    await ledger.change(held, await taskNews(invocation, entry));
  else await advance(invocation, held, (current) => withTranscriptPatience(current, Date.now()));
}

/** A recording that never reported: its webhooks were lost, the caller never came to it, or said nothing. */
async function lookForRecording(invocation: Invocation, held: Held): Promise<void> {
  const { entry } = held;
  const { doors, ledger } = invocation;
  const later = (ms: number) => ledger.change(held, (current) => withRecordingCheckAt(current, Date.now() + ms));
  if (!(await doors.voice.hasEnded(entry.callSid))) {
    await later(CALL_GOES_ON_MS);
    return;
  }
  const next = await ledger.find(entryId(entry.callSid, entry.attempt + 1));
  const recording = recordingOf(entry, await doors.voice.recordingsOf(entry.callSid), next?.entry.createdAt);
  if (recording?.status === 'completed') {
    invocation.log.warn('recording found that never reported', { entry: entry.id, recordingSid: recording.sid });
    await advance(invocation, held, (one) => withRecording(one, recording.sid, recording.seconds, Date.now()));
  } else if (recording !== undefined) await later(STILL_PROCESSING_MS);
  else if (next !== undefined)
    await ledger.change(held, (current) => closed(current, 'superseded', 'Asked again after silence'));
  else if (await neverLeftTheLine(invocation, entry))
    await ledger.change(held, (current) => closed(current, 'withdrawn', 'Stayed in line'));
  else await concludeEntryWithoutMessage(invocation, held);
}

/** The recording an entry stands for: of its call, begun after it and before the next attempt's. */
function recordingOf(
  entry: VoicemailEntry,
  recordings: CallRecording[],
  nextAttemptAt = Number.POSITIVE_INFINITY,
): CallRecording | undefined {
  const own = recordings.filter(
    ({ startedAt, status }) =>
      status !== 'absent' &&
      status !== 'deleted' &&
      startedAt >= entry.createdAt - START_TOLERANCE_MS &&
      startedAt < nextAttemptAt,
  );
  return own.find(({ status }) => status === 'completed') ?? own[0];
}

/** The entry was written, but whoever wrote it died before the waiting task was cancelled. */
async function neverLeftTheLine({ doors }: Invocation, entry: VoicemailEntry): Promise<boolean> {
  if (entry.waitingTaskSid === undefined || entry.leftLine) return false;
  const task = await doors.tasks.fetch(entry.waitingTaskSid);
  return task !== undefined && task.reason !== LEFT_LINE_REASON;
}

async function taskNews(
  { doors, log }: Invocation,
  entry: VoicemailEntry,
): Promise<(entry: VoicemailEntry) => VoicemailEntry> {
  const patient = (current: VoicemailEntry) => withTranscriptPatience(current, Date.now());
  const timedOutAt = entry.task.createdAt;
  if (entry.task.settled || timedOutAt === undefined || entry.task.sid === undefined) return patient;
  if (entry.transcript.state === 'pending') return patient;
  const task = await doors.tasks.fetch(entry.task.sid);
  const expired = task?.status === 'canceled' && TTL_EXCEEDED.test(task.reason);
  const open = task?.status === 'pending' || task?.status === 'reserved';
  if (expired) log.error('task expired unhandled', { entry: entry.id, taskSid: entry.task.sid });
  return (current) => withTaskSeen(current, expired ? 'expired' : open ? 'still-open' : 'handled', Date.now());
}
