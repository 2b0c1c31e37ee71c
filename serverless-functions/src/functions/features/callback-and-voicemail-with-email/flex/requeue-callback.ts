import { withAuditedTask } from '../../../../agent/audited-task';
import { startReadingTask } from '../../../../agent/authorize-task-access';
import { requeue, startReadingRequeue } from '../../../../agent/requeue';
import { flexFunction } from '../../../../http/flex-function';
import type { Invocation } from '../../../../invocation';
import { isSupervisor } from '../../../../twilio/worker-presence';

/** "Try again later": replaces this task with a new one. */
export const handler = flexFunction(
  'flex/requeue-callback',
  async (invocation, user, event, { ofTask, ofRequeue }) => {
    const act = { act: 'requeue' as const, isSupervisor: isSupervisor(user), agentsMay: true, reading: ofTask };
    return {
      json: await withAuditedTask(invocation, user, event, act, (task) => requeue(invocation, task, ofRequeue)),
    };
  },
  {
    presence: 'beside',
    read: (invocation: Invocation, event: Record<string, unknown>) => ({
      ofTask: startReadingTask(invocation, event),
      ofRequeue: startReadingRequeue(invocation),
    }),
  },
);
