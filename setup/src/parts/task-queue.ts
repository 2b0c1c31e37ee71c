import { compare } from '../plan';
import { SetupError } from '../setup-error';
import { nothingThere, type Part, type PartContext } from './part';

const queuesUrl = ({ basics }: PartContext) =>
  `https://taskrouter.twilio.com/v1/Workspaces/${basics.workspaceSid}/TaskQueues`;

/** The queue whose agents call back. */
export const taskQueue: Part = {
  id: 'task-queue',
  title: 'Queue for callbacks and voicemails',
  async inspect(context) {
    const { rest, choices, definitions, known } = context;
    if (choices.callbackQueue !== 'new') {
      const own = await rest.find(`${queuesUrl(context)}/${choices.callbackQueue}`);
      if (own === undefined)
        throw new SetupError(
          'queue',
          'The queue for callbacks is not in the workspace',
          'Choose another: --callback-queue',
        );
      known['task-queue'] = own.sid;
      return { action: 'keep', sid: own.sid, values: [], note: `“${own.friendly_name}”, as chosen` };
    }
    const found = await findQueue(context);
    known['task-queue'] = found?.sid;
    const { friendlyName, targetWorkers, taskOrder, maxReservedWorkers } = definitions.taskQueue;
    return compare(
      {
        friendly_name: friendlyName,
        target_workers: targetWorkers,
        task_order: taskOrder,
        max_reserved_workers: maxReservedWorkers,
      },
      found && { sid: found.sid, values: found },
    );
  },
  async carryOut(context, { sid }) {
    const { friendlyName, targetWorkers, taskOrder, maxReservedWorkers } = context.definitions.taskQueue;
    const url = queuesUrl(context);
    const made = await context.rest.post(sid === undefined ? url : `${url}/${sid}`, {
      FriendlyName: friendlyName,
      TargetWorkers: targetWorkers,
      TaskOrder: taskOrder,
      MaxReservedWorkers: maxReservedWorkers,
    });
    context.known['task-queue'] = made.sid;
  },
  async inspectUndo(context, _before, isOurs) {
    const found = await findQueue(context);
    if (found === undefined) return nothingThere();
    return isOurs
      ? { action: 'delete', sid: found.sid, values: [] }
      : { action: 'keep', sid: found.sid, values: [], note: 'was there before' };
  },
  async undo(context, { sid }) {
    await context.rest.delete(`${queuesUrl(context)}/${sid}`);
  },
};

async function findQueue(context: PartContext) {
  const { friendlyName } = context.definitions.taskQueue;
  const url = `${queuesUrl(context)}?FriendlyName=${encodeURIComponent(friendlyName)}`;
  // Names are compared again: TaskRouter finds them by their beginning as well.
  return (await context.rest.list(url, 'task_queues')).find((queue) => queue.friendly_name === friendlyName);
}
