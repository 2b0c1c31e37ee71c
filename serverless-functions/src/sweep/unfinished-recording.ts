import { isOwnRecording, recordingProgress } from '../fulfilment/own-recording';
import { processEntry } from '../fulfilment/process-entry';
import { LATE_REQUEST_MS, removeAgain } from '../fulfilment/replayed-request';
import type { Invocation } from '../invocation';
import { type LedgerEntry, VOICEMAIL_CANCEL_REASON } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import type { LedgerEvent } from '../ledger/events';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import type { CallRecording } from '../twilio/voice';
import { concludeEntryWithoutMessage } from '../voicemail/no-message';
import { experienceForVoicemail } from '../voicemail/voicemail-url';

/** Entries whose message is not concluded when they are due: it is under review, or was never reported. */

const CALL_GOES_ON_MS = 5 * 60_000;
const STILL_PROCESSING_MS = 2 * 60_000;
/** Until somebody mends it, or Sync removes it after 30 days. */
const UNREADABLE_ATTEMPT_MS = 60 * 60_000;
/** How long after the longest possible message, and its call, Twilio may take to complete a recording. */
const RECORDING_TIMEOUT_MS = 60 * 60_000;
/** A call has a few attempts at most, and they may have gaps. */
const LATER_ATTEMPTS = [1, 2, 3, 4, 5];

/** A caller who hung up while listening to the message has sent it. */
export async function endReview(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { twilio, ledger } = invocation;
  if (await twilio.voice.hasCallEnded(current.entry.callSid))
    return processEntry(invocation, current, [{ type: 'review-ended' }]);
  return ledger.apply(current, checkAgainIn(CALL_GOES_ON_MS));
}

function checkAgainIn(ms: number): LedgerEvent {
  return { type: 'recording-check-rescheduled', checkAt: Date.now() + ms };
}

/**
 * A recording that was never reported: its webhooks were lost, the caller never got to it, or said nothing. While another
 * attempt of the call cannot be read, which may have the recording, supervisors are shown that one, and this one waits.
 */
export async function findLostRecording(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { ledger, log } = invocation;
  try {
    return await concludeRecording(invocation, current);
  } catch (error) {
    if (!(error instanceof CorruptEntry)) throw error;
    log.error('another attempt unreadable', { entry: error.row.id, callSid: current.entry.callSid });
    await ledger.showUnreadable(error);
    return ledger.apply(current, checkAgainIn(UNREADABLE_ATTEMPT_MS));
  }
}

async function concludeRecording(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { entry } = current;
  const { twilio, ledger, log } = invocation;
  // First of all, since TaskRouter forgets a task five minutes after its end.
  if (await stayedInQueue(invocation, entry))
    return ledger.apply(current, { type: 'attempt-closed', as: 'withdrawn', reason: 'Stayed in line' });
  if (!(await twilio.voice.hasCallEnded(entry.callSid))) return ledger.apply(current, checkAgainIn(CALL_GOES_ON_MS));
  if (await wasWrittenAfterCall(invocation, entry)) {
    log.warn('voicemail of an ended call removed', { entry: entry.id });
    await removeAgain(invocation, current);
    return undefined;
  }
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

/** A recorded request brought it, and its invocation died before it looked up the call (ADR 0126). */
async function wasWrittenAfterCall({ twilio }: Invocation, { callSid, createdAt }: LedgerEntry): Promise<boolean> {
  const call = await twilio.voice.fetchCallEnd(callSid);
  return call?.endedAt !== undefined && call.endedAt < createdAt - LATE_REQUEST_MS;
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
