import { advance } from '../fulfilment/advance';
import { findTaskOf } from '../fulfilment/make-task';
import type { Invocation } from '../invocation';
import { withBooked } from '../ledger/callback-entry';
import type { Held } from '../ledger/ledger';
import { withdraw } from './withdraw-callback';

/**
 * For the sweep: a booking whose owner died, or could not write down what became of it. The waiting task says it: once
 * cancelled, the caller has left the line for the callback (or hung up after confirming it), so it is owed; a caller
 * who is still in line, or talks to an agent, is not called back.
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
  const isOwed = waiting === undefined ? made !== undefined : waiting.status === 'canceled';
  if (!isOwed) {
    await withdraw(invocation, held, made === undefined ? 'perhaps' : { sid: made.sid });
    return undefined;
  }
  const booked = await ledger.change(held, (current) => withBooked(current, made?.sid, Date.now()));
  return booked && advance(invocation, booked, (current) => current);
}
