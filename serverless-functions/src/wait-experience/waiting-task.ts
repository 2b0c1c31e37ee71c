import { isSid } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import type { WaitMemory } from './wait-url';

/** DESIGN 10: the loop looks at its task at most this often. */
export const RECHECK_AFTER_MS = 120_000;

/**
 * Finds the TaskRouter task of a waiting call: by its `call_sid` among the workflow's open tasks, newest first.
 * The workflow is the URL's, else the name of the voice queue the call waits in.
 * @returns the memory with what was found; unchanged when nothing was, so that a later turn tries again
 */
export async function findWaitingTask(
  { doors, log }: Invocation,
  memory: WaitMemory,
  callSid: string,
): Promise<WaitMemory> {
  try {
    const workflowSid = memory.workflowSid ?? (await workflowOfQueue(doors, memory.queueSid));
    if (workflowSid === undefined) {
      log.warn('no workflow for queue', { callSid });
      return memory;
    }
    const task = await doors.tasks.find({
      workflowSid,
      statuses: ['pending', 'reserved', 'assigned'],
      wanted: ({ attributes }) => attributes.call_sid === callSid,
    });
    if (task === undefined) log.info('waiting task not found yet', { callSid });
    return { ...memory, workflowSid, taskSid: task?.sid, checkedAt: task && Date.now() };
  } catch (error) {
    log.warn('waiting task not looked up', { callSid, code: errorCode(error) });
    return memory;
  }
}

async function workflowOfQueue(doors: Invocation['doors'], queueSid: string | undefined): Promise<string | undefined> {
  if (queueSid === undefined) return undefined;
  const name = await doors.voice.queueName(queueSid);
  return isSid('workflow', name) ? name : undefined;
}

/** Whether the waiting task still holds the caller's place; `unknown` when TaskRouter did not say. */
export type TaskStanding = 'in-line' | 'taken' | 'closed' | 'unknown';

export async function checkWaitingTask({ doors, log }: Invocation, taskSid: string): Promise<TaskStanding> {
  try {
    const task = await doors.tasks.fetch(taskSid);
    if (task === undefined || task.status === 'canceled' || task.status === 'completed') return 'closed';
    return task.status === 'pending' || task.status === 'reserved' ? 'in-line' : 'taken';
  } catch (error) {
    log.warn('waiting task not checked', { taskSid, code: errorCode(error) });
    return 'unknown';
  }
}
