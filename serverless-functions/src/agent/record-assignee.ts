import type { Invocation } from '../invocation';
import { needsAssignee } from '../ledger/transitions';
import { errorCode } from '../runtime/errors';
import type { FlexUser } from '../twilio/flex-token';
import type { AuthorizedTask } from './authorize-task-access';

/**
 * Records who has the task, the first time they open it: in parallel with the card, which is shown even if this fails.
 * Supervisors may open every task, so TaskRouter is queried whether the task is theirs. Never throws.
 */
export async function recordAssignee(
  { twilio, ledger, log }: Invocation,
  user: FlexUser,
  { task, current }: AuthorizedTask,
  isSupervisor: boolean,
): Promise<void> {
  if (!needsAssignee(current.entry, user.workerSid)) return;
  try {
    if (isSupervisor) {
      if (task.status !== 'assigned' && task.status !== 'wrapping') return;
      const reservation = await twilio.taskRouter.fetchReservationStatus(task.sid, user.workerSid);
      if (reservation !== 'accepted' && reservation !== 'wrapping') return;
    }
    const name = await twilio.taskRouter.fetchWorkerName(user.workerSid).catch(() => undefined);
    const assignee = { workerSid: user.workerSid, worker: name ?? user.identity };
    await ledger.apply(current, { type: 'task-opened', taskSid: task.sid, ...assignee });
  } catch (error) {
    log.warn('assignee not recorded', { entry: current.entry.id, code: errorCode(error) });
  }
}
