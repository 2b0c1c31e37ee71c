import { namedQueueSid } from '../../src/taskrouter/taskrouter';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { closeAll, openRest, refusal } from './rest-setup';

afterEach(closeAll);

const SUPPORT = namedQueueSid('Support');
const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;
const NO_QUEUE = `WQ${'0'.repeat(32)}`;

async function workspace() {
  const setup = await openRest();
  const one = setup.client.taskrouter.v1.workspaces(setup.world.workspaceSid);
  return { ...setup, one };
}
const toQueue = (queue: string) =>
  JSON.stringify({ task_routing: { filters: [{ expression: '1==1', targets: [{ queue }] }] } });

test('a task of a workflow and a queue that were made over REST is offered to a worker', async () => {
  const { one, world } = await workspace();
  const ana = world.taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
  const queue = await one.taskQueues.create({ friendlyName: 'Callbacks' });
  expect(queue).toMatchObject({ targetWorkers: '1==1', taskOrder: 'FIFO', maxReservedWorkers: 1 });
  const workflow = await one.workflows.create({ friendlyName: 'Callbacks', configuration: toQueue(queue.sid) });
  const task = await one.tasks.create({ workflowSid: workflow.sid, attributes: '{}', taskChannel: 'voice' });
  expect(task.taskQueueSid).toBe(queue.sid);
  expect(await one.tasks(task.sid).reservations.list()).toMatchObject([{ workerSid: ana.sid }]);
});

test('a task queue is changed over REST, and its tasks are routed anew', async () => {
  const { one, world } = await workspace();
  world.taskRouter.addWorker({ name: 'Ana', attributes: { languages: ['fr'] }, activity: 'Available' });
  const queue = await one.taskQueues.create({ friendlyName: 'French', targetWorkers: '', maxReservedWorkers: 2 });
  const workflow = await one.workflows.create({ friendlyName: 'French', configuration: toQueue(queue.sid) });
  const task = await one.tasks.create({ workflowSid: workflow.sid, attributes: '{}' });
  expect((await one.tasks(task.sid).fetch()).assignmentStatus).toBe('pending');
  const changed = await one.taskQueues(queue.sid).update({
    friendlyName: 'Français',
    targetWorkers: "languages HAS 'fr'",
    taskOrder: 'LIFO',
    maxReservedWorkers: 1,
  });
  expect(changed).toMatchObject({ friendlyName: 'Français', taskOrder: 'LIFO', maxReservedWorkers: 1 });
  expect(await one.tasks(task.sid).fetch()).toMatchObject({
    assignmentStatus: 'reserved',
    taskQueueFriendlyName: 'Français',
  });
});

test('a task queue that cannot be is refused, and a refused change leaves it as it was', async () => {
  const { one } = await workspace();
  const { create } = one.taskQueues;
  expect(await refusal(create({ friendlyName: 'Support' }))).toMatchObject({
    status: 400,
    code: 20001,
    message: expect.stringContaining('Queue named Support already exists for workspace WS'),
  });
  for (const wrong of [
    { targetWorkers: 'languages HAS' },
    { maxReservedWorkers: 51 },
    { maxReservedWorkers: 0 },
    { assignmentActivitySid: `WA${'0'.repeat(32)}` },
  ]) {
    expect(await refusal(create({ friendlyName: 'X', ...wrong }))).toMatchObject({ status: 400, code: 20001 });
    const change = one.taskQueues(SUPPORT).update({ friendlyName: 'Y', ...wrong });
    expect(await refusal(change)).toMatchObject({ status: 400, code: 20001 });
  }
  expect(await refusal(one.taskQueues(SUPPORT).update({ friendlyName: 'Sales' }))).toMatchObject({ status: 400 });
  expect((await one.taskQueues(SUPPORT).fetch()).friendlyName).toBe('Support');
  expect(await refusal(one.taskQueues(NO_QUEUE).update({ friendlyName: 'Z' }))).toMatchObject({ status: 404 });
});

test('a task queue is deleted once no workflow names it and no task may come there', async () => {
  const { one, world } = await workspace();
  const queue = await one.taskQueues.create({ friendlyName: 'Callbacks' });
  const workflow = await one.workflows.create({ friendlyName: 'Callbacks', configuration: toQueue(queue.sid) });
  expect(await refusal(one.taskQueues(queue.sid).remove())).toMatchObject({
    status: 400,
    code: 20001,
    message: expect.stringContaining(`workflow ${workflow.sid} names it`),
  });
  const task = await one.tasks.create({ workflowSid: workflow.sid, attributes: '{}' });
  await one.workflows(workflow.sid).update({ configuration: toQueue(SUPPORT) });
  expect(await refusal(one.taskQueues(queue.sid).remove())).toMatchObject({
    status: 400,
    message: expect.stringContaining('it has tasks'),
  });
  world.tasks.update(task.sid, { assignmentStatus: 'canceled' });
  expect(await one.taskQueues(queue.sid).remove()).toBe(true);
  expect(await refusal(one.taskQueues(queue.sid).fetch())).toMatchObject({ status: 404, code: 20404 });
  expect(await refusal(one.taskQueues(NO_QUEUE).remove())).toMatchObject({ status: 404 });
});

test('a workflow is deleted once its tasks have ended', async () => {
  const { one, world } = await workspace();
  const task = world.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  expect(await refusal(one.workflows(WORKFLOW).remove())).toMatchObject({ status: 400, code: 20001 });
  world.tasks.update(task.sid, { assignmentStatus: 'canceled' });
  expect(await one.workflows(WORKFLOW).remove()).toBe(true);
  expect(await refusal(one.workflows(WORKFLOW).fetch())).toMatchObject({ status: 404 });
  expect(await refusal(one.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' }))).toMatchObject({ status: 400 });
});

test('a worker takes as many tasks on a channel as REST says, and none when it is not available', async () => {
  const { one, world } = await workspace();
  const ana = world.taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
  const channels = one.workers(ana.sid).workerChannels;
  const listed = await channels.list();
  const names = listed.map(({ taskChannelUniqueName }) => taskChannelUniqueName);
  expect(names).toEqual(['default', 'voice', 'chat', 'sms', 'video', 'email']);
  const voice = listed[1]!;
  expect(voice).toMatchObject({ configuredCapacity: 1, available: true, availableCapacityPercentage: 100 });
  expect(await channels('voice').fetch()).toMatchObject({ sid: voice.sid });

  const call = () => world.tasks.create({ workflowSid: WORKFLOW, attributes: '{}', taskChannel: 'voice' });
  const tasks = [call(), call(), call()];
  const statuses = () => tasks.map(({ assignmentStatus }) => assignmentStatus);
  await channels(voice.sid).update({ capacity: 2 });
  expect(statuses()).toEqual(['reserved', 'reserved', 'pending']);
  const full = await channels(voice.taskChannelSid).fetch();
  expect(full).toMatchObject({ configuredCapacity: 2, assignedTasks: 2, availableCapacityPercentage: 0 });
  await channels(voice.sid).update({ capacity: 3, available: false });
  expect(statuses()).toEqual(['reserved', 'reserved', 'pending']);
  await channels(voice.sid).update({ available: true });
  expect(statuses()).toEqual(['reserved', 'reserved', 'reserved']);

  expect(await refusal(channels('voice').update({ capacity: -1 }))).toMatchObject({ status: 400 });
  expect(await refusal(channels('fax').fetch())).toMatchObject({ status: 404 });
});

test('the workspace is found by its name, and told where its events go', async () => {
  const { client, one, world } = await workspace();
  const named = await client.taskrouter.v1.workspaces.list({ friendlyName: 'Flex Task Assignment' });
  expect(named.map(({ sid }) => sid)).toEqual([world.workspaceSid]);
  expect(await client.taskrouter.v1.workspaces.list({ friendlyName: 'Another' })).toEqual([]);
  const changed = await one.update({
    eventCallbackUrl: 'https://functions.example/events',
    eventsFilter: 'task.created,task.canceled',
  });
  expect(changed).toMatchObject({ eventsFilter: 'task.created,task.canceled' });
  expect(world.taskRouter.eventCallback).toEqual({
    url: 'https://functions.example/events',
    filter: ['task.created', 'task.canceled'],
  });
  expect(await refusal(one.update({ friendlyName: 'X' }))).toMatchObject({ status: 400 });
  const other = client.taskrouter.v1.workspaces(`WS${'0'.repeat(32)}`);
  expect(await refusal(other.update({ eventsFilter: 'task.created' }))).toMatchObject({ status: 404 });
});
