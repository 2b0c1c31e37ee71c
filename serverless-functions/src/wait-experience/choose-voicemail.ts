import { changeCallbackNumber } from '../callback/change-callback-number';
import { readConversationId } from '../callback/queue-position';
import { claimActiveCallback } from '../fulfilment/active-callback-lock';
import { cancelQueueTask } from '../fulfilment/cancel-queue-task';
import { processEntry } from '../fulfilment/process-entry';
import { pickRoutingAttributes } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import {
  isPromised,
  type LedgerEntry,
  newVoicemailEntry,
  numberToCall,
  VOICEMAIL_CANCEL_REASON,
} from '../ledger/entry';
import type { Ledger, VersionedEntry } from '../ledger/ledger';
import type { LedgerEvent } from '../ledger/transitions';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { tryTwice } from '../runtime/retry';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';
import { ALREADY_PROMISED_REASON, concludeEntryWithoutMessage } from '../voicemail/no-message';
import { recordingLimits } from '../voicemail/rebuild-entry';
import { voicemailPath } from '../voicemail/voicemail-url';
import type { EffectName, LeavingOutcome } from './states';
import type { WaitMemory } from './wait-url';
import type { WaitingCaller } from './waiting-caller';

/** Above this many entries that came to nothing in one call, something else is wrong. */
const MAX_SPENT_ATTEMPTS = 5;

/**
 * Takes a caller out of the line to record a voicemail, in the order that never leaves them with nothing (ADR 0013):
 * write the entry, cancel the waiting task, move the call. Four rounds of calls in series.
 * @param effect any other than `choose-voicemail`: the waiting task is gone already, so there is nothing to cancel
 * @returns what became of it, and where a callback goes that took its place; never throws
 */
export async function chooseVoicemail(
  invocation: Invocation,
  call: WaitingCaller,
  memory: WaitMemory,
  effect: EffectName,
): Promise<{ outcome: LeavingOutcome; number?: string }> {
  const came = await leaveForRecording(invocation, call, memory, effect);
  return typeof came === 'string' ? { outcome: came } : { outcome: 'callback-made', number: came.calledBackAt };
}

/** A callback has taken the recording's place, at that number. */
type Came = LeavingOutcome | { calledBackAt: string };

async function leaveForRecording(
  invocation: Invocation,
  call: WaitingCaller,
  memory: WaitMemory,
  effect: EffectName,
): Promise<Came> {
  const lineIsClosed = effect !== 'choose-voicemail';
  const { twilio, ledger, log } = invocation;
  let task: Task | undefined;
  let current: VersionedEntry | undefined;
  try {
    task = memory.taskSid === undefined ? undefined : await twilio.taskRouter.fetchTask(memory.taskSid);
    if (task === undefined && !lineIsClosed) return memory.taskSid === undefined ? 'not-ready' : 'line-closed';
    if (task && isAssigned(task)) return 'agent-took-call';
  } catch (error) {
    log.error('waiting task not read', { callSid: call.callSid, code: errorCode(error) });
    if (!lineIsClosed) return memory.checkedAt === undefined ? 'unknown' : 'failed';
  }
  let entry = entryOf(invocation, call, memory, task);
  try {
    current = await ledger.createIfAbsent(entry);
    // An earlier try of this call came to nothing after all: this one is an attempt of its own.
    for (let n = 0; n < MAX_SPENT_ATTEMPTS && current.entry.recording.state !== 'recording'; n += 1) {
      // Or it came to a callback, and this is the same request once more.
      if (current.entry.task.type === 'callback' && isPromised(current.entry))
        return { calledBackAt: numberToCall(current.entry) };
      entry = entryOf(invocation, call, { ...memory, attempt: entry.attempt + 1 }, task);
      current = await ledger.createIfAbsent(entry);
    }
  } catch (error) {
    log.error('voicemail not begun', { callSid: call.callSid, code: errorCode(error) });
    // Out of line anyway: recorded all the same, and the entry rebuilt from the URLs.
    if (!lineIsClosed) return task && isWaiting(task) ? 'failed' : 'line-closed';
  }
  if (current && task && isWaiting(task)) {
    const left = await cancelQueueTask(invocation, task, VOICEMAIL_CANCEL_REASON);
    if (left === 'unknown') return left;
    if (left !== 'canceled') {
      await withdraw(invocation, current);
      return left;
    }
  }
  return moveToRecording(invocation, call, current?.entry ?? entry, current, effect !== 'move-again');
}

function entryOf(
  { environment }: Invocation,
  call: WaitingCaller,
  memory: WaitMemory,
  task: Task | undefined,
): LedgerEntry {
  const now = Date.now();
  return newVoicemailEntry(
    {
      callSid: call.callSid,
      attempt: memory.attempt,
      from: call.from,
      to: call.to,
      callerName: call.callerName,
      queueName: task?.queueName ?? '',
      workflowSid:
        task?.workflowSid ?? memory.workflowSid ?? environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
      priority: task?.priority ?? 0,
      routing: pickRoutingAttributes(task?.attributes ?? {}),
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
  entry: LedgerEntry,
  current: VersionedEntry | undefined,
  isFirstMove: boolean,
): Promise<Came> {
  const { twilio, ledger, log } = invocation;
  const { callSid, attempt, from, to, callerName, queueName, workflowSid, waitingSince } = entry;
  const address = {
    callSid,
    attempt,
    silenceRetries: 0,
    from,
    to,
    callerName,
    queueName,
    workflowSid,
    waitingSince,
    entryCreated: current !== undefined,
  };
  const url = `${call.origin}${voicemailPath('voicemail', address)}`;
  const noted = current && noteLeaving(ledger, log, current);
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
  return hasHungUp ? concludeWithoutCaller(invocation, latest) : promiseCallback(invocation, call, latest);
}

/** The caller has hung up and hears nothing any more: the same as a message that was never left. */
async function concludeWithoutCaller(invocation: Invocation, current: VersionedEntry): Promise<LeavingOutcome> {
  try {
    await concludeEntryWithoutMessage(invocation, current);
  } catch (error) {
    // The sweep does it.
    invocation.log.warn('entry not concluded', { entry: current.entry.id, code: errorCode(error) });
  }
  return 'moved';
}

/** A callback in the place of a voicemail that cannot be recorded; the one that is open already, if there is one. */
async function promiseCallback(invocation: Invocation, call: WaitingCaller, current: VersionedEntry): Promise<Came> {
  const { ledger, log } = invocation;
  const { id, workflowSid, queueName } = current.entry;
  if (call.ownNumber === undefined) {
    await withdraw(invocation, current);
    return 'cannot-record';
  }
  try {
    const other = await claimActiveCallback(invocation, { caller: call.ownNumber, workflowSid, queueName }, id);
    // What can still come to nothing is no promise.
    if (other?.entry.booking) return 'cannot-record';
    if (other !== undefined) {
      if (!(await changeCallbackNumber(invocation, other, call.ownNumber))) return 'cannot-record';
      await changeOrLeave(ledger, log, current, {
        type: 'no-message-left',
        followUp: 'none',
        reason: ALREADY_PROMISED_REASON,
      });
      return { calledBackAt: call.ownNumber };
    }
  } catch (error) {
    log.error('open callback not read', { entry: id, code: errorCode(error) });
    return 'cannot-record';
  }
  // Written down first: from then on the sweep keeps the promise, whatever becomes of the task here.
  const promised = await changeOrLeave(ledger, log, current, { type: 'no-message-left', followUp: 'callback' });
  if (promised.entry.task.type !== 'callback') return 'cannot-record';
  try {
    await processEntry(invocation, promised);
  } catch (error) {
    log.error('callback not made yet', { entry: id, code: errorCode(error) });
  }
  return { calledBackAt: call.ownNumber };
}

/**
 * Notes that the caller left the line: the sweep must know that something was promised. Tried twice, since without it a
 * caller who hangs up before the tone would be taken for one whom an agent has served.
 * @returns the entry as it is then; never throws
 */
const noteLeaving = (ledger: Ledger, log: Log, current: VersionedEntry) =>
  changeOrLeave(ledger, log, current, { type: 'caller-dequeued' });

async function withdraw({ ledger, log }: Invocation, current: VersionedEntry): Promise<void> {
  await changeOrLeave(ledger, log, current, { type: 'attempt-closed', as: 'withdrawn', reason: 'Stayed in line' });
}

async function changeOrLeave(
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
  // The sweep finds it without a recording, and looks at the waiting task.
  return changed ?? current;
}
