import { installVirtualClock } from '../../src/testing/virtual-clock';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { closeAll, openRest, refusal } from './rest-setup';

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function workspace() {
  const setup = await openRest();
  const one = setup.client.taskrouter.v1.workspaces(setup.world.workspaceSid);
  const task = setup.world.tasks.create({ workflowSid: WORKFLOW, attributes: '{"a":1}', taskChannel: 'voice' });
  return { ...setup, one, task };
}

afterEach(async () => {
  jest.restoreAllMocks();
  await closeAll();
});

test('an event names its actor and resource in snake case', async () => {
  const { world, one, task } = await workspace();
  const ana = world.taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
  await new Promise((resolve) => setImmediate(resolve));
  world.taskRouter.accept(world.taskRouter.reservations({ task })[0]!);
  world.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  const events = await one.events.list({ taskSid: task.sid, eventType: 'reservation.accepted' });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    eventType: 'reservation.accepted',
    resourceType: 'reservation',
    eventData: { task_sid: task.sid, task_attributes: '{"a":1}', worker_sid: ana.sid, worker_name: 'Ana' },
  });
  expect(events[0]!.eventData).not.toHaveProperty('event_type');
  expect(await one.events(events[0]!.sid).fetch()).toMatchObject({ eventType: 'reservation.accepted' });
});

test('events go back fifteen minutes unless the request says more, and 30 days at most', async () => {
  const { world, one, task } = await workspace();
  world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'mistake' });
  const asked = { taskSid: task.sid, eventType: 'task.canceled' };
  const now = Date.now();
  const at = (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(now + ms);
  at(16 * MINUTE);
  expect(await one.events.list(asked)).toEqual([]);
  const [canceled] = await one.events.list({ ...asked, minutes: 43_200 });
  expect(canceled!.eventData).toMatchObject({ reason: 'mistake' });
  expect(await one.events.list({ ...asked, startDate: new Date(now - MINUTE) })).toHaveLength(1);
  at(30 * DAY + MINUTE);
  expect(await one.events.list({ ...asked, minutes: 43_200 })).toEqual([]);
});

test('an ended task is gone after five minutes, and its events stay', async () => {
  const { world, one } = await workspace();
  const clock = installVirtualClock(world.activity, Date.now());
  try {
    const task = world.tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
    world.tasks.update(task.sid, { assignmentStatus: 'canceled' });
    await clock.advance(5 * MINUTE + 1_000);
    expect(await refusal(one.tasks(task.sid).fetch())).toMatchObject({ status: 404 });
    const types = (await one.events.list({ taskSid: task.sid })).map(({ eventType }) => eventType);
    expect(types).toEqual(expect.arrayContaining(['task.created', 'task.canceled', 'task.system-deleted']));
  } finally {
    clock.uninstall();
  }
});

test('a list of events has one page', async () => {
  const { send, world } = await workspace();
  const path = `taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Events?PageSize=1`;
  const { events, meta } = (await (await send('GET', path)).json()) as { events: unknown[]; meta: object };
  expect(events).toHaveLength(1);
  expect(meta).toMatchObject({ next_page_url: null });
  expect((await send('GET', `${path}&Page=1`)).status).toBe(400);
});
