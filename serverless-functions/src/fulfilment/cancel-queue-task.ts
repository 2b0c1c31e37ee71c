import type { Invocation } from '../invocation';
import { errorCode, isOutcomeUnknown, isTwilioError } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';

/** True while a waiting task holds its caller's place. */
export const isWaiting = (task: Task) => task.status === 'pending' || task.status === 'reserved';
/** True once an agent has the caller. */
export const isAssigned = (task: Task) => task.status === 'assigned' || task.status === 'wrapping';

export type CancelOutcome = 'left' | 'agent-took-call' | 'trouble' | 'unsure';

/**
 * Cancels a waiting task, unless an agent was faster; an answer that was lost is looked up.
 * @param reason shown on the task; Twilio would write its own otherwise
 * @returns `trouble`: the place in line is still held; `unsure`: nobody knows
 */
export async function cancelQueueTask({ twilio, log }: Invocation, task: Task, reason: string): Promise<CancelOutcome> {
  let current: Task | undefined = task;
  for (let round = 0; round < 2 && current?.etag !== undefined; round += 1) {
    const before = current.attributes.conversations;
    // Keeps the call out of Flex Insights' abandoned ones.
    const conversations = { ...(typeof before === 'object' ? before : {}), abandoned: 'Follow-Up' };
    try {
      await twilio.taskRouter.cancelTask(task.sid, current.etag, reason, { ...current.attributes, conversations });
      log.info('waiting task cancelled', { taskSid: task.sid });
      return 'left';
    } catch (error) {
      log.warn('waiting task not cancelled', { taskSid: task.sid, code: errorCode(error) });
      // TaskRouter forgets a task soon after its end: no place is held by one that is gone.
      if (isTwilioError(error, 'not-found')) return 'left';
      if (!isTwilioError(error, 'precondition-failed', 'refused', 'unavailable')) return 'trouble';
      try {
        current = await twilio.taskRouter.fetchTask(task.sid);
      } catch {
        return isOutcomeUnknown(error) ? 'unsure' : 'trouble';
      }
      // Cancelled, by us or by someone else: the caller holds no place any more, so there is nothing left to leave.
      if (current === undefined || current.status === 'canceled' || current.status === 'completed') return 'left';
      if (isAssigned(current)) return 'agent-took-call';
      if (isTwilioError(error, 'unavailable')) return 'trouble';
    }
  }
  return 'trouble';
}
