import { authorizeTaskAccess } from '../../../../agent/authorize-task-access';
import { recordAssignee } from '../../../../agent/record-assignee';
import { buildVoicemailCard } from '../../../../agent/voicemail-card';
import { flexFunction, isSupervisor } from '../../../../http/flex-function';

/** What the card of a callback or voicemail shows. The first agent who holds the task and opens it is its assignee. */
export const handler = flexFunction('flex/voicemail', async (invocation, user, event) => {
  const task = await authorizeTaskAccess(invocation, user, event, isSupervisor(user));
  const [card] = await Promise.all([
    buildVoicemailCard(invocation, task),
    recordAssignee(invocation, user, task, isSupervisor(user)),
  ]);
  return { json: card };
});
