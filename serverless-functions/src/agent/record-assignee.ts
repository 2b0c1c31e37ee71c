import type { Invocation } from '../invocation';
import { needsHandler, withHandler } from '../ledger/agent-steps';
import { errorCode } from '../runtime/errors';
import type { FlexUser } from '../twilio/flex-token';
import type { AuthorizedTask } from './authorize-task-access';

/**
 * Notes who has the task, the first time they look at it: beside the card, which is shown all the same when this fails.
 * A supervisor may look at everybody's tasks, so for one it is asked whether the task is theirs.
 */
export async function recordAssignee(
  { twilio, ledger, log }: Invocation,
  user: FlexUser,
  { task, held: current }: AuthorizedTask,
  isSupervisor: boolean,
): Promise<void> {
  if (!needsHandler(current.entry, user.workerSid)) return;
  try {
    if (isSupervisor) {
      if (task.status !== 'assigned' && task.status !== 'wrapping') return;
      const reservation = await twilio.taskRouter.fetchReservationStatus(task.sid, user.workerSid);
      if (reservation !== 'accepted' && reservation !== 'wrapping') return;
    }
    const name = await twilio.taskRouter.fetchWorkerName(user.workerSid).catch(() => undefined);
    const who = { workerSid: user.workerSid, worker: name ?? user.identity };
    await ledger.compareAndSwap(current, (entry) =>
      entry.task.sid === task.sid ? withHandler(entry, who, Date.now()) : entry,
    );
  } catch (error) {
    log.warn('handler not noted', { entry: current.entry.id, code: errorCode(error) });
  }
}
