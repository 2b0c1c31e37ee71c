import {
  type ActiveCallbackLock,
  acquireLock,
  findActiveCallback,
  readActiveCallbackLock,
} from '../fulfilment/active-callback-lock';
import { cancelQueueTask, isAssigned, isWaiting } from '../fulfilment/cancel-queue-task';
import { findOrCreateTask, findTaskForEntry } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import {
  CALLBACK_CANCEL_REASON,
  callbackEntryId,
  isPromised,
  newCallbackEntry,
  numberToCall,
  withBooked,
  withBooking,
  withNumberToCall,
} from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { isLeased, type TaskOutcome } from '../ledger/steps';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';
import { changeCallbackNumber } from './change-callback-number';
import { withQueuePosition } from './queue-position';
import { reconcileBooking } from './reconcile-booking';
import { withdrawCallback } from './withdraw-callback';

export interface BookingRequest {
  callSid: string;
  from: string;
  to: string;
  callerName?: string;
  /** The number the caller confirmed, in E.164. */
  number: string;
  /** Whose callback it is: the caller's own number, or for a withheld one `typed` and the number that was typed. */
  caller: string;
  taskSid: string | undefined;
  workflowSid: string;
  queueName: string;
  language: string;
}
export type BookingOutcome =
  /** The callback is promised, and the caller has left the line. */
  | 'booked'
  /** One was open already, at this number; the caller is still in line. */
  | 'already-booked'
  /** One was open already; it is at this number now, and the caller is out of line. */
  | 'changed'
  | 'agent-took-call'
  | 'not-ready'
  /** Nothing was booked, and the place in line is still held. */
  | 'trouble'
  /** Nothing was booked, and there is no place in line any more. */
  | 'line-closed'
  /** Nobody knows yet what became of it; ask again with the same request. */
  | 'unsure';

/**
 * Books a callback for a caller who waits in line and has confirmed a number, in the order that never leaves them with
 * nothing nor with two: claim (the entry, by its name), task, cancel the waiting task, write down that it is promised.
 * Four rounds of calls in series. The same request again, by a repeated webhook or a caller who presses twice, books once.
 * @returns what really happened; never throws
 */
export async function bookCallback(invocation: Invocation, request: BookingRequest): Promise<BookingOutcome> {
  const { twilio, ledger, log, owner } = invocation;
  const { callSid, taskSid } = request;
  if (taskSid === undefined) return 'not-ready';
  const now = Date.now();
  const bare = withBooking(createProvisionalEntry(request, taskSid, now), owner, now);
  const [reading, opening, pointing] = await Promise.allSettled([
    twilio.taskRouter.fetchTask(taskSid),
    ledger.createIfAbsent(bare),
    invoke(() => readActiveCallbackLock(twilio.sync, request)),
  ]);
  if (opening.status === 'rejected') {
    // It may be written all the same: the sweep asks the waiting task, and withdraws it.
    log.error('callback not claimed', { callSid, code: errorCode(opening.reason) });
    return reading.status === 'rejected' ? 'trouble' : failureOutcome(reading.value, true);
  }
  let current: VersionedEntry = opening.value;
  if (!opening.value.created) {
    const again = await reclaimBooking(invocation, current, request);
    if (typeof again === 'string') return again;
    current = again;
  }
  if (reading.status === 'rejected' || pointing.status === 'rejected') {
    const cause = reading.status === 'rejected' ? reading.reason : (pointing as PromiseRejectedResult).reason;
    log.error('callback not begun', { callSid, code: errorCode(cause) });
    await withdrawCallback(invocation, current, opening.value.created ? 'not-made' : 'perhaps');
    // A place that nobody could look at may be gone.
    if (reading.status === 'rejected') return opening.value.created ? 'trouble' : 'unsure';
    return failureOutcome(reading.value, opening.value.created);
  }
  const task = reading.value;
  if (task && isAssigned(task)) {
    await withdrawCallback(invocation, current, opening.value.created ? 'not-made' : 'perhaps');
    return 'agent-took-call';
  }
  return book(invocation, request, { held: current, task, pointer: pointing.value, isFirst: opening.value.created });
}

/**
 * Nothing was booked: nobody is told of a place in line that is gone. Where an earlier try may have given it up for this
 * very callback, it is tried again.
 */
function failureOutcome(task: Task | undefined, isFirst: boolean): BookingOutcome {
  if (task !== undefined && isAssigned(task)) return 'agent-took-call';
  if (task !== undefined && isWaiting(task)) return 'trouble';
  return isFirst ? 'line-closed' : 'unsure';
}

interface Booking {
  held: VersionedEntry;
  /** The waiting task; undefined when TaskRouter knows it no more. */
  task: Task | undefined;
  pointer: ActiveCallbackLock;
  /** Nobody has tried to make its task before. */
  isFirst: boolean;
}

async function book(
  invocation: Invocation,
  request: BookingRequest,
  { held, task, pointer: lock, isFirst }: Booking,
): Promise<BookingOutcome> {
  const { twilio, ledger, log, timeZone } = invocation;
  const { callSid } = request;
  if (lock.entryId !== undefined && lock.entryId !== held.entry.id) {
    const other = await invoke(() => findOtherCallback(invocation, lock)).catch((error: unknown) => {
      log.error('open callback not read', { callSid, code: errorCode(error) });
      return 'unreadable' as const;
    });
    if (other !== undefined) {
      await withdrawCallback(invocation, held, isFirst ? 'not-made' : 'perhaps');
      return other === 'unreadable'
        ? failureOutcome(task, isFirst)
        : changeOtherCallback(invocation, request, other, task);
    }
  }
  const full = withQueuePosition(held.entry, task);
  const [made, written, pointed] = await Promise.all([
    findOrCreateTask(full, () => twilio.taskRouter, timeZone, isFirst),
    toResult(
      ledger.compareAndSwap(
        held,
        (entry) => withQueuePosition(entry, task),
        () => false,
      ),
    ),
    toResult(acquireLock(twilio.sync, lock, held.entry.id)),
  ]);
  const current = written.value ?? held;
  const outcome = made.made || !made.mayHaveBeenMade ? made : await findUnconfirmedTask(invocation, full, made);
  const problem = written.error ?? pointed.error ?? toBookingError(outcome);
  if (problem !== undefined) {
    log.error('callback not booked', { callSid, code: errorCode(problem) });
    await withdrawCallback(invocation, current, whatWasMade(outcome));
    // Another call of this caller was faster: asked again, it is found.
    return isTwilioError(pointed.error, 'conflict', 'precondition-failed') ? 'unsure' : failureOutcome(task, isFirst);
  }
  // The line is not left for a task that may not be there: asked again, it is looked for, and made if it is not.
  if (!outcome.made) return 'unsure';
  const left = task && isWaiting(task) ? await cancelQueueTask(invocation, task, CALLBACK_CANCEL_REASON) : 'left';
  if (left === 'unsure') return left;
  if (left !== 'left') {
    await withdrawCallback(invocation, current, whatWasMade(outcome));
    return left;
  }
  await recordBooked(invocation, current, outcome.sid);
  log.info('callback booked', { entry: current.entry.id, taskSid: outcome.sid });
  return 'booked';
}

/** The open callback of another call; one that its call left undecided is decided first, lest there be two. */
async function findOtherCallback(
  invocation: Invocation,
  lock: ActiveCallbackLock,
): Promise<VersionedEntry | undefined> {
  const other = await findActiveCallback(invocation, lock);
  if (!other?.entry.booking || isLeased(other.entry, Date.now())) return other;
  await reconcileBooking(invocation, other);
  return findActiveCallback(invocation, lock);
}

/** Looked for, and not made again: a request whose answer was lost may still be on its way. */
async function findUnconfirmedTask(
  { twilio }: Invocation,
  entry: LedgerEntry,
  unanswered: TaskOutcome & { made: false },
): Promise<TaskOutcome> {
  try {
    const task = await findTaskForEntry(entry, twilio.taskRouter);
    return task === undefined ? unanswered : { made: true, sid: task.sid, found: true };
  } catch {
    return unanswered;
  }
}

/** Only a task that cannot be there stops a booking: one whose answer was lost is looked for until it is there. */
function toBookingError(outcome: TaskOutcome): unknown {
  return outcome.made || outcome.mayHaveBeenMade ? undefined : new Error(outcome.problem);
}

const whatWasMade = (outcome: TaskOutcome) =>
  outcome.made ? { sid: outcome.sid } : outcome.mayHaveBeenMade ? ('perhaps' as const) : ('not-made' as const);

/**
 * Twice if need be. When it cannot be written the sweep asks the waiting task, whose reason says the same, as long as
 * TaskRouter remembers it.
 */
async function recordBooked({ ledger, log }: Invocation, current: VersionedEntry, taskSid: string): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    try {
      await ledger.compareAndSwap(
        round === 0 ? current : current.entry.id,
        (entry) => withBooked(entry, taskSid, Date.now()),
        () => true,
        true,
      );
      return;
    } catch (error) {
      log.error('booking not written down', { entry: current.entry.id, attempt: round + 1, code: errorCode(error) });
    }
  }
}

/**
 * The entry of this call is there already: the confirmation came twice, or an earlier one came to nothing.
 * @returns the entry, claimed anew; or what there is to say
 */
async function reclaimBooking(
  invocation: Invocation,
  held: VersionedEntry,
  request: BookingRequest,
): Promise<VersionedEntry | Extract<BookingOutcome, 'booked' | 'changed' | 'trouble' | 'unsure'>> {
  const { ledger, log, owner } = invocation;
  const { entry } = held;
  if (isLeased(entry, Date.now())) return 'unsure';
  try {
    if (isPromised(entry)) {
      if (numberToCall(entry) === request.number) return 'booked';
      return (await changeCallbackNumber(invocation, held, request.number)) ? 'changed' : 'trouble';
    }
    let claimed = false;
    const current = await ledger.compareAndSwap(held, (one) => {
      const now = Date.now();
      claimed = !isLeased(one, now) && !isPromised(one);
      return claimed ? withBooking(withNumberToCall(one, request.number), owner, now) : one;
    });
    return claimed && current !== undefined ? current : 'unsure';
  } catch (error) {
    log.error('callback not claimed', { callSid: request.callSid, code: errorCode(error) });
    return 'trouble';
  }
}

/** The caller has a callback already, of another call: it stays where it is in line, at the number confirmed now. */
async function changeOtherCallback(
  invocation: Invocation,
  { number }: BookingRequest,
  other: VersionedEntry,
  task: Task | undefined,
): Promise<BookingOutcome> {
  if (other.entry.booking) return 'unsure';
  // Whoever holds no place any more has left it for this: it is the same confirmation once more.
  if (numberToCall(other.entry) === number) return task && isWaiting(task) ? 'already-booked' : 'changed';
  const before = numberToCall(other.entry);
  if (!(await changeCallbackNumber(invocation, other, number))) return 'trouble';
  const left = task && isWaiting(task) ? await cancelQueueTask(invocation, task, CALLBACK_CANCEL_REASON) : 'left';
  if (left === 'left') return 'changed';
  // Who is told that it went wrong, or talks to an agent, has changed nothing.
  if (left !== 'unsure') await changeCallbackNumber(invocation, other.entry.id, before);
  return left;
}

/** What is known before the waiting task was read: enough to find out later what became of it. */
function createProvisionalEntry(request: BookingRequest, taskSid: string, now: number): LedgerEntry {
  const { callSid, from, to, callerName, number, queueName, workflowSid, language } = request;
  const entry = newCallbackEntry(
    callbackEntryId(callSid),
    {
      callSid,
      from,
      to,
      callerName,
      queueName,
      workflowSid,
      priority: 0,
      routing: {},
      queueTaskSid: taskSid,
      conversationId: taskSid,
      waitingSince: now,
      language,
    },
    now,
  );
  return withNumberToCall(entry, number);
}

/** Begins at once, and turns what is thrown at once (a client that is not configured) into a rejection. */
const invoke = async <T>(work: () => Promise<T>): Promise<T> => work();

async function toResult<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}
