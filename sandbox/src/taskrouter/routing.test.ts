import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { TwilioError } from '../world/twilio-error';
import type { NewTask } from '../world/types';
import { createWorld, type SandboxWorld } from '../world/world';
import { namedQueueSid } from './taskrouter';
import type { FilterConfiguration, Reservation, TargetConfiguration, Worker } from './types';

const SUPPORT = namedQueueSid('Support');
const SALES = namedQueueSid('Sales');

let clock: Clock;
let world: SandboxWorld;
let events: string[];
beforeEach(() => {
  clock = FakeTimers.install({ now: Date.UTC(2026, 0, 5, 9), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  world = createWorld();
  events = [];
  world.taskRouter.subscribe(({ type }) => events.push(type));
});
afterEach(() => clock.uninstall());

/** TaskRouter answers first and routes then. */
const routed = () => Promise.resolve();
const available = (name: string, attributes: Record<string, unknown> = {}, more = {}): Worker =>
  world.taskRouter.addWorker({ name, attributes, activity: 'Available', ...more });
const steps = (...targets: TargetConfiguration[]) =>
  world.taskRouter.addWorkflow({
    friendlyName: 'Steps',
    configuration: { task_routing: { filters: [{ expression: '1==1', targets }] } },
  }).sid;
const filtered = (filters: readonly FilterConfiguration[], queue?: string) =>
  world.taskRouter.addWorkflow({
    friendlyName: 'Filtered',
    configuration: { task_routing: { filters, ...(queue ? { default_filter: { queue } } : {}) } },
  }).sid;
const task = (workflowSid: string, attributes: Record<string, unknown> = {}, more: Partial<NewTask> = {}) =>
  world.tasks.create({ workflowSid, attributes: JSON.stringify(attributes), taskChannel: 'voice', ...more });
const offers = (status?: Reservation['status']) =>
  world.taskRouter.reservations(status === undefined ? {} : { status });
const offered = () => offers('pending').map(({ workerSid }) => world.taskRouter.worker(workerSid)!.friendlyName);

function errorMessageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TwilioError) return `${error.status} ${error.message}`;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('a reservation', () => {
  const workflow = () => [...world.workflows.keys()][0]!;

  it('is made for a worker who is available, accepted, wrapped up and completed', async () => {
    const one = task(workflow());
    expect(one.assignmentStatus).toBe('pending');
    available('Ana');
    const [reservation] = offers();
    expect(one.assignmentStatus).toBe('reserved');
    world.taskRouter.accept(reservation!);
    expect([one.assignmentStatus, reservation!.status]).toEqual(['assigned', 'accepted']);
    world.taskRouter.wrapUp(reservation!);
    expect([one.assignmentStatus, reservation!.status]).toEqual(['wrapping', 'wrapping']);
    world.taskRouter.complete(reservation!.sid);
    expect([one.assignmentStatus, reservation!.status]).toEqual(['completed', 'completed']);
    expect(events).toEqual([
      'task.created',
      'workflow.entered',
      'workflow.target-matched',
      'task-queue.entered',
      'worker.created',
      'reservation.created',
      'reservation.accepted',
      'reservation.wrapup',
      'task.wrapup',
      'reservation.completed',
      'task.completed',
    ]);
    clock.tick(5 * 60_000);
    expect(world.taskRouter.reservation(reservation!.sid)).toBeUndefined();
  });

  it('is not made within the request that makes the task', async () => {
    available('Ana');
    const one = task(workflow());
    expect(one.assignmentStatus).toBe('pending');
    await routed();
    expect(one.assignmentStatus).toBe('reserved');
  });

  it('takes the worker’s one place on the channel until the task is completed', async () => {
    available('Ana');
    const [first, second] = [task(workflow()), task(workflow())];
    await routed();
    world.taskRouter.accept(offers('pending')[0]!);
    await routed();
    expect(second.assignmentStatus).toBe('pending');
    world.tasks.update(first.sid, { assignmentStatus: 'completed' });
    await routed();
    expect(second.assignmentStatus).toBe('reserved');
  });

  it('leaves room where the worker has more capacity, or on another channel', async () => {
    available('Ana', {}, { capacity: { voice: 2 } });
    const made = [task(workflow()), task(workflow()), task(workflow()), task(workflow(), {}, { taskChannel: 'chat' })];
    await routed();
    expect(made.map(({ assignmentStatus }) => assignmentStatus)).toEqual([
      'reserved',
      'reserved',
      'pending',
      'reserved',
    ]);
  });

  it('is made for a routing target who has no room, or another offer, unless the capacity counts', async () => {
    const ana = available('Ana');
    const held = task(workflow());
    await routed();
    const outbound = () => task(workflow(), {}, { routingTarget: ana.sid });
    const [beside] = [outbound()];
    await routed();
    expect([held.assignmentStatus, beside!.assignmentStatus]).toEqual(['reserved', 'reserved']);
    for (const reservation of offers('pending')) world.taskRouter.accept(reservation);
    const [call, counted, waiting] = [
      outbound(),
      task(workflow(), {}, { routingTarget: ana.sid, ignoreCapacity: false }),
      task(workflow()),
    ];
    await routed();
    expect([call.ignoreCapacity, call.assignmentStatus]).toEqual([true, 'reserved']);
    expect([counted.ignoreCapacity, counted.assignmentStatus]).toEqual([false, 'pending']);
    expect([waiting.ignoreCapacity, waiting.assignmentStatus]).toEqual([false, 'pending']);
  });

  it('goes to who has waited longest, and after a rejection to the next', async () => {
    available('Ana');
    clock.tick(1000);
    available('Ben');
    const one = task(workflow());
    await routed();
    expect(offered()).toEqual(['Ana']);
    clock.tick(1000);
    world.taskRouter.reject(offers('pending')[0]!);
    expect([one.assignmentStatus, offered()]).toEqual(['reserved', ['Ben']]);
    world.taskRouter.reject(offers('pending')[0]!, 'Break');
    expect(offered()).toEqual(['Ana']);
    expect(world.taskRouter.workers().map(({ activitySid }) => activitySid)).toEqual([
      world.taskRouter.activity('Available').sid,
      world.taskRouter.activity('Break').sid,
    ]);
  });

  it('times out after the workflow’s 120 s, and the worker goes offline', async () => {
    const ana = available('Ana');
    const one = task(workflow());
    await routed();
    clock.tick(119_999);
    expect(one.assignmentStatus).toBe('reserved');
    clock.tick(1);
    expect(one.assignmentStatus).toBe('pending');
    expect(offers()).toMatchObject([{ status: 'timeout' }]);
    expect(world.taskRouter.activity(ana.activitySid).friendlyName).toBe('Offline');
    expect(events.slice(-2)).toEqual(['reservation.timeout', 'worker.activity.update']);
  });

  it('is canceled with its task, by request and by its TTL', async () => {
    available('Ana');
    const one = task(workflow());
    await routed();
    world.tasks.update(one.sid, { assignmentStatus: 'canceled', reason: 'redirected' });
    expect(offers()).toMatchObject([{ status: 'canceled' }]);
    expect(events.slice(-2)).toEqual(['reservation.canceled', 'task.canceled']);
    const two = task(workflow(), {}, { timeoutSeconds: 60 });
    await routed();
    clock.tick(60_000);
    expect(two.reason).toBe('Task TTL Exceeded');
    expect(offers().map(({ status }) => status)).toEqual(['canceled', 'canceled']);
    expect(errorMessageOf(() => world.taskRouter.accept(offers()[1]!))).toContain('it is canceled, not pending');
  });

  it('ends with a task that is deleted', async () => {
    available('Ana');
    const one = task(workflow());
    await routed();
    world.tasks.remove(one.sid);
    expect(events.slice(-2)).toEqual(['reservation.canceled', 'task.deleted']);
    const two = task(workflow());
    await routed();
    expect(two.assignmentStatus).toBe('reserved');
  });

  it('is accepted when a test assigns the task directly', async () => {
    available('Ana');
    const one = task(workflow());
    await routed();
    world.tasks.update(one.sid, { assignmentStatus: 'assigned' });
    expect(offers()).toMatchObject([{ status: 'accepted' }]);
  });

  it('is offered to several at once where the queue says so; the first to accept gets it', async () => {
    const queue = world.taskRouter.addQueue({ friendlyName: 'Everyone', maxReservedWorkers: 2 });
    for (const name of ['Ana', 'Ben', 'Cem']) available(name);
    const two = task(steps({ queue: queue.sid }));
    await routed();
    expect(offers('pending')).toHaveLength(2);
    world.taskRouter.reject(offers('pending')[0]!);
    expect(two.assignmentStatus).toBe('reserved');
    world.tasks.update(two.sid, { assignmentStatus: 'canceled' });

    task(steps({ queue: queue.sid }));
    await routed();
    const [first, second] = offers('pending');
    world.taskRouter.accept(second!);
    expect([first!.status, second!.status]).toEqual(['rescinded', 'accepted']);
  });

  it('stays with a worker who leaves, unless the pending ones are to be rejected', async () => {
    const ana = available('Ana');
    task(workflow());
    await routed();
    world.taskRouter.setActivity(ana, 'Break');
    expect(offers()).toMatchObject([{ status: 'pending' }]);
    expect(
      errorMessageOf(() => world.taskRouter.setActivity(ana, 'Available', { rejectPendingReservations: true })),
    ).toMatch(/^400 /);
    world.taskRouter.setActivity(ana, 'Unavailable', { rejectPendingReservations: true });
    expect(offers()).toMatchObject([{ status: 'rejected' }]);
  });

  it('is offered a thousand times at most', async () => {
    available('Ana');
    const one = task(workflow());
    await routed();
    for (let n = 0; n < 1000; n += 1) world.taskRouter.reject(offers('pending')[0]!);
    expect(one).toMatchObject({
      assignmentStatus: 'canceled',
      reason: expect.stringContaining('Max assignment count'),
    });
  });
});

describe('which workers get an offer', () => {
  it('is one of the queue’s workers, whose attributes may change', async () => {
    const queue = world.taskRouter.addQueue({ friendlyName: 'French', targetWorkers: "languages HAS 'fr'" });
    const ana = available('Ana', { languages: ['en'] });
    const one = task(steps({ queue: queue.sid }));
    await routed();
    expect(one.assignmentStatus).toBe('pending');
    world.taskRouter.setAttributes(ana, { languages: ['en', 'fr'] });
    expect(one.assignmentStatus).toBe('reserved');
  });

  it('matches the step’s expression, of task and worker', async () => {
    available('Ana', { agent_id: 1 });
    const ben = available('Ben', { agent_id: 2 });
    const workflow = steps({ queue: SUPPORT, expression: 'task.wanted == worker.agent_id OR worker.sid == task.sid' });
    task(workflow, { wanted: 2 });
    task(workflow);
    await routed();
    expect(offers()).toMatchObject([{ workerSid: ben.sid }]);
  });

  it('is ordered by the step’s order_by', async () => {
    available('Ana', { level: 1 });
    available('Ben', { level: 3 });
    available('Cem');
    const workflow = steps({ queue: SUPPORT, order_by: 'worker.level DESC' });
    for (let n = 0; n < 3; n += 1) task(workflow);
    await routed();
    expect(offered()).toEqual(['Ben', 'Ana', 'Cem']);
  });
});

describe('which task is offered', () => {
  /** Task numbers in the order one worker is offered them. */
  const order = (): unknown[] => {
    const seen: unknown[] = [];
    available('Ana');
    for (let [next] = offers('pending'); next; [next] = offers('pending')) {
      const one = world.tasks.get(next.taskSid)!;
      seen.push((JSON.parse(one.attributes) as { n: number }).n);
      world.taskRouter.accept(next);
      world.taskRouter.complete(next);
      // Routing follows the completion; what is awaited in other tests is forced here.
      world.taskRouter.setAttributes(next.workerSid, {});
    }
    return seen;
  };

  it('is the one of higher priority, then the older by virtual start time', () => {
    const workflow = steps({ queue: SUPPORT });
    const hourAgo = Date.now() - 3_600_000;
    task(workflow, { n: 1 });
    task(workflow, { n: 2 });
    clock.tick(1000);
    task(workflow, { n: 3 }, { priority: 5 });
    task(workflow, { n: 4 }, { virtualStartTime: hourAgo });
    task(workflow, { n: 5 }, { priority: 5, virtualStartTime: hourAgo });
    expect(order()).toEqual([5, 3, 4, 1, 2]);
  });

  it('is the newer one in a LIFO queue, regardless of priority', () => {
    const queue = world.taskRouter.addQueue({ friendlyName: 'Leads', taskOrder: 'LIFO' });
    const workflow = steps({ queue: queue.sid });
    task(workflow, { n: 1 }, { priority: 9 });
    task(workflow, { n: 2 });
    clock.tick(1000);
    task(workflow, { n: 3 });
    expect(order()).toEqual([3, 2, 1]);
  });

  it('is, between queues, the more urgent of those at their heads', () => {
    const leads = world.taskRouter.addQueue({ friendlyName: 'Leads', taskOrder: 'LIFO' });
    const [support, lifo] = [steps({ queue: SUPPORT }), steps({ queue: leads.sid })];
    task(lifo, { n: 1 }, { priority: 9 });
    clock.tick(1000);
    task(support, { n: 2 });
    clock.tick(1000);
    task(lifo, { n: 3 });
    task(support, { n: 4 }, { priority: 2 });
    expect(order()).toEqual([4, 2, 3, 1]);
  });

  it('follows a priority and a virtual start time that are changed', async () => {
    const workflow = steps({ queue: SUPPORT });
    task(workflow, { n: 1 });
    const two = task(workflow, { n: 2 });
    const three = task(workflow, { n: 3 });
    world.tasks.update(two.sid, { virtualStartTime: Date.now() - 1000 });
    world.tasks.update(three.sid, { priority: 1 });
    expect(order()).toEqual([3, 2, 1]);
  });
});

describe('the way through a workflow', () => {
  it('begins at the first filter that claims the task, else at the default filter', () => {
    const workflow = filtered(
      [
        {
          expression: "callBackData.attempts > 0 AND taskType == 'callback'",
          targets: [{ queue: SALES, priority: 50 }],
        },
        { expression: "taskType == 'callback'", targets: [{ queue: SALES }] },
      ],
      SUPPORT,
    );
    const place = ({ taskQueueName, priority }: { taskQueueName: string; priority: number }) => [
      taskQueueName,
      priority,
    ];
    expect(place(task(workflow, { taskType: 'callback', callBackData: { attempts: 1 } }, { priority: 7 }))).toEqual([
      'Sales',
      50,
    ]);
    expect(place(task(workflow, { taskType: 'callback' }, { priority: 7 }))).toEqual(['Sales', 7]);
    expect(place(task(workflow, {}))).toEqual(['Support', 0]);
  });

  it('ends at once where no filter claims the task and there is no default', async () => {
    const one = task(filtered([{ expression: 'a == 1', targets: [{ queue: SALES }] }]));
    expect(one).toMatchObject({ assignmentStatus: 'pending', taskQueueSid: '' });
    await routed();
    expect(one).toMatchObject({ assignmentStatus: 'canceled', reason: 'Task canceled on Workflow timeout' });
  });

  it('waits out a step of 1==0, then offers the task: the ecosystem’s delay before a retry', async () => {
    available('Ana');
    const one = task(steps({ queue: SUPPORT, expression: '1==0', timeout: 300 }, { priority: 20 }));
    await routed();
    clock.tick(299_999);
    expect([one.assignmentStatus, one.priority]).toEqual(['pending', 0]);
    clock.tick(1);
    expect([one.assignmentStatus, one.priority]).toEqual(['reserved', 20]);
    expect(events.slice(-3)).toEqual(['task-queue.timeout', 'workflow.target-matched', 'reservation.created']);
  });

  it('moves from queue to queue, each change another version, and out at the end', () => {
    const one = task(steps({ queue: SUPPORT, timeout: 10 }, { queue: SALES, timeout: 10 }));
    clock.tick(10_000);
    expect(one).toMatchObject({ taskQueueName: 'Sales', taskQueueEnteredDate: Date.now(), version: 1 });
    expect(events.slice(-4)).toEqual([
      'task-queue.timeout',
      'workflow.target-matched',
      'task-queue.moved',
      'task-queue.entered',
    ]);
    clock.tick(9999);
    expect(one.assignmentStatus).toBe('pending');
    clock.tick(1);
    expect(one).toMatchObject({ assignmentStatus: 'canceled', reason: 'Task canceled on Workflow timeout' });
    expect(events.slice(-3)).toEqual(['task-queue.timeout', 'workflow.timeout', 'task.canceled']);
  });

  it('goes on, after its last step, to the next filter that claims it, never to the default', () => {
    const one = task(
      filtered(
        [
          { expression: '1==1', targets: [{ queue: SUPPORT, timeout: 10 }] },
          { expression: "type == 'lead'", targets: [{ queue: SUPPORT }] },
          { expression: "type == 'ticket'", targets: [{ queue: SALES, timeout: 10 }] },
        ],
        SUPPORT,
      ),
      { type: 'ticket' },
    );
    clock.tick(10_000);
    expect(one.taskQueueName).toBe('Sales');
    clock.tick(10_000);
    expect(one.assignmentStatus).toBe('canceled');
  });

  it('does not move a task that is being offered; once it is given back the time counts', async () => {
    const one = task(steps({ queue: SUPPORT, timeout: 10 }, { queue: SALES, timeout: 100 }, { queue: SUPPORT }));
    clock.tick(5000);
    available('Ana');
    clock.tick(10_000);
    expect([one.assignmentStatus, one.taskQueueName]).toEqual(['reserved', 'Support']);
    world.taskRouter.reject(offers()[0]!, 'Offline');
    expect([one.assignmentStatus, one.taskQueueName]).toEqual(['pending', 'Sales']);
    // 110 s after the beginning: the steps' times add up to the task's age.
    clock.tick(94_999);
    expect(one.taskQueueName).toBe('Sales');
    clock.tick(1);
    expect(one.taskQueueName).toBe('Support');
  });

  it('skips a step only when no worker can get an offer at once', async () => {
    const workflow = steps(
      { queue: SUPPORT, expression: 'worker.vip == true', skip_if: 'workers.available < 1 OR workers.unavailable > 1' },
      { queue: SALES },
    );
    const one = task(workflow);
    await routed();
    expect(one.taskQueueName).toBe('Sales');
    available('Ana');
    await routed();
    const two = task(workflow);
    await routed();
    expect(two.taskQueueName).toBe('Support');
    available('Ben', { vip: true });
    expect(two.assignmentStatus).toBe('reserved');
  });

  it('that skips every step comes to the default filter, or out', async () => {
    const skipping = [{ expression: '1==1', targets: [{ queue: SUPPORT, skip_if: '1==1' }] }];
    const one = task(filtered(skipping, SALES));
    const two = task(filtered(skipping));
    await routed();
    expect(one).toMatchObject({ assignmentStatus: 'pending', taskQueueName: 'Sales' });
    expect(two.assignmentStatus).toBe('canceled');
    expect(events).toContain('workflow.skipped');
  });

  it('starts again when new attributes match another filter, but not while the task is offered', async () => {
    const workflow = filtered([{ expression: "type == 'lead'", targets: [{ queue: SALES }] }], SUPPORT);
    const one = task(workflow, { type: 'ticket' });
    world.tasks.update(one.sid, { attributes: '{"type":"ticket","note":1}' });
    expect(one).toMatchObject({ taskQueueName: 'Support', version: 1 });
    world.tasks.update(one.sid, { attributes: '{"type":"lead"}' });
    expect(one.taskQueueName).toBe('Sales');
    expect(events.slice(-4)).toEqual([
      'task.updated',
      'workflow.target-matched',
      'task-queue.moved',
      'task-queue.entered',
    ]);
    available('Ana');
    world.tasks.update(one.sid, { attributes: '{"type":"ticket"}' });
    expect(one).toMatchObject({ assignmentStatus: 'reserved', taskQueueName: 'Sales' });
    world.taskRouter.reject(offers('pending')[0]!, 'Offline');
    expect(one).toMatchObject({ assignmentStatus: 'pending', taskQueueName: 'Support' });
  });

  it('stays the old one when the workflow changes, unless tasks are to be evaluated again', () => {
    const workflow = steps({ queue: SUPPORT, timeout: 10 }, { queue: SALES });
    const [one, two] = [task(workflow), task(workflow)];
    world.tasks.update(two.sid, { assignmentStatus: 'reserved' });
    const configuration = { task_routing: { default_filter: { queue: SALES } } };
    world.taskRouter.updateWorkflow(workflow, { configuration });
    expect([one.taskQueueName, task(workflow).taskQueueName]).toEqual(['Support', 'Sales']);
    world.taskRouter.updateWorkflow(workflow, { configuration, reEvaluateTasks: true });
    expect([one.taskQueueName, two.taskQueueName]).toEqual(['Sales', 'Support']);
    clock.tick(60_000);
    expect(one.assignmentStatus).toBe('pending');
  });

  it('can depend on the time of day, in UTC', () => {
    const workflow = filtered(
      [
        {
          expression:
            "taskrouter.dayOfWeek IN ['Mon'] AND taskrouter.currentTime >= 0900 AND taskrouter.currentHour < 17",
          targets: [{ queue: SALES }],
        },
      ],
      SUPPORT,
    );
    expect(task(workflow).taskQueueName).toBe('Sales');
    clock.tick(8 * 3_600_000);
    expect(task(workflow).taskQueueName).toBe('Support');
  });
});

test('what cannot be is refused', () => {
  const { taskRouter } = world;
  taskRouter.addWorker({ name: 'Ana' });
  expect(errorMessageOf(() => taskRouter.addWorker({ name: 'ANA' }))).toMatch(/^400 .*already exists/);
  expect(errorMessageOf(() => taskRouter.addWorker({ name: 'Ben', activity: 'Asleep' }))).toMatch(
    /^400 .*does not exist/,
  );
  expect(errorMessageOf(() => taskRouter.addQueue({ friendlyName: 'Q', targetWorkers: 'skills' }))).toContain(
    'position 6',
  );
  expect(errorMessageOf(() => taskRouter.addQueue({ friendlyName: 'Q', maxReservedWorkers: 51 }))).toMatch(/^400 /);
  expect(errorMessageOf(() => taskRouter.setAttributes(taskRouter.workers()[0]!, '[]'))).toMatch(/^400 /);
  expect(errorMessageOf(() => taskRouter.accept(`WR${'0'.repeat(32)}`))).toMatch(/^404 /);
  const configuration = { task_routing: { default_filter: { queue: SUPPORT } } };
  expect(
    errorMessageOf(() => taskRouter.addWorkflow({ friendlyName: 'W', configuration, taskReservationTimeout: 86_401 })),
  ).toMatch(/^400 TaskReservationTimeout/);
});

test('the workflows of the options may have filters and queues of their own', () => {
  const queue = { sid: `WQ${'d'.repeat(32)}`, friendlyName: 'Callbacks', targetWorkers: '1==1' };
  const workflow = {
    sid: `WW${'d'.repeat(32)}`,
    friendlyName: 'Callback',
    taskQueueName: 'Everyone',
    taskReservationTimeout: 30,
    configuration: { task_routing: { filters: [{ expression: '1==1', targets: [{ queue: queue.sid }] }] } },
  };
  const made = createWorld({ workflows: [workflow], taskRouter: { queues: [queue] } });
  const one = made.tasks.create({ workflowSid: workflow.sid, attributes: '{}' });
  expect(one.taskQueueName).toBe('Callbacks');
  expect(made.taskRouter.queues().map(({ friendlyName }) => friendlyName)).toEqual(['Callbacks', 'Everyone']);
  expect(() => createWorld({ taskRouter: { queues: [{ sid: 'WQ1', friendlyName: 'x' }] } })).toThrow(/WQ and 32/);
});
