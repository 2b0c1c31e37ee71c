import { authorizeTaskAccess, startReadingTask } from '../../../../agent/authorize-task-access';
import { recordAssignee, startReadingHolder } from '../../../../agent/record-assignee';
import { buildVoicemailCard, startReadingCard } from '../../../../agent/voicemail-card';
import { flexFunction } from '../../../../http/flex-function';
import type { Invocation } from '../../../../invocation';
import { isSupervisor } from '../../../../twilio/worker-presence';

/** What the card of a callback or voicemail shows. The first agent who holds the task and opens it is its assignee. */
export const handler = flexFunction(
  'flex/voicemail',
  async (invocation, user, event, { ofTask, ofCard }) => {
    const holder = startReadingHolder(invocation, user, ofTask);
    const task = await authorizeTaskAccess(invocation, user, event, isSupervisor(user), ofTask);
    const [card] = await Promise.all([
      buildVoicemailCard(invocation, task, ofCard),
      recordAssignee(invocation, user, task, holder),
    ]);
    return { json: card };
  },
  {
    presence: 'beside',
    read: (invocation: Invocation, event: Record<string, unknown>) => {
      const ofTask = startReadingTask(invocation, event);
      return { ofTask, ofCard: startReadingCard(invocation, ofTask) };
    },
  },
);
