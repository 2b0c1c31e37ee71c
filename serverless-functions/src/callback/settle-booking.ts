import { advance } from '../fulfilment/advance';
import { findTaskOf } from '../fulfilment/make-task';
import type { Invocation } from '../invocation';
import { CALLBACK_REASON, withBooked } from '../ledger/callback-entry';
import type { Held } from '../ledger/ledger';
import { withdraw } from './withdraw-callback';

/**
 * For the sweep: a booking whose owner died, or could not write down what became of it. The waiting task says it: once
 * cancelled for the callback, it is owed; a caller who is still in line, or talks to an agent, is not called back. Of
 * whoever hung up, the callback's own task says it: it is there when they had confirmed it, and withdrawn, or never made,
 * when they were told that they are still in line.
 * @throws TwilioCallFailed when TaskRouter or Sync is out of reach
 */
export async function settleBooking(invocation: Invocation, held: Held): Promise<Held | undefined> {
  const { doors, ledger } = invocation;
  const { entry } = held;
  const [waiting, made] = await Promise.all([
    entry.waitingTaskSid === undefined ? undefined : doors.tasks.fetch(entry.waitingTaskSid),
    findTaskOf(entry, doors.tasks),
  ]);
  // TaskRouter forgets a task five minutes after its end. Its callback was made before it was cancelled, so one that is
  // there was on its way to being promised: rather called once too often than never.
  const hasLeft = waiting === undefined || waiting.status === 'canceled';
  const isOwed = waiting?.reason === CALLBACK_REASON || (hasLeft && made !== undefined);
  if (!isOwed) {
    await withdraw(invocation, held, made === undefined ? 'perhaps' : { sid: made.sid });
    return undefined;
  }
  const booked = await ledger.change(held, (current) => withBooked(current, made?.sid, Date.now()));
  return booked && advance(invocation, booked, (current) => current);
}
