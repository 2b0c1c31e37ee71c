import type { Invocation } from '../invocation';
import { errorCode, isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import { isAssigned, type Task } from '../twilio/taskrouter';

/** `failed`: the place in line is still held. `unknown`: it may be. */
export type CancelOutcome = 'canceled' | 'agent-took-call' | 'failed' | 'unknown';

const ATTEMPTS = 2;

/**
 * Cancels the task of a call that waits in line, unless an agent was faster. A lost response is looked up.
 * @param reason shown on the task; otherwise Twilio writes its own
 */
export async function cancelQueueTask(invocation: Invocation, task: Task, reason: string): Promise<CancelOutcome> {
  const { twilio, log } = invocation;
  let current = task;
  // A cancellation whose answer was lost may be carried out later, as long as nothing else has changed the task.
  let isPending = false;
  for (let attempt = 1; attempt <= ATTEMPTS && current.etag !== undefined; attempt += 1) {
    try {
      await twilio.taskRouter.cancelTask(task.sid, current.etag, reason, withFollowUp(current));
      log.info('queue task canceled', { taskSid: task.sid });
      return 'canceled';
    } catch (error) {
      log.warn('queue task not canceled', { taskSid: task.sid, code: errorCode(error) });
      isPending ||= isOutcomeUnknown(error);
      const after = await readAfterFailure(invocation, task.sid, error);
      if (after === 'failed' && isPending) return 'unknown';
      if (typeof after === 'string') return after;
      isPending &&= after.etag === current.etag;
      current = after;
    }
  }
  return isPending ? 'unknown' : 'failed';
}

/** Keeps the call out of the abandoned calls of Flex Insights. */
function withFollowUp({ attributes }: Task): Record<string, unknown> {
  const { conversations } = attributes;
  return {
    ...attributes,
    conversations: { ...(typeof conversations === 'object' ? conversations : {}), abandoned: 'Follow-Up' },
  };
}

/** @returns the task's outcome; or its newest version if it can still be canceled */
async function readAfterFailure(
  { twilio }: Invocation,
  taskSid: string,
  error: unknown,
): Promise<CancelOutcome | Task> {
  // TaskRouter deletes a task soon after its end: a task that is gone holds no place in line.
  if (isTwilioError(error, 'not-found')) return 'canceled';
  if (!isTwilioError(error, 'precondition-failed', 'refused', 'unavailable')) return 'failed';
  let current: Task | undefined;
  try {
    current = await twilio.taskRouter.fetchTask(taskSid);
  } catch {
    return isOutcomeUnknown(error) ? 'unknown' : 'failed';
  }
  // The task has ended, so the caller no longer holds a place.
  if (current === undefined || current.status === 'canceled' || current.status === 'completed') return 'canceled';
  if (isAssigned(current)) return 'agent-took-call';
  // The same cancellation once more is the same one: it names the version.
  return isTwilioError(error, 'unavailable') && !isOutcomeUnknown(error) ? 'failed' : current;
}
