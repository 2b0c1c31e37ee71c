import type { Invocation } from '../invocation';
import { needsAssignee } from '../ledger/transitions';
import { errorCode } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from '../twilio/flex-token';
import { type AuthorizedTask, reservationStatus, type TaskReading } from './authorize-task-access';
import { nameOf } from './name-of-user';

/** The name of the user who asks, where they hold the task. */
export type HolderReading = Promise<{ name: string } | undefined>;

/**
 * Starts reading whether the user holds the task, and their name, beside the entry. Supervisors may open every task, so
 * TaskRouter is queried whether the task is theirs.
 */
export function startReadingHolder(invocation: Invocation, user: FlexUser, reading: TaskReading): HolderReading {
  return startEarly(async () => {
    const task = await reading.task;
    if (task === undefined || (task.status !== 'assigned' && task.status !== 'wrapping')) return undefined;
    const reservation = await reservationStatus(invocation, reading, task.sid, user.workerSid);
    if (reservation !== 'accepted' && reservation !== 'wrapping') return undefined;
    return { name: await nameOf(invocation, user) };
  });
}

/**
 * Records who has the task, the first time they open it: in parallel with the card, which is shown even if this fails.
 * Never throws.
 */
export async function recordAssignee(
  { ledger, log }: Invocation,
  { workerSid }: FlexUser,
  { task, current }: AuthorizedTask,
  holder: HolderReading,
): Promise<void> {
  if (!needsAssignee(current.entry, workerSid)) return;
  try {
    const held = await holder;
    if (held === undefined) return;
    await ledger.apply(current, { type: 'task-opened', taskSid: task.sid, workerSid, worker: held.name });
  } catch (error) {
    log.warn('assignee not recorded', { entry: current.entry.id, code: errorCode(error) });
  }
}
