import { acquireLock, findActiveCallback, readLock } from '../fulfilment/active-callback-lock';
import { findTaskForEntry } from '../fulfilment/find-or-create-task';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { CALLBACK_CANCEL_REASON, type LedgerEntry, VOICEMAIL_CANCEL_REASON } from '../ledger/entry';
import type { LedgerEvent } from '../ledger/events';
import type { VersionedEntry } from '../ledger/ledger';
import { transition } from '../ledger/transitions';
import type { Task } from '../twilio/taskrouter';
import { queuePosition } from './queue-position';
import { withdrawCallback } from './withdraw-callback';

/**
 * Decides a booking whose invocation died or could not record its outcome; for the sweep, and for another call of the
 * same caller.
 * @throws TwilioError when TaskRouter or Sync is out of reach
 */
export async function reconcileBooking(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, log, owner } = invocation;
  // The caller may be trying again right now: only one of the two goes on.
  const claimed = await ledger.claim(
    current,
    (entry) => {
      const next = entry.booking ? transition(entry, { type: 'booking-claimed', owner }, Date.now()) : entry;
      return { entry: next, claim: next === entry ? undefined : true };
    },
    { as: 'outcome' },
  );
  if (!claimed?.claim) return undefined;
  const { entry } = claimed;
  const [queueTask, callbackTask] = await Promise.all([
    entry.queueTaskSid === undefined ? undefined : twilio.taskRouter.fetchTask(entry.queueTaskSid),
    findTaskForEntry(entry, twilio.taskRouter),
  ]);
  const other = mustCallBack(queueTask, callbackTask) ? await takeActiveCallback(invocation, entry) : undefined;
  // Another call is booking one right now: what becomes of that decides about this one, in the next sweep.
  if (other?.entry.booking) return undefined;
  if (!mustCallBack(queueTask, callbackTask) || other !== undefined) {
    await withdrawCallback(invocation, claimed, callbackTask === undefined ? 'uncertain' : { sid: callbackTask.sid });
    return undefined;
  }
  const events: LedgerEvent[] = [{ type: 'booking-confirmed', taskSid: callbackTask?.sid }];
  if (queueTask) events.unshift({ type: 'queue-position-read', position: queuePosition(queueTask, log) });
  const booked = await ledger.apply(claimed, events);
  return booked && processEntry(invocation, booked);
}

/**
 * The invocation may have died between the callback's task and the document that names it, and the caller may have
 * booked again since.
 * @returns the other active callback of the caller, if there is one; else this one is the active one now
 */
async function takeActiveCallback(
  invocation: Invocation,
  { id, activeCallback }: LedgerEntry,
): Promise<VersionedEntry | undefined> {
  if (activeCallback === undefined) return undefined;
  const { sync } = invocation.twilio;
  const lock = await readLock(sync, activeCallback);
  const other = lock.entryId === id ? undefined : await findActiveCallback(invocation, lock);
  if (other === undefined) await acquireLock(sync, lock, id);
  return other;
}

/**
 * A queue task that was canceled for the callback means that it is promised. A caller who is still in line, talks to
 * an agent, or left for a voicemail is not called back. When the caller hung up, the callback's own task decides: it
 * exists when they had confirmed it, and was withdrawn or never created when they heard that they are still in line.
 * TaskRouter forgets a task five minutes after its end, so a task that is gone counts as left.
 */
function mustCallBack(queueTask: Task | undefined, callbackTask: Task | undefined): boolean {
  if (queueTask?.reason === CALLBACK_CANCEL_REASON) return true;
  const hasLeft =
    queueTask === undefined || (queueTask.status === 'canceled' && queueTask.reason !== VOICEMAIL_CANCEL_REASON);
  return hasLeft && callbackTask !== undefined;
}
