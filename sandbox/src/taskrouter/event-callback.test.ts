import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import twilio from 'twilio';
import { type ProductApp, startProductApp } from '../../test/voice/product-app';
import { createTestTwilio, type TestTwilio } from '../testing/test-twilio';
import type { TaskRouterEventType } from './types';

/** The parameters of Twilio's own events. */
const PAYLOADS = join(__dirname, '../../schemas/webhooks');
const PUBLIC_URL = 'https://product.example';

let product: ProductApp;
let sandbox: TestTwilio;
const start = async (filter?: readonly TaskRouterEventType[]) => {
  product = await startProductApp();
  product.on('/events', { status: 204 });
  sandbox = await createTestTwilio({
    taskRouterEvents: () => ({ url: `${PUBLIC_URL}/events`, filter }),
    voice: { webhooks: { origins: { [PUBLIC_URL]: product.url } } },
  });
};
afterEach(async () => {
  await sandbox.close();
  await product.close();
});

const posted = () => product.to('/events').map(({ form }) => form);
const types = () => posted().map(({ EventType }) => EventType);
const of = (type: string) => posted().filter(({ EventType }) => EventType === type);
const makeTask = () =>
  sandbox.world.tasks.create({
    workflowSid: [...sandbox.world.workflows.keys()][0]!,
    attributes: '{"call_sid":"CA1"}',
    taskChannel: 'voice',
    priority: 3,
  });

it('sends a task’s events in order, signed, each with its own sid', async () => {
  await start();
  const { world, clock } = sandbox;
  const ana = world.taskRouter.addWorker({ name: 'Ana', attributes: { level: 1 } });
  await clock.advance(90_500);
  world.taskRouter.setActivity(ana, 'Available');
  const task = makeTask();
  await clock.advance(2000);
  world.taskRouter.accept(world.taskRouter.reservations({ task })[0]!);
  world.tasks.update(task.sid, { assignmentStatus: 'completed', reason: 'spoke' });
  await clock.settle();
  expect(types()).toEqual([
    'worker.created',
    'worker.activity.update',
    'task.created',
    'workflow.entered',
    'workflow.target-matched',
    'task-queue.entered',
    'reservation.created',
    'reservation.accepted',
    'reservation.completed',
    'task.completed',
  ]);
  expect(new Set(posted().map(({ Sid }) => Sid)).size).toBe(10);
  for (const { headers, form, method } of product.to('/events')) {
    expect(method).toBe('POST');
    expect(form.Sid).toMatch(/^EV[0-9a-f]{32}$/);
    const signature = headers['x-twilio-signature'] as string;
    expect(twilio.validateRequest(world.account.authToken, signature, `${PUBLIC_URL}/events`, form)).toBe(true);
  }
  const [created] = of('task.created');
  expect(created).toMatchObject({
    TaskSid: task.sid,
    ResourceSid: task.sid,
    ResourceType: 'task',
    TaskPriority: '3',
    TaskAge: '0',
    TaskAssignmentStatus: 'pending',
    TaskQueueName: 'Support',
    TaskAttributes: '{"call_sid":"CA1"}',
    EventDescription: `Task ${task.sid} created`,
    Timestamp: String(Math.floor(task.dateCreated / 1000)),
    TimestampMs: String(task.dateCreated),
  });
  const [reservation] = world.taskRouter.reservations();
  expect(of('reservation.accepted')).toMatchObject([
    {
      ResourceType: 'reservation',
      ResourceSid: reservation!.sid,
      ReservationSid: reservation!.sid,
      WorkerName: 'Ana',
      WorkerAttributes: '{"level":1}',
      TaskAssignmentStatus: 'assigned',
      TaskAge: '2',
      WorkerChannelConsumedCapacity: '1',
    },
  ]);
  expect(of('worker.activity.update')).toMatchObject([
    {
      ResourceType: 'worker',
      WorkerActivityName: 'Available',
      WorkerPreviousActivityName: 'Offline',
      WorkerTimeInPreviousActivity: '90',
      WorkerTimeInPreviousActivityMs: '90500',
    },
  ]);
  expect(of('task.completed')).toMatchObject([{ TaskCompletedReason: 'spoke' }]);
  // The calls' own webhooks stay apart.
  expect(sandbox.voice.webhooks).toEqual([]);
});

it('sends only events that pass the filter', async () => {
  await start(['task.canceled', 'reservation.created']);
  const task = makeTask();
  sandbox.world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'hangup' });
  await sandbox.clock.settle();
  expect(posted()).toMatchObject([{ EventType: 'task.canceled', Reason: 'hangup', TaskAssignmentStatus: 'canceled' }]);
});

it('sends no event without an address, and logs an address that does not answer', async () => {
  await start();
  const { world, clock } = sandbox;
  world.taskRouter.eventCallback.url = null;
  makeTask();
  await clock.settle();
  expect(posted()).toEqual([]);
  product.on('/events', { status: 500 });
  world.taskRouter.eventCallback.url = `${PUBLIC_URL}/events`;
  world.taskRouter.addWorker({ name: 'Ana' });
  await clock.settle();
  expect(world.eventLog.entries().filter(({ level }) => level === 'error')).toMatchObject([
    { text: expect.stringContaining('(taskrouter-event) and failed: 11200') },
  ]);
});

it.each(['created', 'canceled', 'deleted'])('sends the parameters that were captured of task.%s', async (name) => {
  const file = join(PAYLOADS, `taskrouter-event-task-${name}.json`);
  await start();
  const task = makeTask();
  sandbox.world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'hangup' });
  sandbox.world.tasks.remove(task.sid);
  await sandbox.clock.settle();
  const { params } = JSON.parse(readFileSync(file, 'utf8')) as { params: Record<string, string> };
  const [sent] = of(`task.${name}`);
  expect(Object.keys(sent!).sort()).toEqual(Object.keys(params).sort());
  const form = (value: string) => value.replace(/\d+/g, '0').replace(/[0-9a-f]{32}/g, 'sid');
  for (const key of ['Timestamp', 'TimestampMs', 'TaskAge', 'TaskPriority', 'ResourceType', 'TaskChannelUniqueName']) {
    expect([key, form(sent![key]!)]).toEqual([key, form(params[key]!)]);
  }
});
