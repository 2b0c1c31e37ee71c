import type { RequeueResponse } from '@callback-and-voicemail/contract';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import { toTaskEvent } from '../ledger/outcomes';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { isAssigned } from '../twilio/taskrouter';

/** The reason on a task that an agent had for too long. */
const RESTORED_REASON = 'Put back in line by a supervisor';

/**
 * Puts a callback or voicemail back in line: one whose task was lost, or one that an agent holds. The new task has the
 * old one's place in line and is no further attempt. The entry is claimed by the old task, so that of two requests one
 * creates a task; when TaskRouter does not, the sweep does.
 * @throws FlexBadRequest `no-such-entry`, `nothing-to-restore`; TwilioError when nothing has changed
 */
export async function restoreTask(invocation: Invocation, event: Record<string, unknown>): Promise<RequeueResponse> {
  const { twilio, ledger, log, owner, timeZone } = invocation;
  const id = textField(event, 'Voicemail');
  const current = isEntryId(id) ? await ledger.find(id) : undefined;
  if (current === undefined)
    throw new FlexBadRequest('no-such-entry', 'There is no such voicemail', 'It may be older than 30 days.', 404);
  const previousSid = currentTaskSid(current.entry);
  const isHeld = await isHeldByAgent(invocation, current.entry);
  const claimed =
    current.entry.task.state === 'lost' || isHeld
      ? await ledger.claimBy(current, { type: 'task-restored', taskSid: previousSid, owner }, { reindex: 'move' })
      : undefined;
  if (claimed === undefined)
    throw new FlexBadRequest('nothing-to-restore', 'It waits in line, or was handled', 'Reload the history.', 409);
  const outcome = await findOrCreateTask(claimed.entry, () => twilio.taskRouter, timeZone, true);
  try {
    await ledger.apply(claimed, toTaskEvent(outcome));
  } catch (error) {
    // The lease expires, and the sweep finds the new task.
    log.error('restored task not recorded', { entry: id, code: errorCode(error) });
  }
  if (isHeld && previousSid !== undefined) await completeHeldTask(invocation, previousSid);
  const taskSid = outcome.created ? outcome.taskSid : undefined;
  log.info('task restored', { entry: id, taskSid });
  return { ok: true, taskSid, attempts: claimed.entry.callbackAttempts ?? 0 };
}

async function isHeldByAgent({ twilio }: Invocation, { task }: LedgerEntry): Promise<boolean> {
  if (task.state !== 'created' || task.closed) return false;
  const found = await twilio.taskRouter.fetchTask(task.sid);
  return found !== undefined && isAssigned(found);
}

async function completeHeldTask({ twilio, log }: Invocation, taskSid: string): Promise<void> {
  try {
    await twilio.taskRouter.completeTask(taskSid, RESTORED_REASON);
  } catch (error) {
    log.warn('previous task not completed', { taskSid, code: errorCode(error) });
  }
}
