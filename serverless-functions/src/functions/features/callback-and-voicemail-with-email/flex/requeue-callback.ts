import { authorizeTaskAccess } from '../../../../agent/authorize-task-access';
import { requeue } from '../../../../agent/requeue';
import { flexFunction, isSupervisor } from '../../../../http/flex-function';

/** "Try again later": replaces this task with a new one. */
export const handler = flexFunction('flex/requeue-callback', async (invocation, user, event) => ({
  json: await requeue(invocation, await authorizeTaskAccess(invocation, user, event, isSupervisor(user))),
}));
