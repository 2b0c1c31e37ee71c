import type { RequeueResponse } from '@callback-and-voicemail/contract';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import type { Invocation } from '../invocation';
import { withRequeue, withRequeueUndone } from '../ledger/agent-steps';
import { withTaskOutcome } from '../ledger/steps';
import { BadRequest, errorCode, TwilioError } from '../runtime/errors';
import type { AuthorizedTask } from './authorize-task-access';
import { checkCallBlock, mayRequeue, readRequeuePolicy } from './requeue-policy';

export const REQUEUED_REASON = 'Put back, to be tried again later';

/**
 * Puts a callback or voicemail back: claims the entry (by its task's sid, so that a double click and a second agent find
 * it taken), makes a new task with the same routing one attempt further, and completes the old one.
 * @throws BadRequest 409 or 422 when it may not be put back; TwilioError when it was not, and nothing has changed
 */
export async function requeue(invocation: Invocation, { task, held }: AuthorizedTask): Promise<RequeueResponse> {
  const { twilio, ledger, log, owner, timeZone } = invocation;
  // One that waits would stay beside the new one, since TaskRouter completes only what somebody has; one that ended is done.
  if (task.status !== 'assigned' && task.status !== 'wrapping')
    throw new BadRequest(
      'task-not-held',
      'Nobody has this task',
      'It is in line, or was handled: reload the list.',
      409,
    );
  const rules = await readRequeuePolicy(invocation);
  if (!rules.allowRequeue)
    throw new BadRequest('requeue-not-allowed', 'Putting back is switched off', 'Ask a supervisor.', 409);
  if (!mayRequeue(held.entry, rules))
    throw new BadRequest('no-attempts-left', 'It was tried as often as is allowed', 'Mark it as handled.', 409);
  const block = held.entry.task.type === 'callback' ? checkCallBlock(invocation, held.entry) : undefined;
  if (block !== undefined)
    throw new BadRequest(block, 'This number may not be called back', 'Mark it as handled.', 422);
  let isMine = false;
  const claimed = await ledger.compareAndSwap(held, (entry) => {
    const next = withRequeue(entry, task.sid, owner, Date.now());
    isMine = next !== entry;
    return next;
  });
  if (claimed === undefined || !isMine)
    throw new BadRequest('already-requeued', 'It was put back a moment ago', 'Reload the task list.', 409);
  const { entry } = claimed;
  const made = await findOrCreateTask(entry, () => twilio.taskRouter, timeZone, true);
  if (!made.made && !made.mayHaveBeenMade) {
    await ledger.compareAndSwap(claimed, (current) => withRequeueUndone(current, task.sid, Date.now()));
    throw new TwilioError(`POST task for ${entry.id}`, { failure: 'unavailable' });
  }
  try {
    await ledger.compareAndSwap(claimed, (current) => withTaskOutcome(current, made, Date.now()));
  } catch (error) {
    // The lease runs out, and the sweep finds the new task.
    log.error('requeue not written down', { entry: entry.id, code: errorCode(error) });
  }
  await completePreviousTask(invocation, task.sid);
  log.info('put back', { entry: entry.id, taskSid: made.made ? made.sid : undefined, attempt: entry.callbackAttempts });
  return { ok: true, ...(made.made ? { taskSid: made.sid } : {}), attempts: entry.callbackAttempts ?? 0 };
}

/** The plugin completes it as well; whoever is second finds it done. */
async function completePreviousTask({ twilio, log }: Invocation, taskSid: string): Promise<void> {
  try {
    await twilio.taskRouter.completeTask(taskSid, REQUEUED_REASON);
  } catch (error) {
    log.warn('old task not completed', { taskSid, code: errorCode(error) });
  }
}
