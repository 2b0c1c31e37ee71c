import { withAuditedTask } from '../../../../agent/audited-task';
import { startReadingTask } from '../../../../agent/authorize-task-access';
import { confirmCaller } from '../../../../agent/confirm-caller';
import { startReadingBusinessNumbers } from '../../../../fulfilment/business-numbers';
import { flexFunction } from '../../../../http/flex-function';
import type { Invocation } from '../../../../invocation';

/** For who holds the task, supervisors too: has the number to call asked whether a callback is wanted. */
export const handler = flexFunction(
  'flex/confirm-caller',
  async (invocation, user, event, { ofTask, isOurs }) => {
    const act = { act: 'confirm-caller' as const, isSupervisor: false, agentsMay: true, reading: ofTask };
    return {
      json: await withAuditedTask(invocation, user, event, act, ({ current }) =>
        confirmCaller(invocation, user, current, isOurs),
      ),
    };
  },
  {
    presence: 'beside',
    read: (invocation: Invocation, event: Record<string, unknown>) => ({
      ofTask: startReadingTask(invocation, event),
      isOurs: startReadingBusinessNumbers(invocation),
    }),
  },
);
