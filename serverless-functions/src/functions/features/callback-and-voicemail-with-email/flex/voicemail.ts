import { withAuditedTask } from '../../../../agent/audited-task';
import { startReadingTask } from '../../../../agent/authorize-task-access';
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
    // The plugin asks for it again and again while something of it may change.
    const read = {
      act: 'read' as const,
      isSupervisor: isSupervisor(user),
      agentsMay: true,
      reading: ofTask,
      once: 'card',
    };
    const [card] = await withAuditedTask(invocation, user, event, read, (task) =>
      Promise.all([buildVoicemailCard(invocation, task, ofCard), recordAssignee(invocation, user, task, holder)]),
    );
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
