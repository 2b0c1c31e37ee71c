import { type FlexDesktopSetup, openFlexDesktop, WORKFLOW } from './flex-desktop-setup';

let setup: FlexDesktopSetup;
beforeEach(async () => {
  setup = await openFlexDesktop();
});
afterEach(() => setup.close());

const bridgeOf = (key: string) =>
  setup.open(key, `/__twilio/event-bridge.twilio.com/v1/wschannels?token=${setup.token(key)}&clientVersion=2.1.1`);
const available = (key: string) => setup.world.taskRouter.setActivity(setup.desktop(key).worker, 'Available');
const workspace = () => `Workspaces/${setup.world.workspaceSid}`;

test('a reservation is offered, accepted, wrapped up and completed, with an event each time', async () => {
  available('sam');
  const { worker } = setup.desktop('sam');
  const line = await bridgeOf('sam');
  expect(await line.next()).toMatchObject({
    event_type: 'init',
    payload: { channel_id: worker.sid, workspace_sid: setup.world.workspaceSid, channel_status: 'open' },
  });
  const task = setup.makeTask({ taskType: 'voicemail' });
  const offered = await line.next();
  expect(offered).toMatchObject({
    event_type: 'reservation.created',
    payload: {
      worker_sid: worker.sid,
      task_sid: task.sid,
      reservation_status: 'pending',
      reservation_timeout: 120,
      // Whole seconds, attributes as text: the SDK takes no other.
      date_created: Math.floor(task.dateCreated / 1000),
      task: {
        sid: task.sid,
        attributes: '{"taskType":"voicemail"}',
        assignment_status: 'reserved',
        routing_target: null,
      },
    },
  });
  const path = `${workspace()}/Workers/${worker.sid}/Reservations/${offered.payload.sid}`;
  for (const [status, event, ofTask] of [
    ['accepted', 'reservation.accepted', 'assigned'],
    ['wrapping', 'reservation.wrapup', 'wrapping'],
    ['completed', 'reservation.completed', 'completed'],
  ]) {
    const answer = await setup.bridge('sam', 'POST', path, { ReservationStatus: status });
    expect(answer).toMatchObject({ status: 200, body: { payload: { reservation_status: status } } });
    expect(await line.next()).toMatchObject({
      event_type: event,
      payload: { sid: offered.payload.sid, reservation_status: status, task: { assignment_status: ofTask } },
    });
    expect(task.assignmentStatus).toBe(ofTask);
  }
});

test('after reconnecting, a worker has their reservations and gets changes made by others', async () => {
  available('sam');
  const { worker } = setup.desktop('sam');
  const first = await bridgeOf('sam');
  await first.next();
  const task = setup.makeTask();
  const { payload } = await first.next();
  setup.world.taskRouter.accept(payload.sid as string);
  first.close();

  const again = await bridgeOf('sam');
  await again.next();
  const list = `${workspace()}/Workers/${worker.sid}/Reservations`;
  const { body } = await setup.bridge('sam', 'GET', list, { Active: 'true', PageSize: 1000 });
  expect(body.payload.contents).toMatchObject([{ sid: payload.sid, reservation_status: 'accepted' }]);
  setup.world.tasks.update(task.sid, { attributes: '{"name":"Ana"}' });
  expect(await again.next()).toMatchObject({
    event_type: 'task.updated',
    payload: { sid: task.sid, attributes: '{"name":"Ana"}' },
  });
  setup.world.tasks.remove(task.sid);
  expect(await again.next()).toMatchObject({ event_type: 'reservation.canceled', payload: { sid: payload.sid } });
});

test('two workers: each hears of their own; a rejected task goes to the other', async () => {
  const lines = { sam: await bridgeOf('sam'), ana: await bridgeOf('ana') };
  await Promise.all([lines.sam.next(), lines.ana.next()]);
  available('sam');
  expect((await lines.sam.next()).event_type).toBe('worker.activity.update');
  const task = setup.makeTask();
  const { payload } = await lines.sam.next();
  const path = (sid: string) => `${workspace()}/Tasks/${task.sid}/Reservations/${sid}`;
  // Ana may look, and not act for Sam.
  expect(await setup.bridge('ana', 'POST', path(payload.sid), { ReservationStatus: 'accepted' })).toMatchObject({
    status: 403,
    body: { code: 20403 },
  });
  await setup.bridge('sam', 'POST', path(payload.sid), {
    ReservationStatus: 'rejected',
    WorkerActivitySid: setup.world.taskRouter.activity('Break').sid,
  });
  expect((await lines.sam.next()).event_type).toBe('reservation.rejected');
  available('ana');
  expect((await lines.ana.next()).event_type).toBe('worker.activity.update');
  expect(await lines.ana.next()).toMatchObject({ event_type: 'reservation.created', payload: { task_sid: task.sid } });
  setup.world.tasks.update(task.sid, { assignmentStatus: 'canceled', reason: 'the caller' });
  expect(await lines.ana.next()).toMatchObject({
    event_type: 'reservation.canceled',
    payload: { task: { assignment_status: 'canceled' } },
  });
});

test('activity and attributes are the worker’s in TaskRouter; a supervisor may set an agent’s', async () => {
  const { worker } = setup.desktop('sam');
  const unavailable = setup.world.taskRouter.activity('Unavailable').sid;
  const change = { ActivitySid: unavailable, RejectPendingReservations: true };
  const url = `${workspace()}/Workers/${worker.sid}`;
  expect((await setup.bridge('ana', 'POST', url, change)).status).toBe(403);
  expect((await setup.bridge('sue', 'POST', url, change)).body.payload.activity_name).toBe('Unavailable');
  await setup.bridge('sam', 'POST', url, { Attributes: { full_name: 'Sam the Second' } });
  expect(JSON.parse(worker.attributes)).toEqual({ full_name: 'Sam the Second' });
  expect(worker.activitySid).toBe(unavailable);
});

test('an outbound task is for its worker alone, and refused for another’s', async () => {
  const { worker } = setup.desktop('sam');
  const line = await bridgeOf('sam');
  await line.next();
  setup.world.taskRouter.setActivity(worker, 'Break');
  await line.next();
  available('ana');
  const order = {
    WorkflowSid: WORKFLOW,
    TaskQueueSid: setup.world.taskRouter.queues()[0]!.sid,
    RoutingTarget: worker.sid,
    TaskChannelUniqueName: 'voice',
    Attributes: { direction: 'outbound', outbound_to: '+14155550123', from: '+12025550101' },
  };
  const { body } = await setup.bridge('sam', 'POST', `${workspace()}/Tasks`, order);
  expect(body.payload).toMatchObject({ routing_target: worker.sid, assignment_status: 'pending' });
  expect(await line.next()).toMatchObject({
    event_type: 'reservation.created',
    payload: { task_sid: body.payload.sid },
  });
  expect((await setup.bridge('ana', 'POST', `${workspace()}/Tasks`, order)).status).toBe(403);
});

test('a change by Flex is made by the REST route: same refusals, same log line with the worker’s name', async () => {
  const task = setup.makeTask();
  const url = `${workspace()}/Tasks/${task.sid}`;
  const refused = await setup.bridge('sam', 'POST', url, { AssignmentStatus: 'assigned' });
  expect(refused).toMatchObject({ status: 400, body: { code: 20001 } });
  expect((await setup.bridge('sam', 'POST', url, { Priority: 3 })).body.message).toBe(
    'The sandbox does not model Priority',
  );
  await setup.bridge('sam', 'POST', url, { AssignmentStatus: 'canceled', Reason: 'a test' });
  const { friendlyName } = setup.desktop('sam').worker;
  expect(setup.world.eventLog.entries().at(-1)!.text).toBe(
    `${friendlyName} (Flex): task ${task.sid} canceled (a test)`,
  );
});

test('what is not modeled, unknown tokens and stale versions are refused in Twilio’s shape', async () => {
  const lines = () => setup.world.eventLog.entries().filter(({ level }) => level === 'warning');
  const url = `${workspace()}/Workers/${setup.desktop('sam').worker.sid}/CustomerParticipant`;
  expect(await setup.bridge('sam', 'POST', url)).toMatchObject({ status: 404, body: { code: 20404, status: 404 } });
  expect(lines().at(-1)!.text).toMatch(/does not model POST .*CustomerParticipant/);

  const stale = await fetch(`${setup.desktop('sam').origin}/__twilio/event-bridge.twilio.com/v1/wschannels`, {
    method: 'POST',
    headers: { 'If-Match': '7' },
    body: JSON.stringify({
      ...{ url: `${workspace()}/Tasks/${setup.makeTask().sid}`, method: 'POST', params: { Attributes: {} } },
      token: setup.token('sam'),
    }),
  });
  expect(stale.status).toBe(412);
  const refused = await setup.open('sam', '/__twilio/event-bridge.twilio.com/v1/wschannels?token=nobody');
  expect(await refused.closed).toBe(1008);
});
