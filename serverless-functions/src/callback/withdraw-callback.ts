import { isWaiting } from '../fulfilment/cancel-queue-task';
import { findTaskForEntry } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import { WITHDRAWN_TASK_REASON, withWithdrawal, withWithdrawn } from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { isLeased, withClaims } from '../ledger/steps';
import { errorCode } from '../runtime/errors';

/**
 * Takes a callback back that was not promised after all: its task goes first, so that no agent calls somebody who is
 * being talked to; then the entry. What fails here the sweep does.
 * @param made what is known of its task
 */
export async function withdrawCallback(
  invocation: Invocation,
  current: VersionedEntry,
  made: Parameters<typeof withWithdrawn>[1],
): Promise<void> {
  const { ledger, log } = invocation;
  const id = current.entry.id;
  let known = made;
  if (typeof made === 'object' && (await cancelCallbackTask(invocation, current.entry, made.sid))) known = 'not-made';
  for (let round = 0; round < 2; round += 1) {
    try {
      await ledger.compareAndSwap(round === 0 ? current : id, (entry) => withWithdrawn(entry, known, Date.now()));
      log.info('callback withdrawn', { entry: id });
      return;
    } catch (error) {
      log.warn('callback not withdrawn', { entry: id, attempt: round + 1, code: errorCode(error) });
    }
  }
}

/**
 * For the sweep: a withdrawn callback whose task may still be there.
 * @throws TwilioError when TaskRouter or Sync is out of reach
 */
export async function completeWithdrawal(
  invocation: Invocation,
  held: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, owner } = invocation;
  // The caller may be confirming again at this very moment, and would take the task over that is cancelled here.
  let isMine = false;
  const claimed = await ledger.compareAndSwap(
    held,
    (current) => {
      const now = Date.now();
      isMine = current.task.state === 'withdrawing' && !isLeased(current, now);
      return isMine ? withClaims(current, { task: true, email: false }, owner, now) : current;
    },
    () => false,
  );
  if (claimed === undefined || !isMine) return undefined;
  const { entry } = claimed;
  const sid = entry.task.sid ?? (await findTaskForEntry(entry, twilio.taskRouter))?.sid;
  const done = sid === undefined || (await cancelCallbackTask(invocation, entry, sid));
  return ledger.compareAndSwap(claimed, (current) => withWithdrawal(current, done, Date.now()));
}

/** @returns false when it must be tried again; never throws */
async function cancelCallbackTask({ twilio, log }: Invocation, entry: LedgerEntry, sid: string): Promise<boolean> {
  try {
    const task = await twilio.taskRouter.fetchTask(sid);
    // An agent who has taken it already sees it through: an accepted task cannot be cancelled.
    if (task === undefined || !isWaiting(task) || task.etag === undefined) return true;
    await twilio.taskRouter.cancelTask(sid, task.etag, WITHDRAWN_TASK_REASON, task.attributes);
    log.info('callback task cancelled', { entry: entry.id, taskSid: sid });
    return true;
  } catch (error) {
    log.warn('callback task not cancelled', { entry: entry.id, taskSid: sid, code: errorCode(error) });
    return false;
  }
}
