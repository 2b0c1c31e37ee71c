import { LATE } from '../support/fault-modes';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** Nothing remembers a request while Sync is down: its task may appear beside the one that a redelivery made. */
async function leaveVoicemailWithTwoTasks() {
  const harness = await openHarness();
  await harness.createIndexMaps();
  harness.recordWebhooks(/recording-status/);
  const restoreSync = harness.injectFault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
  const task = { host: 'taskrouter.twilio.com', method: 'POST', path: /\/Tasks$/ } as const;
  harness.injectFault({ ...task, ...LATE, delayMs: 40_000, times: 1 });
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(20_000);
  for (const webhook of harness.recordedWebhooks()) await harness.redeliver(webhook);
  await harness.advance(60_000);
  restoreSync();
  const id = `voicemail-${caller.sid}-1`;
  expect(open(harness)).toHaveLength(2);
  return { harness, id };
}
async function leaveVoicemailWithTask() {
  const harness = await openHarness();
  await harness.createIndexMaps();
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  return { harness, task: harness.productTasks()[0]! };
}
const open = (harness: Harness) =>
  harness.productTasks().filter(({ assignmentStatus }) => !['completed', 'canceled'].includes(assignmentStatus));
const entryTask = async (harness: Harness, id: string) =>
  ((await harness.document(id)) as { task: { sid: string } } | undefined)?.task;

test('of two tasks for one voicemail, a sweep cancels the one that is not the entry’s', async () => {
  const { harness, id } = await leaveVoicemailWithTwoTasks();
  await runScheduledSweeps(harness, 3);
  const [task, ...more] = open(harness);
  expect(more).toEqual([]);
  expect((await entryTask(harness, id))?.sid).toBe(task!.sid);
  expect(await harness.mails()).toHaveLength(1);
  harness.handleTask(task!.sid);
  await runScheduledSweeps(harness, 2);
  expect(open(harness)).toEqual([]);
  expect(await entryTask(harness, id)).toMatchObject({ closed: true });
});

test.each([0, 1])('of two tasks for one voicemail, the one that an agent has accepted stays: %i', async (n) => {
  const { harness, id } = await leaveVoicemailWithTwoTasks();
  const accepted = open(harness)[n]!;
  harness.world.tasks.update(accepted.sid, { assignmentStatus: 'assigned' });
  await runScheduledSweeps(harness, 3);
  expect(open(harness).map(({ sid }) => sid)).toEqual([accepted.sid]);
  expect((await entryTask(harness, id))?.sid).toBe(accepted.sid);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  expect((await harness.postFlex('voicemail', sue.token, { TaskSid: accepted.sid })).status).toBe(200);
});

test('a task that appears after its voicemail was handled is canceled', async () => {
  const { harness, task } = await leaveVoicemailWithTask();
  harness.handleTask(task.sid);
  await runScheduledSweeps(harness, 1);
  const { workflowSid, attributes } = task;
  harness.world.tasks.create({ workflowSid, attributes: JSON.stringify(attributes) });
  await runScheduledSweeps(harness, 1);
  expect(open(harness)).toEqual([]);
});

test('a task that names an entry and is routed otherwise is left alone', async () => {
  const { harness, task } = await leaveVoicemailWithTask();
  harness.world.tasks.create({ workflowSid: harness.workflows.sales, attributes: JSON.stringify(task.attributes) });
  await runScheduledSweeps(harness, 2);
  expect(open(harness)).toHaveLength(2);
});
