import { readProvenEntry } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import { isAssigned, type Task } from '../twilio/taskrouter';

/** The product's tasks that have not ended, as TaskRouter has them now. */
export interface OpenTasks {
  byVoicemailId: ReadonlyMap<string, Task>;
  /** False when some may be missing: a task that is not listed may still be open. */
  complete: boolean;
}
/** Who has a task, and since when. Milliseconds since 1970. */
export interface TaskHolder {
  worker?: string;
  since: number;
}

/** How many tasks are asked for who has them. */
const MAX_HOLDERS = 10;

/** The page shows the rest when TaskRouter does not answer. Never throws. */
export async function readOpenTasks({ twilio, log, environment }: Invocation): Promise<OpenTasks> {
  try {
    const { tasks, complete } = await twilio.taskRouter.listOpenTasks();
    const byVoicemailId = new Map<string, Task>();
    for (const task of tasks) {
      const id = readProvenEntry(environment, task.attributes)?.id;
      if (id !== undefined) byVoicemailId.set(id, task);
    }
    return { byVoicemailId, complete };
  } catch (error) {
    log.warn('open tasks not read', { code: errorCode(error) });
    return { byVoicemailId: new Map(), complete: false };
  }
}

/**
 * Who has which task, by the tasks' sids: the first ten. A task without an entry here was not asked for. Never throws.
 * @param tasks assigned ones
 */
export async function readHolders(
  { twilio, log }: Invocation,
  tasks: readonly Task[],
): Promise<Map<string, TaskHolder>> {
  const holders = new Map<string, TaskHolder>();
  await Promise.all(
    tasks
      .filter(isAssigned)
      .slice(0, MAX_HOLDERS)
      .map(async ({ sid }) => {
        try {
          const reservations = await twilio.taskRouter.listReservations(sid);
          const held = reservations.filter(({ status }) => status === 'accepted' || status === 'wrapping').at(-1);
          if (held !== undefined) holders.set(sid, { worker: held.workerName || undefined, since: held.createdAt });
        } catch (error) {
          log.warn('holder of a task not read', { taskSid: sid, code: errorCode(error) });
        }
      }),
  );
  return holders;
}
