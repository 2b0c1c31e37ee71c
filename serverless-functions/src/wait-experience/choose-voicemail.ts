import { changeCallbackNumber } from '../callback/change-callback-number';
import { readConversationId } from '../callback/queue-position';
import { claimActiveCallback } from '../fulfilment/active-callback-lock';
import { cancelQueueTask } from '../fulfilment/cancel-queue-task';
import { carryAttributes } from '../fulfilment/carried-attributes';
import { processEntry } from '../fulfilment/process-entry';
import { taskKeyFor } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import {
  ALREADY_PROMISED_REASON,
  isPromised,
  type LedgerEntry,
  newVoicemailEntry,
  numberToCall,
  VOICEMAIL_CANCEL_REASON,
} from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import type { Ledger, VersionedEntry } from '../ledger/ledger';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { tryTwice } from '../runtime/retry';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';
import { concludeEntryWithoutMessage } from '../voicemail/no-message';
import { recordingLimits } from '../voicemail/rebuild-entry';
import { voicemailPath } from '../voicemail/voicemail-url';
import type { EffectName, LeaveOutcome } from './states';
import type { WaitSession } from './wait-session';
import type { WaitingCaller } from './waiting-caller';

/** Above this many entries that result to nothing in one call, something else is wrong. */
const MAX_SPENT_ATTEMPTS = 5;

/**
 * Takes a caller out of the line to record a voicemail, in the order that never leaves them with nothing (ADR 0013):
 * write the entry, cancel the queue task, move the call. Four rounds of calls in series.
 * @param effect any other than `choose-voicemail`: the queue task is gone already, so there is nothing to cancel
 * @returns what became of it, and where a callback goes that took its place; never throws
 */
export async function chooseVoicemail(
  invocation: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  effect: EffectName,
): Promise<{ outcome: LeaveOutcome; number?: string }> {
  const result = await leaveForRecording(invocation, call, session, effect);
  return typeof result === 'string' ? { outcome: result } : { outcome: 'callback-made', number: result.callbackNumber };
}

/** A callback has taken the recording's place, at that number. */
type LeaveResult = LeaveOutcome | { callbackNumber: string };

async function leaveForRecording(
  invocation: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  effect: EffectName,
): Promise<LeaveResult> {
  const isLineClosed = effect !== 'choose-voicemail';
  const lookup = await lookUpQueueTask(invocation, call, session, isLineClosed);
  if ('outcome' in lookup) return lookup.outcome;
  const { task } = lookup;
  const attempt = await startAttempt(invocation, call, session, task, isLineClosed);
  if ('result' in attempt) return attempt.result;
  const { current, entry } = attempt;
  if (current && task && isWaiting(task)) {
    const left = await cancelQueueTask(invocation, task, VOICEMAIL_CANCEL_REASON);
    if (left === 'unknown') return left;
    if (left !== 'canceled') {
      await closeAsWithdrawn(invocation, current);
      return left;
    }
  }
  return moveToRecording(invocation, call, session, current?.entry ?? entry, current, effect !== 'move-again');
}

/** @returns the queue task, which may be gone once the line is closed, or why the caller cannot leave the line now */
async function lookUpQueueTask(
  { twilio, log }: Invocation,
  { callSid }: WaitingCaller,
  { taskSid, checkedAt }: WaitSession,
  isLineClosed: boolean,
): Promise<{ task: Task | undefined } | { outcome: LeaveOutcome }> {
  try {
    const task = taskSid === undefined ? undefined : await twilio.taskRouter.fetchTask(taskSid);
    if (task === undefined && !isLineClosed) return { outcome: taskSid === undefined ? 'not-ready' : 'line-closed' };
    return task && isAssigned(task) ? { outcome: 'agent-took-call' } : { task };
  } catch (error) {
    log.error('queue task not read', { callSid, code: errorCode(error) });
    if (isLineClosed) return { task: undefined };
    return { outcome: checkedAt === undefined ? 'unknown' : 'failed' };
  }
}

/**
 * Creates the entry of this attempt, or finds the one an earlier delivery of the same request created. Entries of
 * earlier attempts that came to nothing are skipped.
 * @returns without `current` when Sync is down and the line is closed: the entry is then rebuilt from the URLs
 */
async function startAttempt(
  invocation: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  task: Task | undefined,
  isLineClosed: boolean,
): Promise<{ current?: VersionedEntry; entry: LedgerEntry } | { result: LeaveResult }> {
  const { ledger, log } = invocation;
  let entry = createEntry(invocation, call, session, task);
  try {
    let current = await ledger.createIfAbsent(entry);
    for (let n = 0; n < MAX_SPENT_ATTEMPTS && isSpent(current.entry); n += 1) {
      // An earlier delivery of this request ended in a callback.
      if (current.entry.task.type === 'callback' && isPromised(current.entry))
        return { result: { callbackNumber: numberToCall(current.entry) } };
      entry = createEntry(invocation, call, { ...session, attempt: entry.attempt + 1 }, task);
      current = await ledger.createIfAbsent(entry);
    }
    return { current, entry };
  } catch (error) {
    log.error('voicemail not begun', { callSid: call.callSid, code: errorCode(error) });
    if (isLineClosed) return { entry };
    return { result: task && isWaiting(task) ? 'failed' : 'line-closed' };
  }
}

/** True for an attempt that came to nothing. In an erased one the call goes on: what is recorded is deleted. */
const isSpent = (entry: LedgerEntry) => entry.recording.state !== 'recording' && !isErased(entry);

function createEntry(
  { environment, log }: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  task: Task | undefined,
): LedgerEntry {
  const now = Date.now();
  return newVoicemailEntry(
    {
      taskKey: taskKeyFor(environment, voicemailEntryId(call.callSid, session.attempt)),
      callSid: call.callSid,
      attempt: session.attempt,
      from: call.from,
      to: call.to,
      callerName: call.callerName,
      callerVerdict: call.verdict,
      queueName: task?.queueName ?? '',
      workflowSid:
        task?.workflowSid ?? session.workflowSid ?? environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
      priority: task?.priority ?? 0,
      routing: carryAttributes(task?.attributes ?? {}, log, { callSid: call.callSid }),
      queueTaskSid: task?.sid,
      conversationId: task === undefined ? call.callSid : readConversationId(task),
      waitingSince: Math.min(task?.virtualStartTime ?? now, now),
      language: call.experience.language,
    },
    recordingLimits(call.experience),
    now,
  );
}

/** Moves the call, twice if need be; a caller who cannot be moved has left the line, so a callback takes its place. */
async function moveToRecording(
  invocation: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  entry: LedgerEntry,
  current: VersionedEntry | undefined,
  isFirstMove: boolean,
): Promise<LeaveResult> {
  const { twilio, ledger, log } = invocation;
  const { callSid, attempt, from, to, callerName, callerVerdict, queueName, workflowSid, waitingSince } = entry;
  const urlState = {
    callSid,
    attempt,
    silenceRetries: 0,
    from,
    to,
    callerName,
    callerVerdict,
    queueName,
    experienceQueue: session.queueName,
    workflowSid,
    waitingSince,
    entryCreated: current !== undefined,
  };
  const url = `${call.origin}${voicemailPath(invocation.environment, 'voicemail', urlState)}`;
  const noted = current && markDequeued(ledger, log, current);
  for (let round = 0; round < 2; round += 1) {
    try {
      await twilio.voice.redirectCall(callSid, url);
      await noted;
      return 'moved';
    } catch (error) {
      log.warn('call not moved', { callSid, attempt: round + 1, code: errorCode(error) });
      // It may have been moved, and moving it again would cut off what it hears. If it was not, the waiting loop comes
      // back here, and that it does is the proof.
      if (isFirstMove && isTwilioError(error, 'unavailable') && error.outcomeUnknown) {
        await noted;
        return 'moved';
      }
    }
  }
  const latest = await noted;
  if (latest === undefined) return 'cannot-record';
  const hasHungUp = await twilio.voice.hasCallEnded(callSid).catch(() => false);
  return hasHungUp ? concludeAfterHangup(invocation, latest) : promiseCallback(invocation, call, latest);
}

/** The caller has hung up and hears nothing any more: the same as a message that was never left. */
async function concludeAfterHangup(invocation: Invocation, current: VersionedEntry): Promise<LeaveOutcome> {
  try {
    await concludeEntryWithoutMessage(invocation, current);
  } catch (error) {
    // The sweep does it.
    invocation.log.warn('entry not concluded', { entry: current.entry.id, code: errorCode(error) });
  }
  return 'moved';
}

/** A callback in the place of a voicemail that cannot be recorded; the one that is open already, if there is one. */
async function promiseCallback(
  invocation: Invocation,
  call: WaitingCaller,
  current: VersionedEntry,
): Promise<LeaveResult> {
  const { ledger, log } = invocation;
  const { id, workflowSid, queueName } = current.entry;
  if (call.ownNumber === undefined) {
    await closeAsWithdrawn(invocation, current);
    return 'cannot-record';
  }
  try {
    const other = await claimActiveCallback(invocation, { caller: call.ownNumber, workflowSid, queueName }, id);
    // What can still come to nothing is no promise.
    if (other?.entry.booking) return 'cannot-record';
    if (other !== undefined) {
      if (!(await changeCallbackNumber(invocation, other, call.ownNumber))) return 'cannot-record';
      await updateBestEffort(ledger, log, current, {
        type: 'no-message-left',
        followUp: 'none',
        reason: ALREADY_PROMISED_REASON,
      });
      return { callbackNumber: call.ownNumber };
    }
  } catch (error) {
    log.error('open callback not read', { entry: id, code: errorCode(error) });
    return 'cannot-record';
  }
  // Written down first: from then on the sweep keeps the promise, whatever becomes of the task here.
  const promised = await updateBestEffort(ledger, log, current, { type: 'no-message-left', followUp: 'callback' });
  if (promised.entry.task.type !== 'callback') return 'cannot-record';
  try {
    await processEntry(invocation, promised);
  } catch (error) {
    log.error('callback not made yet', { entry: id, code: errorCode(error) });
  }
  return { callbackNumber: call.ownNumber };
}

/**
 * Notes that the caller left the line: the sweep must know that something was promised. Tried twice, since without it a
 * caller who hangs up before the tone would look like one that an agent served.
 * @returns the entry as it is then; never throws
 */
const markDequeued = (ledger: Ledger, log: Log, current: VersionedEntry) =>
  updateBestEffort(ledger, log, current, { type: 'caller-dequeued' });

async function closeAsWithdrawn({ ledger, log }: Invocation, current: VersionedEntry): Promise<void> {
  await updateBestEffort(ledger, log, current, { type: 'attempt-closed', as: 'withdrawn', reason: 'Stayed in line' });
}

async function updateBestEffort(
  ledger: Ledger,
  log: Log,
  current: VersionedEntry,
  event: LedgerEvent,
): Promise<VersionedEntry> {
  const { id } = current.entry;
  const changed = await tryTwice(
    async (attempt) => (await ledger.apply(attempt === 1 ? current : id, event)) ?? current,
    (error, attempt) => log.warn('entry not changed', { entry: id, attempt, code: errorCode(error) }),
  );
  // The sweep finds it without a recording, and looks at the queue task.
  return changed ?? current;
}
