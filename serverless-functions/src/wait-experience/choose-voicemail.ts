import { changeNumber } from '../callback/change-number';
import { advance } from '../fulfilment/advance';
import { isOpen, isTaken, leaveLine } from '../fulfilment/leave-line';
import { takePlace } from '../fulfilment/open-callback';
import { routingAttributes } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { isPromised, numberToCall } from '../ledger/callback-entry';
import {
  closed,
  LEFT_LINE_REASON,
  type LedgerEntry,
  newEntry,
  turnedIntoCallback,
  withoutMessage,
} from '../ledger/entry';
import type { Held, Ledger } from '../ledger/ledger';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { Task } from '../twilio/taskrouter';
import { entryLimits } from '../voicemail/entry-from-url';
import { concludeEntryWithoutMessage, PROMISED_REASON } from '../voicemail/no-message';
import { voicemailPath } from '../voicemail/voicemail-url';
import type { EffectName, LeaveOutcome } from './states';
import type { WaitSession } from './wait-session';
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
  const { twilio, ledger, log } = invocation;
  let task: Task | undefined;
  let held: Held | undefined;
  try {
    task = session.taskSid === undefined ? undefined : await twilio.taskRouter.fetchTask(session.taskSid);
    if (task === undefined && !isLineClosed) return session.taskSid === undefined ? 'not-ready' : 'line-closed';
    if (task && isTaken(task)) return 'agent-took-call';
  } catch (error) {
    log.error('waiting task not read', { callSid: call.callSid, code: errorCode(error) });
    if (!isLineClosed) return session.checkedAt === undefined ? 'unsure' : 'trouble';
  }
  let entry = createEntry(invocation, call, session, task);
  try {
    held = await ledger.open(entry);
    // An earlier try of this call came to nothing after all: this one is an attempt of its own.
    for (let n = 0; n < MAX_SPENT_ATTEMPTS && held.entry.recording.state !== 'recording'; n += 1) {
      // Or it came to a callback, and this is the same request once more.
      if (held.entry.task.type === 'callback' && isPromised(held.entry))
        return { callbackNumber: numberToCall(held.entry) };
      entry = createEntry(invocation, call, { ...session, attempt: entry.attempt + 1 }, task);
      held = await ledger.open(entry);
    }
  } catch (error) {
    log.error('voicemail not begun', { callSid: call.callSid, code: errorCode(error) });
    // Out of line anyway: recorded all the same, and the entry rebuilt from the URLs.
    if (!isLineClosed) return task && isOpen(task) ? 'trouble' : 'line-closed';
  }
  if (held && task && isOpen(task)) {
    const left = await leaveLine(invocation, task, LEFT_LINE_REASON);
    if (left === 'unsure') return left;
    if (left !== 'left') {
      await closeAsWithdrawn(invocation, held);
      return left;
    }
  }
  return moveToRecording(invocation, call, held?.entry ?? entry, held, effect !== 'move-again');
}

function createEntry(
  { environment }: Invocation,
  call: WaitingCaller,
  session: WaitSession,
  task: Task | undefined,
): LedgerEntry {
  const now = Date.now();
  const conversations = task?.attributes.conversations as { conversation_id?: unknown } | undefined;
  const linked = conversations?.conversation_id;
  return newEntry(
    {
      callSid: call.callSid,
      attempt: session.attempt,
      from: call.from,
      to: call.to,
      callerName: call.callerName,
      queueName: task?.queueName ?? '',
      workflowSid:
        task?.workflowSid ?? session.workflowSid ?? environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '',
      priority: task?.priority ?? 0,
      routing: routingAttributes(task?.attributes ?? {}),
      waitingTaskSid: task?.sid,
      conversationId: typeof linked === 'string' ? linked : (task?.sid ?? call.callSid),
      waitingSince: Math.min(task?.virtualStartTime ?? now, now),
      language: call.experience.language,
    },
    entryLimits(call.experience),
    now,
  );
}

/** Moves the call, twice if need be; a caller who cannot be moved has left the line, so a callback takes its place. */
async function moveToRecording(
  invocation: Invocation,
  call: WaitingCaller,
  entry: LedgerEntry,
  held: Held | undefined,
  isFirstMove: boolean,
): Promise<LeaveResult> {
  const { twilio, ledger, log } = invocation;
  const { callSid, attempt, from, to, callerName, queueName, workflowSid, waitingSince } = entry;
  const opened = held !== undefined;
  const urlState = {
    callSid,
    attempt,
    askedAgain: 0,
    from,
    to,
    callerName,
    queueName,
    workflowSid,
    waitingSince,
    opened,
  };
  const url = `${call.origin}${voicemailPath('voicemail', urlState)}`;
  const noted = held && markDequeued(ledger, log, held);
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
async function concludeAfterHangup(invocation: Invocation, held: Held): Promise<LeaveOutcome> {
  try {
    await concludeEntryWithoutMessage(invocation, held);
  } catch (error) {
    // The sweep does it.
    invocation.log.warn('entry not concluded', { entry: held.entry.id, code: errorCode(error) });
  }
  return 'moved';
}

/** A callback in the place of a voicemail that cannot be recorded; the one that is open already, if there is one. */
async function promiseCallback(invocation: Invocation, call: WaitingCaller, held: Held): Promise<LeaveResult> {
  const { ledger, log } = invocation;
  const { id, workflowSid, queueName } = held.entry;
  if (call.ownNumber === undefined) {
    await closeAsWithdrawn(invocation, held);
    return 'cannot-record';
  }
  try {
    const other = await takePlace(invocation, { caller: call.ownNumber, workflowSid, queueName }, id);
    // What can still come to nothing is no promise.
    if (other?.entry.booking) return 'cannot-record';
    if (other !== undefined) {
      if (!(await changeNumber(invocation, other, call.ownNumber))) return 'cannot-record';
      const none = { task: 'none', reason: PROMISED_REASON } as const;
      await updateBestEffort(ledger, log, held, (one) => withoutMessage(one, none, Date.now()));
      return { callbackNumber: call.ownNumber };
    }
  } catch (error) {
    log.error('open callback not read', { entry: id, code: errorCode(error) });
    return 'cannot-record';
  }
  // Written down first: from then on the sweep keeps the promise, whatever becomes of the task here.
  const promised = await updateBestEffort(ledger, log, held, (one) => turnedIntoCallback(one, Date.now()));
  if (promised.entry.task.type !== 'callback') return 'cannot-record';
  try {
    await advance(invocation, promised, (one) => one);
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
const markDequeued = (ledger: Ledger, log: Log, held: Held) =>
  updateBestEffort(ledger, log, held, (one) => (one.leftLine ? one : { ...one, leftLine: true }));

async function closeAsWithdrawn({ ledger, log }: Invocation, held: Held): Promise<void> {
  await updateBestEffort(ledger, log, held, (entry) => closed(entry, 'withdrawn', 'Stayed in line'));
}

async function updateBestEffort(
  ledger: Ledger,
  log: Log,
  held: Held,
  next: (entry: LedgerEntry) => LedgerEntry,
): Promise<Held> {
  for (let round = 0; round < 2; round += 1) {
    try {
      return (await ledger.change(round === 0 ? held : held.entry.id, next)) ?? held;
    } catch (error) {
      log.warn('entry not changed', { entry: held.entry.id, attempt: round + 1, code: errorCode(error) });
    }
  }
  // The sweep finds it without a recording, and looks at the waiting task.
  return held;
}
