import { isSid } from '@callback-and-voicemail/contract';
import { rebuildEntryFromTask } from '../fulfilment/rebuild-from-task';
import { readVoicemailId } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { currentTaskSid, type LedgerEntry } from '../ledger/entry';
import { isEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { FlexBadRequest } from '../runtime/errors';
import { isInScope, notYourQueue, queueScopeOf } from '../runtime/queue-scope';
import { startEarly } from '../runtime/start-early';
import { RESERVATIONS_PER_PAGE, type Reservation, type ReservationStatus, type Task } from '../twilio/taskrouter';
import type { PresentUser } from '../twilio/worker-presence';

/** A task of the product and its entry, which the worker may act on. */
export interface AuthorizedTask {
  task: Task;
  current: VersionedEntry;
}

/** What is read of a task beside the check of who asks. */
export interface TaskReading {
  task: Promise<Task | undefined>;
  /** Of all workers. */
  reservations: Promise<Reservation[]>;
  /** The entry that the request named; used only if the task that Twilio returned names it too. */
  hinted?: { id: string; found: Promise<VersionedEntry | undefined> };
}

/** Starts reading a task: what is known before it is known who asks. */
export function startReadingTask({ twilio, ledger }: Invocation, event: Record<string, unknown>): TaskReading {
  const { TaskSid: taskSid, Voicemail: id } = event;
  const isRead = isSid('task', taskSid);
  return {
    task: startEarly(async () => (isRead ? twilio.taskRouter.fetchTask(taskSid) : undefined)),
    reservations: startEarly(async () => (isRead ? twilio.taskRouter.listReservations(taskSid) : [])),
    hinted: isRead && isEntryId(id) ? { id, found: startEarly(() => ledger.find(id)) } : undefined,
  };
}

/**
 * The one gate to a voicemail or callback from Flex (ADR 0012). Any agent can write a task's attributes, so they only
 * say where to look: the entry must name this very task, and the worker must hold it, or be a supervisor.
 * @param isSupervisor supervisors may act on every task of their queues
 * @param agentsMay whether agents may do it with a task they hold; a supervisor of other queues may do no more
 * @param reading reads that were started in parallel with authorization
 * @throws FlexBadRequest 400, 403 or 404; TwilioError when Twilio cannot say
 */
export async function authorizeTaskAccess(
  invocation: Invocation,
  user: PresentUser,
  event: Record<string, unknown>,
  { isSupervisor, agentsMay }: { isSupervisor: boolean; agentsMay: boolean },
  reading: TaskReading,
): Promise<AuthorizedTask> {
  const { TaskSid: taskSid } = event;
  if (!isSid('task', taskSid))
    throw new FlexBadRequest('bad-task-sid', 'TaskSid is missing or malformed', 'Send WT and 32 hexadecimal digits.');
  const [task, reservation] = await Promise.all([
    reading.task,
    isSupervisor ? undefined : reservationStatus(invocation, reading, taskSid, user.workerSid),
  ]);
  // Checked first: a worker who does not hold the task learns nothing of it, not even that it exists.
  if (!isSupervisor && reservation !== 'accepted' && reservation !== 'wrapping')
    throw new FlexBadRequest('not-yours', 'This task is not yours', 'Accept it first.', 403);
  if (task === undefined)
    throw new FlexBadRequest('no-such-task', 'There is no such task (any more)', 'Reload the task list.', 404);
  const id = readVoicemailId(task.attributes);
  if (id === undefined || !isEntryId(id))
    throw new FlexBadRequest(
      'not-ours',
      'This task is no callback or voicemail of ours',
      'Nothing can be done here.',
      404,
    );
  const [found] = await Promise.all([
    reading.hinted?.id === id ? reading.hinted.found : invocation.ledger.find(id),
    user.presence,
  ]);
  // Made while Sync was down, the task has no entry yet.
  const current = found ?? (await rebuildEntryFromTask(invocation, task));
  if (current !== undefined && isErased(current.entry))
    throw new FlexBadRequest('not-ours', 'Its personal data were deleted', 'Complete the task.', 404);
  if (current === undefined)
    throw new FlexBadRequest(
      'not-ours',
      'This callback or voicemail is not known',
      'It may have been deleted: see the retention settings.',
      404,
    );
  if (isSupervisor && !isInScope(queueScopeOf(invocation.environment, user.workerSid), current.entry.queueName)) {
    if (!agentsMay) throw notYourQueue();
    await requireHeld(invocation, user, taskSid, reading);
  }
  if (current.entry.task.previousSids?.includes(taskSid)) throw await alreadyRequeued(invocation, current.entry);
  if (currentTaskSid(current.entry) !== taskSid)
    throw new FlexBadRequest(
      'not-this-task',
      'This is not the task of that callback or voicemail',
      'Reload the task.',
      403,
    );
  return { task, current };
}

/** A task of another queue is theirs while they hold it. @throws FlexBadRequest 403 `not-your-queue` */
async function requireHeld(
  invocation: Invocation,
  { workerSid }: PresentUser,
  taskSid: string,
  reading: TaskReading,
): Promise<void> {
  const reservation = await reservationStatus(invocation, reading, taskSid, workerSid);
  if (reservation !== 'accepted' && reservation !== 'wrapping') throw notYourQueue();
}

/**
 * The refusal for a task that was put back. On this code the plugin ends the agent's task, so a sweep must see the entry.
 * The invocation that put it back may have died before listing it (ADR 0090).
 * @throws TwilioError when the entry cannot be listed; the agent then keeps the task
 */
export async function alreadyRequeued({ ledger }: Invocation, entry: LedgerEntry): Promise<FlexBadRequest> {
  if (entry.task.state === 'pending') await ledger.ensureListed(entry);
  return new FlexBadRequest('already-requeued', 'It was put back', 'It has a new task: reload the task list.', 409);
}

/** The worker's part in a task: the status of their newest reservation. @throws TwilioError */
export async function reservationStatus(
  { twilio }: Invocation,
  { reservations }: TaskReading,
  taskSid: string,
  workerSid: string,
): Promise<ReservationStatus | undefined> {
  const all = await reservations;
  // A page that is full may lack the newest ones.
  if (all.length >= RESERVATIONS_PER_PAGE) return twilio.taskRouter.fetchReservationStatus(taskSid, workerSid);
  return all.filter((one) => one.workerSid === workerSid).at(-1)?.status;
}
