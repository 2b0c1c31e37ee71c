import type { CallerVerdict } from '@callback-and-voicemail/contract/flex-api';
import {
  type ActiveCallbackLock,
  acquireLock,
  findActiveCallback,
  lockNames,
  readActiveCallbackLock,
} from '../fulfilment/active-callback-lock';
import { type CancelOutcome, cancelQueueTask } from '../fulfilment/cancel-queue-task';
import { findOrCreateTask, findTaskForEntry } from '../fulfilment/find-or-create-task';
import { taskKeyFor } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { CALLBACK_CANCEL_REASON, isPromised, type LedgerEntry, newBookingEntry, numberToCall } from '../ledger/entry';
import { callbackEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent, TaskKnowledge } from '../ledger/events';
import type { VersionedEntry } from '../ledger/ledger';
import type { TaskOutcome } from '../ledger/outcomes';
import { isLeased, newLease } from '../ledger/schedule';
import { transitionAll } from '../ledger/transitions';
import { errorCode, isTwilioError } from '../runtime/errors';
import { tryTwice } from '../runtime/retry';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';
import { changeCallbackNumber } from './change-callback-number';
import { queuePosition } from './queue-position';
import { reconcileBooking } from './reconcile-booking';
import { findRoom, type NumberSlots, readNumberSlots, takeSlot } from './typed-number-slots';
import { keepCallbackTask, withdrawCallback } from './withdraw-callback';

export interface BookingRequest {
  callSid: string;
  from: string;
  to: string;
  callerName?: string;
  callerVerdict?: CallerVerdict;
  /** The number the caller confirmed, in E.164. */
  number: string;
  /** Whose callback it is: the caller's own number, or for a withheld one `typed` and the number that was typed. */
  caller: string;
  taskSid: string | undefined;
  /** A second callback, which never takes the place of one that is open. */
  isAnother?: boolean;
  workflowSid: string;
  queueName: string;
  language: string;
}
export type BookingOutcome =
  /** The callback is promised, and the caller has left the line. */
  | 'booked'
  /** One was active already, at this number; the caller is still in line. */
  | 'already-booked'
  /** One was active already; it is at this number now, and the caller has left the line. */
  | 'changed'
  /** The second callback is taken as well; the caller is still in line. */
  | 'another-refused'
  | 'agent-took-call'
  | 'not-ready'
  /** Nothing was booked, and the place in line is still held. */
  | 'failed'
  /** Nothing was booked, and there is no place in line any more. */
  | 'line-closed'
  /** The outcome is not known yet: repeat the same request. */
  | 'unknown';

/**
 * Books a callback for a caller who waits in line and has confirmed a number. The order never leaves them with nothing
 * and never with two: claim the entry (by its id), create the task, cancel the queue task, record that it is promised.
 * Four rounds of requests in series. The same request again, by a repeated webhook or a second key press, books once.
 * @returns what really happened; never throws
 */
export async function bookCallback(invocation: Invocation, request: BookingRequest): Promise<BookingOutcome> {
  const { twilio, ledger, log } = invocation;
  const { callSid, taskSid } = request;
  if (taskSid === undefined) return 'not-ready';
  const [reading, creating, locking, slotsRead] = await Promise.allSettled([
    twilio.taskRouter.fetchTask(taskSid),
    ledger.createIfAbsent(createProvisionalEntry(invocation, request, taskSid)),
    startAsync(() => readActiveCallbackLock(invocation, request)),
    readNumberSlots(invocation, request),
  ]);
  const queueTask = reading.status === 'fulfilled' ? reading.value : undefined;
  if (creating.status === 'rejected') {
    // It may be written all the same: the sweep checks the queue task, and withdraws it.
    log.error('callback not claimed', { callSid, code: errorCode(creating.reason) });
    return reading.status === 'rejected' ? 'failed' : failureOutcome(queueTask, true);
  }
  const isFirst = creating.value.created;
  const claimed = isFirst ? creating.value : await reclaimBooking(invocation, creating.value, request);
  if (typeof claimed === 'string') return claimed;
  const booking: Booking = { current: claimed, queueTask, isFirst };
  if (reading.status === 'rejected' || locking.status === 'rejected') {
    const cause = reading.status === 'rejected' ? reading.reason : (locking as PromiseRejectedResult).reason;
    log.error('callback not begun', { callSid, code: errorCode(cause) });
    await withdrawBooking(invocation, booking);
    if (reading.status === 'fulfilled') return failureOutcome(queueTask, isFirst);
    // The place in line was not checked: an earlier attempt may have given it up.
    return isFirst ? 'failed' : 'unknown';
  }
  if (queueTask && isAssigned(queueTask)) {
    await withdrawBooking(invocation, booking);
    return 'agent-took-call';
  }
  const slots = slotsRead.status === 'fulfilled' ? slotsRead.value : undefined;
  return bookUnlessOpen(invocation, request, booking, locking.value, slots);
}

/** Books, unless a callback of this caller is open already, or too many are at this number. */
async function bookUnlessOpen(
  invocation: Invocation,
  request: BookingRequest,
  booking: Booking,
  lock: ActiveCallbackLock,
  slots: NumberSlots | undefined,
): Promise<BookingOutcome> {
  const { current, queueTask, isFirst } = booking;
  const [other, room] = await Promise.all([
    findOtherCallback(invocation, lock, current),
    findRoom(invocation, slots, current.entry.id),
  ]);
  if (other === undefined && room !== 'full') return completeBooking(invocation, booking, lock, room);
  await withdrawBooking(invocation, booking);
  if (other !== undefined && other !== 'unreadable' && !request.isAnother)
    return changeOtherCallback(invocation, request, other, queueTask, room);
  return refusedOutcome(failureOutcome(queueTask, isFirst), other);
}

/** A second callback that is open already, or too many at the number, is a reason the caller can be told. */
const refusedOutcome = (
  failure: ReturnType<typeof failureOutcome>,
  other: VersionedEntry | 'unreadable' | undefined,
) => (failure === 'failed' && other !== 'unreadable' ? 'another-refused' : failure);

/**
 * Nothing was booked. A caller never hears of a place in line that is gone. Where an earlier attempt may have given it
 * up for this very callback, the request is repeated.
 */
function failureOutcome(queueTask: Task | undefined, isFirst: boolean): BookingOutcome {
  if (queueTask !== undefined && isAssigned(queueTask)) return 'agent-took-call';
  if (queueTask !== undefined && isWaiting(queueTask)) return 'failed';
  return isFirst ? 'line-closed' : 'unknown';
}

interface Booking {
  current: VersionedEntry;
  /** The task of the call in line; undefined when TaskRouter does not know it any more. */
  queueTask: Task | undefined;
  /** No earlier attempt can have created its task. */
  isFirst: boolean;
}

function withdrawBooking(invocation: Invocation, { current, isFirst }: Booking): Promise<void> {
  return withdrawCallback(invocation, current, isFirst ? 'not-created' : 'uncertain');
}

/** Creates the task, takes the lock, and takes the caller out of the line. */
async function completeBooking(
  invocation: Invocation,
  { current, queueTask, isFirst }: Booking,
  lock: ActiveCallbackLock,
  slots: NumberSlots | undefined,
): Promise<BookingOutcome> {
  const { twilio, ledger, log, timeZone } = invocation;
  const { callSid } = current.entry;
  const events = positionEvents(invocation, queueTask);
  const full = transitionAll(current.entry, events, Date.now());
  const [created, written, locked, counted] = await Promise.all([
    findOrCreateTask(full, () => twilio.taskRouter, timeZone, isFirst),
    toResult(ledger.apply(current, events, { as: 'claim' })),
    toResult(acquireLock(twilio.sync, lock, current.entry.id)),
    toResult(takeSlot(invocation, slots, current.entry.id)),
  ]);
  const latest = written.value ?? current;
  const outcome =
    created.created || !created.uncertain ? created : await findUnconfirmedTask(invocation, full, created);
  const isLost = (error: unknown) => isTwilioError(error, 'conflict', 'precondition-failed');
  // An outage refuses nobody.
  const uncounted = isLost(counted.error) ? counted.error : undefined;
  const failure = written.error ?? locked.error ?? uncounted ?? toBookingError(outcome);
  if (failure !== undefined) {
    log.error('callback not booked', { callSid, code: errorCode(failure) });
    await withdrawCallback(invocation, latest, toTaskKnowledge(outcome));
    // Another call of this caller, or for this number, was faster: the repeated request finds its callback.
    return isLost(locked.error) || uncounted !== undefined ? 'unknown' : failureOutcome(queueTask, isFirst);
  }
  // The line is not left for a task that may not exist: the repeated request looks for it, and creates it if need be.
  if (!outcome.created) return 'unknown';
  const mayBeCanceled = !isFirst && outcome.existing === true;
  if (mayBeCanceled && !(await keepCallbackTask(invocation, latest.entry, outcome.taskSid))) return 'unknown';
  const left = await leaveQueue(invocation, queueTask);
  if (left === 'unknown') return left;
  if (left !== 'canceled') {
    await withdrawCallback(invocation, latest, toTaskKnowledge(outcome));
    return left;
  }
  await recordBooked(invocation, latest, outcome.taskSid);
  log.info('callback booked', { entry: latest.entry.id, taskSid: outcome.taskSid });
  return 'booked';
}

function positionEvents({ log }: Invocation, queueTask: Task | undefined): LedgerEvent[] {
  return queueTask === undefined ? [] : [{ type: 'queue-position-read', position: queuePosition(queueTask, log) }];
}

async function leaveQueue(invocation: Invocation, queueTask: Task | undefined): Promise<CancelOutcome> {
  if (queueTask === undefined || !isWaiting(queueTask)) return 'canceled';
  return cancelQueueTask(invocation, queueTask, CALLBACK_CANCEL_REASON);
}

/** The active callback of another call. One left undecided is decided first, so that there are never two. */
async function findOtherCallback(
  invocation: Invocation,
  lock: ActiveCallbackLock,
  { entry }: VersionedEntry,
): Promise<VersionedEntry | 'unreadable' | undefined> {
  if (lock.entryId === undefined || lock.entryId === entry.id) return undefined;
  try {
    const other = await findActiveCallback(invocation, lock);
    if (!other?.entry.booking || isLeased(other.entry, Date.now())) return other;
    await reconcileBooking(invocation, other);
    return await findActiveCallback(invocation, lock);
  } catch (error) {
    invocation.log.error('active callback not read', { callSid: entry.callSid, code: errorCode(error) });
    return 'unreadable';
  }
}

/** Only looks for the task, and creates none: a request whose response was lost may still be on its way. */
async function findUnconfirmedTask(
  { twilio }: Invocation,
  entry: LedgerEntry,
  unconfirmed: TaskOutcome,
): Promise<TaskOutcome> {
  try {
    const task = await findTaskForEntry(entry, twilio.taskRouter);
    return task === undefined ? unconfirmed : { created: true, taskSid: task.sid, existing: true };
  } catch {
    return unconfirmed;
  }
}

/** Only a task that cannot exist ends a booking: one that may exist is looked for until it is found. */
function toBookingError(outcome: TaskOutcome): unknown {
  return outcome.created || outcome.uncertain ? undefined : new Error(outcome.error);
}

function toTaskKnowledge(outcome: TaskOutcome): TaskKnowledge {
  if (outcome.created) return { sid: outcome.taskSid };
  return outcome.uncertain ? 'uncertain' : 'not-created';
}

/** When this cannot be recorded, the sweep reads it from the queue task, while TaskRouter remembers that task. */
async function recordBooked({ ledger, log }: Invocation, current: VersionedEntry, taskSid: string): Promise<void> {
  const { id } = current.entry;
  await tryTwice(
    (attempt) => ledger.apply(attempt === 1 ? current : id, { type: 'booking-confirmed', taskSid }, { as: 'awaited' }),
    (error, attempt) => log.error('booking not recorded', { entry: id, attempt, code: errorCode(error) }),
  );
}

/**
 * The entry of this call exists already: the confirmation came twice, or an earlier one came to nothing.
 * @returns the entry, claimed again; or the outcome
 */
async function reclaimBooking(
  invocation: Invocation,
  current: VersionedEntry,
  { callSid, number }: BookingRequest,
): Promise<VersionedEntry | Extract<BookingOutcome, 'booked' | 'changed' | 'failed' | 'unknown'>> {
  const { ledger, log, owner } = invocation;
  const { entry } = current;
  if (isErased(entry)) return 'failed';
  if (isLeased(entry, Date.now())) return 'unknown';
  try {
    if (isPromised(entry)) {
      if (numberToCall(entry) === number) return 'booked';
      return (await changeCallbackNumber(invocation, current, number)) ? 'changed' : 'failed';
    }
    const claimed = await ledger.claimBy(current, { type: 'booking-claimed', owner, number }, { as: 'outcome' });
    return claimed ?? 'unknown';
  } catch (error) {
    log.error('callback not claimed', { callSid, code: errorCode(error) });
    return 'failed';
  }
}

/** The caller has an active callback of another call: it keeps its place in line, at the number confirmed now. */
async function changeOtherCallback(
  invocation: Invocation,
  { number }: BookingRequest,
  other: VersionedEntry,
  queueTask: Task | undefined,
  room: NumberSlots | 'full' | undefined,
): Promise<BookingOutcome> {
  if (other.entry.booking) return 'unknown';
  const previousNumber = numberToCall(other.entry);
  if (previousNumber === number) {
    // A caller who holds no place any more has left it for this callback: it is the same confirmation once more.
    return queueTask && isWaiting(queueTask) ? 'already-booked' : 'changed';
  }
  if (room === 'full') return queueTask && isWaiting(queueTask) ? 'another-refused' : 'failed';
  const [isChanged] = await Promise.all([
    changeCallbackNumber(invocation, other, number, Date.now()),
    toResult(takeSlot(invocation, room, other.entry.id)),
  ]);
  if (!isChanged) return 'failed';
  const left = await leaveQueue(invocation, queueTask);
  if (left === 'canceled') return 'changed';
  // The caller hears that it failed, or talks to an agent: the callback stays as it was.
  if (left !== 'unknown')
    await changeCallbackNumber(invocation, other.entry.id, previousNumber, other.entry.numberChangedAt);
  return left;
}

/** What is known before the queue task was read: enough to find out later what became of it. */
function createProvisionalEntry(
  { owner, environment }: Invocation,
  request: BookingRequest,
  queueTaskSid: string,
): LedgerEntry {
  const { callSid, from, to, callerName, callerVerdict, number, queueName, workflowSid, language } = request;
  const now = Date.now();
  return newBookingEntry(
    {
      taskKey: taskKeyFor(environment, callbackEntryId(callSid)),
      callSid,
      from,
      to,
      callerName,
      callerVerdict,
      numberToCall: number === from ? undefined : number,
      queueName,
      workflowSid,
      priority: 0,
      routing: {},
      queueTaskSid,
      activeCallback: lockNames(environment, request)[0],
      conversationId: queueTaskSid,
      waitingSince: now,
      language,
    },
    newLease(owner, now),
    now,
  );
}

/** Starts at once, and turns what is thrown synchronously (a client that is not configured) into a rejection. */
const startAsync = async <T>(work: () => Promise<T>): Promise<T> => work();

async function toResult<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}
