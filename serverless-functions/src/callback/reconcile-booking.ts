import { findTaskForEntry } from '../fulfilment/find-or-create-task';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { CALLBACK_CANCEL_REASON, withBooked, withBooking } from '../ledger/callback-entry';
import { VOICEMAIL_CANCEL_REASON } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { isLeased } from '../ledger/steps';
import { withQueuePosition } from './queue-position';
import { withdrawCallback } from './withdraw-callback';

/**
 * A booking whose owner died, or could not write down what became of it: for the sweep, and for another call of the same
 * caller. The waiting task says it: once cancelled for the callback, it is owed; a caller who is still in line, talks to
 * an agent, or left for a voicemail after being told of the trouble, is not called back. Of whoever hung up, the
 * callback's own task says it: it is there when they had confirmed it, and withdrawn, or never made, when they were told
 * that they are still in line.
 * @throws TwilioError when TaskRouter or Sync is out of reach
 */
export async function reconcileBooking(
  invocation: Invocation,
  held: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, owner } = invocation;
  // The caller may be asking again at this very moment; only one of the two goes on.
  let isMine = false;
  const claimed = await ledger.compareAndSwap(held, (current) => {
    const now = Date.now();
    isMine = current.booking === true && !isLeased(current, now);
    return isMine ? withBooking(current, owner, now) : current;
  });
  if (claimed === undefined || !isMine) return undefined;
  const { entry } = claimed;
  const [waiting, made] = await Promise.all([
    entry.queueTaskSid === undefined ? undefined : twilio.taskRouter.fetchTask(entry.queueTaskSid),
    findTaskForEntry(entry, twilio.taskRouter),
  ]);
  // TaskRouter forgets a task five minutes after its end. Its callback was made before it was cancelled, so one that is
  // there was on its way to being promised: rather called once too often than never.
  const hasLeft =
    waiting === undefined || (waiting.status === 'canceled' && waiting.reason !== VOICEMAIL_CANCEL_REASON);
  const mustCallBack = waiting?.reason === CALLBACK_CANCEL_REASON || (hasLeft && made !== undefined);
  if (!mustCallBack) {
    await withdrawCallback(invocation, claimed, made === undefined ? 'perhaps' : { sid: made.sid });
    return undefined;
  }
  const booked = await ledger.compareAndSwap(claimed, (current) =>
    withBooked(withQueuePosition(current, waiting), made?.sid, Date.now()),
  );
  return booked && processEntry(invocation, booked, (current) => current);
}
