import { cardOf } from '../../../../agent/card';
import { taskOfAgent } from '../../../../agent/task-of-agent';
import { flexFunction, isSupervisor } from '../../../../http/flex-function';

/** What the card of a callback or voicemail shows. */
export const handler = flexFunction('flex/voicemail', async (invocation, user, event) => ({
  json: await cardOf(invocation, await taskOfAgent(invocation, user, event, isSupervisor(user))),
}));
