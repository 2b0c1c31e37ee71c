import { namedQueueSid } from '../../src/taskrouter/taskrouter';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;
const [SUPPORT, SALES] = [namedQueueSid('Support'), namedQueueSid('Sales')];

async function workspace() {
  const setup = await openRest();
  const { world } = setup;
  const one = setup.client.taskrouter.v1.workspaces(world.workspaceSid);
  const french = world.taskRouter.addQueue({ friendlyName: 'French', targetWorkers: "languages HAS 'fr'" });
  const ana = world.taskRouter.addWorker({ name: 'Ana', attributes: { languages: ['en'] }, activity: 'Available' });
  const ben = world.taskRouter.addWorker({ name: 'Ben', attributes: { languages: ['en', 'fr'] } });
  const task = (more = {}) =>
    world.tasks.create({ workflowSid: WORKFLOW, attributes: '{}', taskChannel: 'voice', ...more });
  return { ...setup, one, french, ana, ben, task };
}
const names = (list: { friendlyName: string }[]) => list.map(({ friendlyName }) => friendlyName);
const configuration = (queue: string, more = {}) =>
  JSON.stringify({ task_routing: { filters: [{ expression: '1==1', targets: [{ queue, ...more }] }] } });

test('task queues are listed by name and by the workers they have, and fetched', async () => {
  const { one, french, ana, ben } = await workspace();
  expect(names(await one.taskQueues.list())).toEqual(['French', 'Sales', 'Support']);
  expect(names(await one.taskQueues.list({ friendlyName: 'Sales' }))).toEqual(['Sales']);
  expect(names(await one.taskQueues.list({ workerSid: ana.sid }))).toEqual(['Sales', 'Support']);
  expect(names(await one.taskQueues.list({ workerSid: ben.sid }))).toEqual(['French', 'Sales', 'Support']);
  expect(names(await one.taskQueues.list({ evaluateWorkerAttributes: "friendly_name == 'Ana'" }))).toEqual([
    'Sales',
    'Support',
  ]);
  expect(await refusal(one.taskQueues.list({ evaluateWorkerAttributes: 'Ana' }))).toMatchObject({ status: 400 });
  expect(await refusal(one.taskQueues.list({ ordering: 'DateUpdated:asc' }))).toMatchObject({ status: 400 });
  expect(await one.taskQueues(french.sid).fetch()).toMatchObject({
    friendlyName: 'French',
    targetWorkers: "languages HAS 'fr'",
    taskOrder: 'FIFO',
    maxReservedWorkers: 1,
  });
  expect(await refusal(one.taskQueues(`WQ${'0'.repeat(32)}`).fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('task channels are those of a Flex workspace, fetched by sid or name', async () => {
  const { one } = await workspace();
  const channels = await one.taskChannels.list();
  expect(channels.map(({ uniqueName }) => uniqueName)).toEqual(['default', 'voice', 'chat', 'sms', 'video', 'email']);
  expect(await one.taskChannels('voice').fetch()).toMatchObject({ sid: channels[1]!.sid, uniqueName: 'voice' });
  expect(await refusal(one.taskChannels('fax').fetch())).toMatchObject({ status: 404, code: 20404 });
});

test('a task with a worker as its routing target is offered to that worker alone', async () => {
  const { one, world, ana, ben } = await workspace();
  world.taskRouter.setActivity(ben, 'Available');
  const order = { workflowSid: WORKFLOW, attributes: '{}', taskChannel: 'voice' };
  const task = await one.tasks.create({ ...order, routingTarget: ben.sid, taskQueueSid: SALES });
  expect(task).toMatchObject({ routingTarget: ben.sid, taskQueueSid: SALES });
  const [reservation] = world.taskRouter.reservations({ task: task.sid });
  expect(reservation!.workerSid).toBe(ben.sid);
  const wrong = [{ routingTarget: SALES }, { taskQueueSid: SALES }, { routingTarget: ana.sid, taskQueueSid: WORKFLOW }];
  for (const more of wrong) {
    expect(await refusal(one.tasks.create({ ...order, ...more }))).toMatchObject({ status: 400 });
  }
});

test('activities are those of a new Flex account', async () => {
  const { one } = await workspace();
  expect(names(await one.activities.list())).toEqual(['Available', 'Break', 'Offline', 'Unavailable']);
  expect(names(await one.activities.list({ available: 'true' }))).toEqual(['Available']);
  const [offline] = await one.activities.list({ friendlyName: 'Offline' });
  expect((await one.activities(offline!.sid).fetch()).available).toBe(false);
  expect((await one.fetch()).defaultActivitySid).toBe(offline!.sid);
});

test('workers are listed by what they are and what they can, fetched, made', async () => {
  const { one, french, ana } = await workspace();
  const list = async (query: Parameters<typeof one.workers.list>[0]) => names(await one.workers.list(query));
  expect(await list({})).toEqual(['Ana', 'Ben']);
  expect(await list({ available: 'true' })).toEqual(['Ana']);
  expect(await list({ available: 'no' })).toEqual(['Ben']);
  expect(await list({ activityName: 'Offline' })).toEqual(['Ben']);
  expect(await list({ friendlyName: 'Ana' })).toEqual(['Ana']);
  expect(await list({ taskQueueSid: french.sid })).toEqual(['Ben']);
  expect(await list({ taskQueueName: 'Support' })).toEqual(['Ana', 'Ben']);
  expect(await list({ targetWorkersExpression: "languages HAS 'fr' AND activity_name == 'Offline'" })).toEqual(['Ben']);
  expect(await refusal(one.workers.list({ targetWorkersExpression: 'languages HAS' }))).toMatchObject({ status: 400 });
  expect(await one.workers(ana.sid).fetch()).toMatchObject({
    friendlyName: 'Ana',
    activityName: 'Available',
    available: true,
    attributes: '{"languages":["en"]}',
  });
  const cem = await one.workers.create({ friendlyName: 'Cem', attributes: '{"level":3}' });
  expect(cem).toMatchObject({ activityName: 'Offline', attributes: '{"level":3}' });
  expect(await refusal(one.workers.create({ friendlyName: 'cem' }))).toMatchObject({ status: 400, code: 20001 });
  expect(await refusal(one.workers.create({ friendlyName: 'Dan', attributes: '3' }))).toMatchObject({ status: 400 });
  expect(await refusal(one.workers(`WK${'0'.repeat(32)}`).fetch())).toMatchObject({ status: 404 });
});

test('a fourth evaluation of workers within a second is refused', async () => {
  const { send, world } = await workspace();
  const path = `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Workers?TargetWorkersExpression=1%3D%3D1`;
  const answers = await Promise.all([1, 2, 3, 4].map(() => send('GET', path)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
});

test('a worker changes activity, attributes and name, with If-Match', async () => {
  const { one, ben, world, task } = await workspace();
  const available = world.taskRouter.activity('Available').sid;
  const waiting = [task(), task()];
  const changed = await one
    .workers(ben.sid)
    .update({ activitySid: available, attributes: '{"a":1}', friendlyName: 'B' });
  expect(changed).toMatchObject({ activityName: 'Available', attributes: '{"a":1}', friendlyName: 'B' });
  expect(waiting.map(({ assignmentStatus }) => assignmentStatus)).toEqual(['reserved', 'reserved']);
  expect(await refusal(one.workers(ben.sid).update({ ifMatch: '"0"', friendlyName: 'C' }))).toMatchObject({
    status: 412,
  });
  expect(
    await refusal(one.workers(ben.sid).update({ activitySid: `WA${'0'.repeat(32)}`, friendlyName: 'C' })),
  ).toMatchObject({ status: 400 });
  expect(ben.friendlyName).toBe('B');
  const offline = world.taskRouter.activity('Offline').sid;
  await one.workers(ben.sid).update({ activitySid: offline, rejectPendingReservations: true });
  expect(world.taskRouter.reservations({ worker: ben })).toMatchObject([{ status: 'rejected' }]);
});

test('workflows are made, read and changed; what cannot be routed by is refused', async () => {
  const { one, task, world, ana } = await workspace();
  world.taskRouter.setActivity(ana, 'Offline');
  expect(JSON.parse((await one.workflows(WORKFLOW).fetch()).configuration)).toEqual({
    task_routing: { filters: [], default_filter: { queue: SUPPORT } },
  });
  const made = await one.workflows.create({ friendlyName: 'Callback', configuration: configuration(SALES) });
  expect(made).toMatchObject({ friendlyName: 'Callback', taskReservationTimeout: 120 });
  const waiting = task({ workflowSid: made.sid });
  expect(waiting.taskQueueName).toBe('Sales');
  const changed = await one.workflows(made.sid).update({
    configuration: configuration(SUPPORT, { expression: '1==0' }),
    reEvaluateTasks: 'true',
    taskReservationTimeout: 30,
  });
  expect(changed.taskReservationTimeout).toBe(30);
  expect(waiting.taskQueueName).toBe('Support');
  expect(names(await one.workflows.list({ friendlyName: 'Callback' }))).toEqual(['Callback']);

  const wrong = configuration(`WQ${'0'.repeat(32)}`);
  expect(await refusal(one.workflows.create({ friendlyName: 'X', configuration: wrong }))).toMatchObject({
    status: 400,
    code: 20001,
    message: expect.stringContaining('filters[0].targets[0].queue'),
  });
  expect(await refusal(one.workflows(made.sid).update({ configuration: '{' }))).toMatchObject({ status: 400 });
  expect((await one.workflows(made.sid).fetch()).configuration).toBe(changed.configuration);
  expect(
    await refusal(one.workflows(made.sid).update({ assignmentCallbackUrl: 'https://product.example/assign' })),
  ).toMatchObject({ status: 400, message: expect.stringContaining('does not model AssignmentCallbackUrl') });
});

test('reservations are listed and fetched under task and worker, accepted, rejected, completed', async () => {
  const { one, ana, ben, world } = await workspace();
  const made = await one.tasks.create({ workflowSid: WORKFLOW, attributes: '{}', taskChannel: 'voice' });
  expect(made.assignmentStatus).toBe('pending');
  const reservations = one.tasks(made.sid).reservations;
  const [first] = await reservations.list();
  expect(first).toMatchObject({ reservationStatus: 'pending', workerName: 'Ana', taskSid: made.sid });
  expect((await one.tasks(made.sid).fetch()).assignmentStatus).toBe('reserved');

  world.taskRouter.setActivity(ben, 'Available');
  const away = world.taskRouter.activity('Break').sid;
  await reservations(first!.sid).update({ reservationStatus: 'rejected', workerActivitySid: away });
  expect((await one.workers(ana.sid).fetch()).activityName).toBe('Break');
  const [second] = await reservations.list({ reservationStatus: 'pending' });
  expect(second!.workerName).toBe('Ben');
  expect(await reservations.list({ workerSid: ana.sid })).toMatchObject([{ sid: first!.sid }]);

  expect(await refusal(reservations(first!.sid).update({ reservationStatus: 'accepted' }))).toMatchObject({
    status: 400,
  });
  const ofBen = one.workers(ben.sid).reservations;
  expect(await ofBen.list()).toMatchObject([{ sid: second!.sid }]);
  expect((await ofBen(second!.sid).update({ reservationStatus: 'accepted' })).reservationStatus).toBe('accepted');
  expect((await reservations(second!.sid).fetch()).reservationStatus).toBe('accepted');
  expect((await one.tasks(made.sid).fetch()).assignmentStatus).toBe('assigned');
  await reservations(second!.sid).update({ reservationStatus: 'wrapping' });
  await reservations(second!.sid).update({ reservationStatus: 'completed' });
  expect((await one.tasks(made.sid).fetch()).assignmentStatus).toBe('completed');

  expect(await refusal(reservations(second!.sid).update({ instruction: 'dequeue' }))).toMatchObject({
    status: 400,
    message: expect.stringContaining('does not model Instruction'),
  });
  expect(await refusal(one.tasks(`WT${'0'.repeat(32)}`).reservations.list())).toMatchObject({ status: 404 });
});

test('a product’s If-Match fails when a worker has been reserved meanwhile', async () => {
  const { one, world, ana } = await workspace();
  world.taskRouter.setActivity(ana, 'Offline');
  const made = await one.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  const { headers } = await one.tasks(made.sid).fetchWithHttpInfo();
  world.taskRouter.setActivity(ana, 'Available');
  const cancel = { assignmentStatus: 'canceled' as const, reason: 'x' };
  const { etag } = headers as Record<string, string>;
  expect(await refusal(one.tasks(made.sid).update({ ...cancel, ifMatch: etag }))).toMatchObject({ status: 412 });
});

test('real-time statistics count what is there', async () => {
  const { one, ana, french, task, world } = await workspace();
  world.taskRouter.setActivity(ana, 'Break');
  const started = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(started);
  const oldest = task({ priority: 5 });
  clock.mockReturnValue(started + 90_000);
  task({ priority: 5 });
  task({ taskChannel: 'chat' });
  task({ workflowSid: DEFAULT_WORKFLOWS[1]!.sid });
  world.tasks.update(task().sid, { assignmentStatus: 'canceled' });
  world.taskRouter.setActivity(ana, 'Available');
  await Promise.resolve();
  const [reserved] = world.taskRouter.reservations({ status: 'pending' });
  expect(reserved!.taskSid).toBe(oldest.sid);

  const queue = await one.taskQueues(SUPPORT).realTimeStatistics().fetch();
  expect(queue).toMatchObject({
    totalTasks: 3,
    tasksByStatus: { pending: 1, reserved: 2, assigned: 0, wrapping: 0 },
    tasksByPriority: { 0: 1, 5: 2 },
    longestTaskWaitingAge: 90,
    longestTaskWaitingSid: oldest.sid,
    longestRelativeTaskAgeInQueue: 90,
    totalEligibleWorkers: 2,
    totalAvailableWorkers: 1,
  });
  expect(
    Object.fromEntries(
      (queue.activityStatistics as { friendly_name: string; workers: number }[]).map((activity) => [
        activity.friendly_name,
        activity.workers,
      ]),
    ),
  ).toEqual({ Offline: 1, Available: 1, Unavailable: 0, Break: 0 });
  const chat = await one.taskQueues(SUPPORT).realTimeStatistics().fetch({ taskChannel: 'chat' });
  expect(chat).toMatchObject({ totalTasks: 1, longestTaskWaitingAge: 0 });
  expect(await one.taskQueues(french.sid).realTimeStatistics().fetch()).toMatchObject({
    totalTasks: 0,
    longestTaskWaitingAge: 0,
    longestTaskWaitingSid: null,
    totalEligibleWorkers: 1,
    totalAvailableWorkers: 0,
  });
  expect(await one.workflows(WORKFLOW).realTimeStatistics().fetch()).toMatchObject({
    totalTasks: 3,
    workflowSid: WORKFLOW,
  });
  expect(await one.realTimeStatistics().fetch()).toMatchObject({ totalTasks: 4, totalWorkers: 2 });
  expect(await refusal(one.taskQueues(SUPPORT).realTimeStatistics().fetch({ taskChannel: 'smoke' }))).toMatchObject({
    status: 400,
  });
  expect(await refusal(one.taskQueues(SUPPORT).cumulativeStatistics().fetch())).toMatchObject({ status: 404 });
  expect(world.eventLog.entries().filter(({ text }) => text.startsWith('the sandbox does not model'))).toHaveLength(1);
  clock.mockRestore();
});

test('tasks are listed by the queue they have moved to', async () => {
  const { one, ana, world } = await workspace();
  world.taskRouter.setActivity(ana, 'Offline');
  const moved = await one.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  expect(await one.tasks.list({ taskQueueSid: SUPPORT })).toMatchObject([{ sid: moved.sid }]);
  expect(await one.tasks.list({ taskQueueSid: SALES })).toEqual([]);
});
