import {
  HANDLED_FROM_EMAIL_REASON,
  isReplaceable,
  readEndedTask,
  readEndingEvents,
  type TaskEnding,
} from '../fulfilment/task-ending';
import { readProvenEntry } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import type { LedgerEntry, TaskIn } from '../ledger/entry';
import type { LedgerEvent } from '../ledger/events';
import { taskLifetimeSeconds } from '../ledger/schedule';
import { errorCode } from '../runtime/errors';
import type { Task } from '../twilio/taskrouter';

/**
 * Finds out what became of tasks that have ended. TaskRouter tells nobody, and forgets an ended task after about five
 * minutes; its events stay for 30 days (ADR 0036).
 */

/**
 * The open tasks by the ids of their entries; of one entry rarely more than one.
 * @returns undefined when that is not known: TaskRouter is out of reach, or there are more tasks than are read
 */
export async function listOpenTasksByEntry({
  twilio,
  log,
  environment,
}: Invocation): Promise<Map<string, Task[]> | undefined> {
  try {
    const { tasks, complete } = await twilio.taskRouter.listOpenTasks();
    if (!complete) {
      log.warn('open tasks not compared', { code: 'too-many-tasks' });
      return undefined;
    }
    const byEntry = new Map<string, Task[]>();
    for (const task of tasks) {
      // An agent who writes another entry's id into a task must not hide that its own has ended.
      const id = readProvenEntry(environment, task.attributes)?.id;
      if (id !== undefined) byEntry.set(id, [...(byEntry.get(id) ?? []), task]);
    }
    return byEntry;
  } catch (error) {
    log.warn('open tasks not compared', { code: errorCode(error) });
    return undefined;
  }
}

/**
 * What became of an entry's task.
 * @returns undefined when the entry has no task that could have ended
 * @throws TwilioError when TaskRouter is out of reach
 */
export async function lookUpTask(invocation: Invocation, entry: LedgerEntry): Promise<LedgerEvent | undefined> {
  const { environment, log } = invocation;
  const { task } = entry;
  if (task.state !== 'created' || task.closed) return undefined;
  const ending = await readEnding(invocation, entry, task);
  if (ending === undefined) return { type: 'task-still-open' };
  const about = { entry: entry.id, taskSid: task.sid };
  if (ending.result === 'handled') {
    log.info('task handled', about);
    return {
      type: 'task-handled',
      taskSid: task.sid,
      at: ending.at,
      worker: await nameWorker(invocation, entry, ending),
    };
  }
  const { loss, at, reason } = ending;
  // The invocation that canceled it for its recipient died before it said so.
  if (reason === HANDLED_FROM_EMAIL_REASON && entry.taken !== undefined)
    return { type: 'task-handled', taskSid: task.sid, at, worker: entry.taken.name ?? entry.taken.address };
  const workflow = environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? entry.workflowSid;
  const replaceIn = isReplaceable(loss) ? workflow : undefined;
  log.error('task ended unhandled', { ...about, code: loss });
  return { type: 'task-lost', taskSid: task.sid, loss, at, reason: reason?.slice(0, MAX_REASON_LENGTH), replaceIn };
}

const MAX_REASON_LENGTH = 200;

async function readEnding(
  { twilio: { taskRouter } }: Invocation,
  entry: LedgerEntry,
  { sid, createdAt }: TaskIn<'created'>,
): Promise<TaskEnding | undefined> {
  const lifetime = { createdAt, lifetimeSeconds: taskLifetimeSeconds(entry) };
  const found = await taskRouter.fetchTask(sid);
  if (found !== undefined) {
    const reservations = found.status === 'completed' ? await taskRouter.listReservations(sid) : [];
    return readEndedTask(found, reservations, lifetime);
  }
  const ending = readEndingEvents(await taskRouter.listEndingEvents(sid), lifetime);
  if (ending !== undefined) return ending;
  // Neither there nor ended: asked once more, since nothing but a wrong answer explains it for a task that exists.
  const again = await taskRouter.fetchTask(sid);
  return again === undefined ? { result: 'lost', loss: 'unknown', at: Date.now() } : readEndedTask(again, [], lifetime);
}

/** The name as the card shows it, else the one they sign in with. */
async function nameWorker(
  { twilio: { taskRouter } }: Invocation,
  { assignee }: LedgerEntry,
  { workerSid, workerName }: Extract<TaskEnding, { result: 'handled' }>,
): Promise<string | undefined> {
  if (workerSid === undefined) return assignee?.worker;
  if (assignee?.workerSid === workerSid) return assignee.worker;
  const worker = await taskRouter.fetchWorker(workerSid).catch(() => undefined);
  return worker?.name ?? workerName;
}
