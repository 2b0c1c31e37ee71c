import { isSid } from '@callback-and-voicemail/contract';
import { markAsChecked } from '../fulfilment/carried-attributes';
import type { Invocation } from '../invocation';
import { CALLBACK_CANCEL_REASON } from '../ledger/entry';
import { errorCode } from '../runtime/errors';
import { type AssignmentStatus, isWaiting, type Task } from '../twilio/taskrouter';
import type { WaitSession } from './wait-session';

/** ADR 0013: the loop looks at its task at most this often. */
export const RECHECK_AFTER_MS = 120_000;

/** A queue task is made as its call begins to wait, and the first turn follows at once. */
const FIRST_REQUEST_TOLERANCE_MS = 30_000;
/** Clocks of Twilio and ours may differ by this much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Finds the TaskRouter task of a waiting call: by its `call_sid` among the workflow's open tasks.
 * The workflow is the URL's, else the name of the voice queue the call waits in. On later turns ended tasks are looked
 * at as well: a task that was canceled before it was found must not leave its caller in music forever.
 * @returns the memory with what was found, unchanged when nothing was so that a later turn tries again; and where the
 *   caller stands
 */
export async function findQueueTask(
  { twilio, log }: Invocation,
  session: WaitSession,
  callSid: string,
): Promise<{ found: WaitSession; status: QueueTaskStatus }> {
  const { since } = session;
  try {
    const workflowSid = session.workflowSid ?? (await workflowSidForQueue(twilio, session.queueSid));
    if (workflowSid === undefined) {
      log.warn('no workflow for queue', { callSid });
      return { found: session, status: 'unknown' };
    }
    const begunAt = (since ?? Date.now()) - FIRST_REQUEST_TOLERANCE_MS;
    const named = await twilio.taskRouter.findAllTasks({
      workflowSid,
      statuses: since === undefined ? OPEN_STATUSES : undefined,
      // An ended one of an earlier wait of this call is not the one.
      matches: ({ attributes, status, createdAt }) =>
        attributes.call_sid === callSid &&
        (OPEN_STATUSES.includes(status) || since === undefined || createdAt >= begunAt),
      until: ({ createdAt }, isFound) => (isFound || since !== undefined) && createdAt < begunAt - CLOCK_SKEW_MS,
    });
    const task = await chooseQueueTask(twilio, named, callSid, begunAt);
    if (task === undefined && named.length > 0) log.warn('queue task not proven', { callSid });
    if (task === undefined) log.info('queue task not found yet', { callSid });
    const found = {
      ...session,
      workflowSid,
      since: since ?? Date.now(),
      taskSid: task?.sid,
      taskQueueSid: task?.taskQueueSid,
      queueName: task?.queueName,
      checkedAt: task && Date.now(),
      soughtAt: task === undefined ? Date.now() : undefined,
    };
    return { found, status: toQueueTaskStatus(task) };
  } catch (error) {
    log.warn('queue task not looked up', { callSid, code: errorCode(error) });
    return { found: { ...session, since: since ?? Date.now() }, status: 'unknown' };
  }
}

/** How many tasks that name the call are looked at. */
const MAX_NAMED = 5;

/**
 * The task that was created for the call. Any agent can write another call's SID into a task: one task alone, which still
 * waits and was created with the wait, is taken; with any doubt, TaskRouter's event says what it was created with.
 * @param named tasks that name the call, the newest first
 * @param begunAt milliseconds since 1970: not long before the call began to wait
 */
async function chooseQueueTask(
  { taskRouter }: Invocation['twilio'],
  named: readonly Task[],
  callSid: string,
  begunAt: number,
): Promise<Task | undefined> {
  const [only] = named;
  if (named.length <= 1 && (only === undefined || (isWaiting(only) && only.createdAt >= begunAt))) return only;
  const candidates = named.slice(-MAX_NAMED);
  const created = await Promise.all(candidates.map(({ sid }) => taskRouter.fetchCreatedAttributes(sid)));
  const proven = candidates.filter((_, index) => created[index]?.call_sid === callSid);
  // The one of this wait is the first that was created since; a call may have waited before.
  return proven.findLast(({ createdAt }) => createdAt >= begunAt) ?? proven[0];
}

/**
 * Whether a caller who only waits needs no search now. A task that has not appeared in the first minutes rarely does,
 * and in a long line each search reads several pages.
 */
export function mayDelaySearch({ since, soughtAt }: WaitSession, now: number): boolean {
  if (since === undefined || soughtAt === undefined) return false;
  return soughtAt - since >= RECHECK_AFTER_MS && now - soughtAt < RECHECK_AFTER_MS;
}

const OPEN_STATUSES: AssignmentStatus[] = ['pending', 'reserved', 'assigned'];

async function workflowSidForQueue(
  twilio: Invocation['twilio'],
  queueSid: string | undefined,
): Promise<string | undefined> {
  if (queueSid === undefined) return undefined;
  const name = await twilio.voice.fetchQueueName(queueSid);
  return isSid('workflow', name) ? name : undefined;
}

/** Whether the queue task still holds the caller's place; `unknown` without an answer from TaskRouter. */
export type QueueTaskStatus = 'in-line' | 'taken' | 'closed' | 'left-for-callback' | 'unknown';

/**
 * Reads how the queue task stands.
 * @param mustSettle a cancellation may still be carried out: it names the task's version, so the task is changed, and
 *   only then a place in line is certain (ADR 0050)
 */
export async function fetchQueueTaskStatus(
  { twilio, log }: Invocation,
  taskSid: string,
  mustSettle: boolean,
): Promise<QueueTaskStatus> {
  try {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    if (mustSettle && task?.etag !== undefined && isWaiting(task))
      await twilio.taskRouter.updateAttributes(taskSid, task.etag, markAsChecked(task.attributes, Date.now()));
    return task === undefined ? 'closed' : toQueueTaskStatus(task);
  } catch (error) {
    log.warn('queue task not checked', { taskSid, code: errorCode(error) });
    return 'unknown';
  }
}

function toQueueTaskStatus(task: Task | undefined): QueueTaskStatus {
  if (task === undefined) return 'unknown';
  if (task.reason === CALLBACK_CANCEL_REASON) return 'left-for-callback';
  if (task.status === 'canceled' || task.status === 'completed') return 'closed';
  return task.status === 'pending' || task.status === 'reserved' ? 'in-line' : 'taken';
}
