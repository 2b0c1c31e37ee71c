import { authorizeTaskAccess, startReadingTask } from '../../../../agent/authorize-task-access';
import { requeue, startReadingRequeue } from '../../../../agent/requeue';
import { flexFunction } from '../../../../http/flex-function';
import type { Invocation } from '../../../../invocation';
import { isSupervisor } from '../../../../twilio/worker-presence';

/** "Try again later": replaces this task with a new one. */
export const handler = flexFunction(
  'flex/requeue-callback',
  async (invocation, user, event, { ofTask, ofRequeue }) => {
    const task = await authorizeTaskAccess(invocation, user, event, isSupervisor(user), ofTask);
    return { json: await requeue(invocation, task, ofRequeue) };
  },
  {
    presence: 'beside',
    read: (invocation: Invocation, event: Record<string, unknown>) => ({
      ofTask: startReadingTask(invocation, event),
      ofRequeue: startReadingRequeue(invocation),
    }),
  },
);
