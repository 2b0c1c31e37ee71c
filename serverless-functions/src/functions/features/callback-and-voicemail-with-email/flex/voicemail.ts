import { cardOf } from '../../../../agent/card';
import { noteHandler } from '../../../../agent/note-handler';
import { taskOfAgent } from '../../../../agent/task-of-agent';
import { flexFunction, isSupervisor } from '../../../../http/flex-function';

/** What the card of a callback or voicemail shows. Whoever holds the task and looks at it has it in hand. */
export const handler = flexFunction('flex/voicemail', async (invocation, user, event) => {
  const task = await taskOfAgent(invocation, user, event, isSupervisor(user));
  const [card] = await Promise.all([cardOf(invocation, task), noteHandler(invocation, user, task, isSupervisor(user))]);
  return { json: card };
});
