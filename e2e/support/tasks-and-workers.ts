import type { TestTwilio } from '../../sandbox/src/testing/test-twilio';
import type { Task } from '../../sandbox/src/world/types';
import type { Caller } from './caller';
import { SALES, SUPPORT } from './deployed-product';

type ParsedTask = Omit<Task, 'attributes'> & { attributes: Record<string, unknown> };
const parse = (task: Task): ParsedTask => ({ ...task, attributes: JSON.parse(task.attributes) });

/** The account's tasks and the people who take them. */
export function tasksAndWorkers({ world }: TestTwilio) {
  const waitingTask = (caller: Caller) =>
    world.tasks
      .list()
      .map(parse)
      .find(({ attributes }) => attributes.call_sid === caller.sid)!;
  return {
    workflows: { callback: SUPPORT.sid, sales: SALES.sid },
    task: (sid: string) => parse(world.tasks.get(sid)!),
    waitingTask,
    /** Tasks the product made, oldest first. */
    productTasks: () =>
      world.tasks
        .list()
        .map(parse)
        .filter(({ attributes }) => attributes.taskType !== undefined)
        .sort((a, b) => a.dateCreated - b.dateCreated),
    addWaitingTask: (n: number) =>
      world.tasks.create({
        workflowSid: SUPPORT.sid,
        attributes: JSON.stringify({ call_sid: `CA${String(n).padStart(32, '0')}`, skill: 'support' }),
      }),
    /** As if TaskRouter had not made the tasks of the calls that wait now. */
    hideWaitingTasks() {
      for (const { sid } of world.tasks.list()) world.tasks.update(sid, { attributes: '{}' });
    },
    acceptWaitingTask: (caller: Caller) =>
      world.tasks.update(waitingTask(caller).sid, { assignmentStatus: 'assigned' }),
    completeWaitingTask: (caller: Caller) =>
      world.tasks.update(waitingTask(caller).sid, { assignmentStatus: 'completed' }),
    cancelWaitingTask: (caller: Caller, reason: string) =>
      world.tasks.update(waitingTask(caller).sid, { assignmentStatus: 'canceled', reason }),
    /** An agent takes a task and ends it. */
    handleTask(sid: string) {
      world.tasks.update(sid, { assignmentStatus: 'assigned' });
      world.tasks.update(sid, { assignmentStatus: 'completed' });
    },
    /** A worker who signs in to every queue, with what the Flex UI would send of them. */
    signIn(
      name: string,
      roles: string[] = ['agent'],
      activity = 'Available',
      attributes: Record<string, unknown> = {},
    ) {
      const worker = world.taskRouter.addWorker({ name, activity, attributes });
      const { token } = world.flexTokens.issue({ identity: name, roles, workerSid: worker.sid });
      return { ...worker, token };
    },
    /** The worker accepts the reservation they have for a task. */
    accept(worker: { sid: string }, taskSid: string) {
      const [reservation] = world.taskRouter.reservations({ task: taskSid, worker: worker.sid, status: 'pending' });
      if (reservation === undefined) throw new Error(`no reservation of ${worker.sid} for ${taskSid}`);
      world.taskRouter.accept(reservation);
      return reservation;
    },
    taskReservations: (taskSid: string) => world.taskRouter.reservations({ task: taskSid }),
    setAttributes: (taskSid: string, attributes: object) =>
      world.tasks.update(taskSid, { attributes: JSON.stringify(attributes) }),
  };
}
