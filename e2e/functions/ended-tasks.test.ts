import type { EmailHistoryResponse } from '@callback-and-voicemail/contract';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import type { TargetConfiguration, WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { DEFAULT_WORKFLOWS } from '../../sandbox/src/world/defaults';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** However a task ends or rests, the product finds out, and keeps its promise or says that it could not. */
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const queue = namedQueueSid('Support');
/** Calls wait without end; callbacks and voicemails go through these steps. */
const withStepsForOurs = (targets: readonly TargetConfiguration[]): WorkflowConfiguration => ({
  task_routing: {
    filters: [
      { expression: "taskType == 'voicemail' OR taskType == 'callback'", targets },
      { expression: "taskType != 'voicemail' AND taskType != 'callback'", targets: [{ queue }] },
    ],
  },
});
const SHORT_STEP = withStepsForOurs([{ queue, timeout: 120 }]);
const NO_FILTER: WorkflowConfiguration = {
  task_routing: {
    filters: [{ expression: "direction == 'inbound' AND call_status == 'ringing'", targets: [{ queue }] }],
  },
};

async function open(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  return { harness, sue: harness.signIn('sue', ['supervisor'], 'Offline') };
}
type Supervisor = { token: string };
/** A Flex token does not last for days. */
const signInAgain = (harness: Harness) => harness.signIn('ada', ['supervisor'], 'Offline');
async function history(harness: Harness, { token }: Supervisor) {
  const answer = await harness.postFlex('email-history', token);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailHistoryResponse;
}
const restore = (harness: Harness, { token }: Supervisor, Voicemail: string) =>
  harness.postFlex('restore-task', token, { Voicemail });
async function leaveVoicemail(harness: Harness): Promise<string> {
  const caller = await harness.leaveVoicemail();
  await harness.advance(20_000);
  return `voicemail-${caller.sid}-1`;
}
const openTasks = (harness: Harness) =>
  harness
    .productTasks()
    .filter(({ assignmentStatus }) => ['pending', 'reserved', 'assigned', 'wrapping'].includes(assignmentStatus));

describe.each([
  ['while TaskRouter still has it', MINUTE],
  ['after TaskRouter has forgotten it', 6 * MINUTE],
])('a task that ended, looked at %s', (_when, later) => {
  test('is put into the product’s workflow once, at its place in line, when the call’s had no step left', async () => {
    const { harness, sue } = await open({
      workflow: SHORT_STEP,
      environment: { TWILIO_FLEX_CALLBACK_WORKFLOW_SID: DEFAULT_WORKFLOWS[1]!.sid },
    });
    const id = await leaveVoicemail(harness);
    const [first] = harness.productTasks();
    await harness.advance(2 * MINUTE + later);
    await harness.runOutboxSweep();
    const [second, ...more] = openTasks(harness);
    expect(more).toEqual([]);
    expect(second).toMatchObject({ workflowSid: harness.workflows.sales, attributes: { taskType: 'voicemail' } });
    expect(second!.sid).not.toBe(first!.sid);
    expect(second!.virtualStartTime).toBe(first!.virtualStartTime);
    expect((await history(harness, sue)).attention).toEqual([]);
    await harness.runOutboxSweep();
    expect(openTasks(harness)).toHaveLength(1);
    expect(await harness.document(id)).toMatchObject({ task: { state: 'created', sid: second!.sid } });
  });

  test('is told to a supervisor the second time, who puts it back', async () => {
    const { harness, sue } = await open({ workflow: SHORT_STEP });
    const id = await leaveVoicemail(harness);
    await harness.advance(2 * MINUTE + later);
    await harness.runOutboxSweep();
    expect(openTasks(harness)).toHaveLength(1);
    await harness.advance(2 * MINUTE + later);
    await harness.runOutboxSweep();
    expect(openTasks(harness)).toEqual([]);
    const { attention, items } = await history(harness, sue);
    expect(attention).toMatchObject([{ voicemail_id: id, kind: 'lost', loss: 'workflow', mayRestore: true }]);
    expect(items[0]!.task).toMatchObject({ state: 'lost', loss: 'workflow', at: expect.any(String) });
    const answers = await Promise.all([restore(harness, sue, id), restore(harness, sue, id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(openTasks(harness)).toHaveLength(1);
    const after = await history(harness, sue);
    expect(after.attention).toEqual([]);
    expect(after.items[0]!.task).toEqual({ state: 'waiting' });
  });

  test.each<[string, (harness: Harness, sid: string) => void, object]>([
    [
      'canceled by an administrator',
      (harness, sid) => harness.world.tasks.update(sid, { assignmentStatus: 'canceled', reason: 'cleaning up' }),
      { loss: 'canceled' },
    ],
    ['deleted by an administrator', (harness, sid) => harness.world.tasks.remove(sid), { loss: 'deleted' }],
  ])('is told to a supervisor when it was %s', async (_what, end, expected) => {
    const { harness, sue } = await open();
    const id = await leaveVoicemail(harness);
    end(harness, harness.productTasks()[0]!.sid);
    await harness.advance(later);
    await harness.runOutboxSweep();
    const { attention, items } = await history(harness, sue);
    expect(attention).toMatchObject([{ voicemail_id: id, kind: 'lost', ...expected }]);
    expect(items[0]!.task).toMatchObject({ state: 'lost', ...expected });
    expect(openTasks(harness)).toEqual([]);
    expect((await restore(harness, sue, id)).status).toBe(200);
    expect(openTasks(harness)).toHaveLength(1);
  });

  test('is handled by the agent who completed it, with the time', async () => {
    const { harness, sue } = await open();
    await leaveVoicemail(harness);
    const sam = harness.signIn('sam', ['agent'], 'Available', { full_name: 'Sam Rivera' });
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    const reservation = harness.accept(sam, task!.sid);
    await harness.advance(MINUTE);
    const handledAt = new Date(harness.clock.now());
    harness.world.taskRouter.complete(reservation);
    await harness.advance(later);
    expect((await history(harness, sue)).items[0]!.task).toEqual({ state: 'ended' });
    await harness.runOutboxSweep();
    const { task: handled } = (await history(harness, sue)).items[0]!;
    expect(handled).toMatchObject({ state: 'handled', by: 'Sam Rivera' });
    expect(Math.abs(Date.parse(handled.at!) - handledAt.getTime())).toBeLessThan(1_000);
    expect(await harness.indexKeys()).toEqual([]);
  });
});

test('a task that no filter of its workflow takes is put back once, then told to a supervisor', async () => {
  const { harness, sue } = await open({ workflow: NO_FILTER });
  const id = await leaveVoicemail(harness);
  await harness.advance(MINUTE);
  await harness.runOutboxSweep();
  await harness.advance(MINUTE);
  await harness.runOutboxSweep();
  expect(harness.productTasks().length).toBe(2);
  expect((await history(harness, sue)).attention).toMatchObject([{ voicemail_id: id, kind: 'lost', loss: 'workflow' }]);
});

test('a task that nobody took for a week is told to a supervisor, also when TaskRouter has forgotten it', async () => {
  const { harness } = await open({ settings: { attention_after_minutes: 10_080 } });
  const id = await leaveVoicemail(harness);
  await harness.advance(7 * DAY + 30 * MINUTE);
  expect(harness.productTasks()).toEqual([]);
  await harness.runOutboxSweep();
  const { attention } = await history(harness, signInAgain(harness));
  expect(attention).toMatchObject([{ voicemail_id: id, kind: 'lost', loss: 'expired' }]);
});

test('a task of which TaskRouter knows nothing any more is never called handled', async () => {
  const { harness, sue } = await open();
  const id = await leaveVoicemail(harness);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await harness.advance(6 * MINUTE);
  harness.injectFault({
    host: 'taskrouter.twilio.com',
    path: /\/Events$/,
    kind: 'status',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events: [], meta: { key: 'events', next_page_url: null } }),
  });
  await harness.runOutboxSweep();
  expect((await history(harness, sue)).attention).toMatchObject([{ voicemail_id: id, kind: 'lost', loss: 'unknown' }]);
});

test('when TaskRouter does not say how a task ended, nothing is concluded, and the next sweep asks again', async () => {
  const { harness, sue } = await open();
  const id = await leaveVoicemail(harness);
  harness.world.tasks.remove(harness.productTasks()[0]!.sid);
  const removeFault = harness.injectFault({
    host: 'taskrouter.twilio.com',
    path: /Events/,
    kind: 'status',
    status: 503,
  });
  const response = (await (await harness.runOutboxSweep()).json()) as { failed: number };
  expect(response.failed).toBe(1);
  expect(await harness.document(id)).toMatchObject({ task: { state: 'created' } });
  removeFault();
  await harness.runOutboxSweep();
  expect((await history(harness, sue)).attention).toMatchObject([{ kind: 'lost', loss: 'deleted' }]);
});

test.each(['assigned', 'wrapping'] as const)(
  'a task that is %s for days is told to a supervisor, who gives it to somebody else',
  async (status) => {
    const { harness, sue } = await open();
    const id = await leaveVoicemail(harness);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    const reservation = harness.accept(sam, task!.sid);
    if (status === 'wrapping') harness.world.taskRouter.wrapUp(reservation);
    harness.world.taskRouter.setActivity(sam.sid, 'Offline');
    await harness.advance(59 * MINUTE);
    expect((await history(harness, sue)).attention).toEqual([]);
    await harness.advance(9 * DAY);
    const ada = signInAgain(harness);
    await harness.runOutboxSweep();
    const { attention, items } = await history(harness, ada);
    expect(attention).toMatchObject([{ voicemail_id: id, kind: 'held', worker: 'sam', mayRestore: true }]);
    expect(items).toEqual([]);
    expect((await restore(harness, ada, id)).status).toBe(200);
    const [next, ...more] = openTasks(harness);
    expect(more).toEqual([]);
    expect(next!.sid).not.toBe(task!.sid);
    expect(next).toMatchObject({ attributes: { callBackData: { attempts: 0 } } });
    expect((await history(harness, ada)).attention).toEqual([]);
  },
);

test('a task in line, or one that was handled, cannot be put back', async () => {
  const { harness, sue } = await open();
  const id = await leaveVoicemail(harness);
  expect((await restore(harness, sue, id)).status).toBe(409);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await harness.runOutboxSweep();
  expect((await restore(harness, sue, id)).status).toBe(409);
  expect((await restore(harness, sue, 'voicemail-x')).status).toBe(404);
  expect(harness.productTasks()).toHaveLength(1);
});

test('a lost task is put back by the sweep when TaskRouter fails while a supervisor puts it back', async () => {
  const { harness, sue } = await open();
  const id = await leaveVoicemail(harness);
  harness.world.tasks.remove(harness.productTasks()[0]!.sid);
  await harness.runOutboxSweep();
  const removeFault = harness.injectFault({
    host: 'taskrouter.twilio.com',
    method: 'POST',
    path: /\/Tasks$/,
    kind: 'status',
    status: 503,
  });
  expect((await restore(harness, sue, id)).status).toBe(200);
  expect(openTasks(harness)).toEqual([]);
  removeFault();
  await harness.advance(2 * MINUTE);
  await harness.runOutboxSweep();
  expect(openTasks(harness)).toHaveLength(1);
});
