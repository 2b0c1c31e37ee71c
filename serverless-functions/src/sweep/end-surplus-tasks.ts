import { findSurplusTasks } from '../fulfilment/surplus-tasks';
import type { Invocation } from '../invocation';
import type { VersionedEntry } from '../ledger/ledger';
import { isTwilioError } from '../runtime/errors';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';

const CANCEL_REASON = 'Another task stands for the same request';
const COMPLETE_REASON = 'It was put back: another task stands for it';

/**
 * Leaves an entry one task. A second one comes of a request that was carried out after nobody waited for it any more,
 * with nothing to remember it by, and of an invocation that died before it ended the task it had replaced.
 * @param open tasks of the entry that had not ended when they were listed
 * @throws TwilioError when Twilio is out of reach: a later sweep goes on
 */
export async function endSurplusTasks(
  invocation: Invocation,
  current: VersionedEntry,
  open: readonly Task[],
): Promise<void> {
  const { ledger, log } = invocation;
  const found = findSurplusTasks(current.entry, open);
  if (found === undefined) return;
  const { taskSid, toCancel, toComplete } = found;
  const surplus = [...toCancel, ...toComplete];
  if (surplus.length === 0) return;
  // First, so that a task that has ended is never taken for the entry's.
  const noted = await ledger.apply(current, { type: 'surplus-tasks-found', taskSid, surplus });
  log.warn('surplus tasks found', { entry: current.entry.id, taskSid });
  // The entry has changed since: the next sweep looks at it again.
  if (noted === undefined || !surplus.every((sid) => noted.entry.task.previousSids?.includes(sid))) return;
  for (const sid of toCancel) await cancelWaiting(invocation, sid);
  for (const sid of toComplete) await completeHeld(invocation, sid);
}

/** An agent who accepts it meanwhile wins: the cancellation names the version. */
async function cancelWaiting({ twilio: { taskRouter } }: Invocation, sid: string): Promise<void> {
  const task = await taskRouter.fetchTask(sid);
  if (task?.etag === undefined || !isWaiting(task)) return;
  await taskRouter.cancelTask(sid, task.etag, CANCEL_REASON, task.attributes);
}

async function completeHeld({ twilio: { taskRouter } }: Invocation, sid: string): Promise<void> {
  const task = await taskRouter.fetchTask(sid);
  if (task === undefined || !isAssigned(task)) return;
  try {
    await taskRouter.completeTask(sid, COMPLETE_REASON);
  } catch (error) {
    // Its agent has completed it meanwhile.
    if (!isTwilioError(error, 'refused', 'not-found')) throw error;
  }
}
