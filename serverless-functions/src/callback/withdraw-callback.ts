import { markAsChecked } from '../fulfilment/carried-attributes';
import { findTaskForEntry } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry, WITHDRAWN_TASK_REASON } from '../ledger/entry';
import type { TaskKnowledge } from '../ledger/events';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode } from '../runtime/errors';
import { tryTwice } from '../runtime/retry';
import { isWaiting } from '../twilio/taskrouter';

/**
 * Withdraws a callback that was not promised after all: first its task, so that no agent calls a caller who is already
 * talking to someone; then the entry. The sweep finishes what fails here.
 * @param task what is known of the callback's task
 */
export async function withdrawCallback(
  invocation: Invocation,
  current: VersionedEntry,
  task: TaskKnowledge,
): Promise<void> {
  const { ledger, log } = invocation;
  const { id } = current.entry;
  const isCanceled = typeof task === 'object' && (await cancelCallbackTask(invocation, current.entry, task.sid));
  const known = isCanceled ? 'not-created' : task;
  const withdrawn = await tryTwice(
    (attempt) => ledger.apply(attempt === 1 ? current : id, { type: 'callback-withdrawn', task: known }),
    (error, attempt) => log.warn('callback not withdrawn', { entry: id, attempt, code: errorCode(error) }),
  );
  if (withdrawn !== undefined) log.info('callback withdrawn', { entry: id });
}

/**
 * For the sweep: a withdrawn callback whose task may still exist.
 * @throws TwilioError when TaskRouter or Sync is out of reach
 */
export async function completeWithdrawal(
  invocation: Invocation,
  current: VersionedEntry,
): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, owner } = invocation;
  // The caller may be confirming again right now, and would take over the task that is canceled here.
  const claimed = await ledger.claimBy(current, { type: 'withdrawal-claimed', owner });
  if (claimed === undefined) return undefined;
  const { entry } = claimed;
  const taskSid = currentTaskSid(entry) ?? (await findTaskForEntry(entry, twilio.taskRouter))?.sid;
  const isDone = taskSid === undefined || (await cancelCallbackTask(invocation, entry, taskSid));
  return ledger.apply(claimed, { type: isDone ? 'withdrawal-completed' : 'withdrawal-failed' });
}

/**
 * Keeps a task that was found: an earlier withdrawal may have asked to cancel it, which may be carried out yet. That
 * request names the task's version, so the task is changed (ADR 0050).
 * @returns false when it is not certain that the task stays; never throws
 */
export async function keepCallbackTask(
  { twilio, log }: Invocation,
  entry: LedgerEntry,
  taskSid: string,
): Promise<boolean> {
  try {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    if (task === undefined || task.status === 'canceled') return false;
    if (isWaiting(task) && task.etag !== undefined)
      await twilio.taskRouter.updateAttributes(taskSid, task.etag, markAsChecked(task.attributes, Date.now()));
    return true;
  } catch (error) {
    log.warn('callback task not kept', { entry: entry.id, taskSid, code: errorCode(error) });
    return false;
  }
}

/** @returns false when it must be tried again; never throws */
async function cancelCallbackTask({ twilio, log }: Invocation, entry: LedgerEntry, taskSid: string): Promise<boolean> {
  try {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    // An agent who has accepted the task handles it: an accepted task cannot be canceled.
    if (task === undefined || !isWaiting(task) || task.etag === undefined) return true;
    await twilio.taskRouter.cancelTask(taskSid, task.etag, WITHDRAWN_TASK_REASON, task.attributes);
    log.info('callback task canceled', { entry: entry.id, taskSid });
    return true;
  } catch (error) {
    log.warn('callback task not canceled', { entry: entry.id, taskSid, code: errorCode(error) });
    return false;
  }
}
