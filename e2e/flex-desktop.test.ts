import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { Reservation } from '../sandbox/src/taskrouter/types';
import type { Task } from '../sandbox/src/world/types';
import { openFlexBrowser } from './support/browser';
import { type FlexHarness, SUPPORT_LINE, startFlexHarness } from './support/flex-harness';
import { collectPageProblems, invokeAction, openFlex, type PageProblems, waitForFlex } from './support/flex-page';
import { reportPagesOnFailure } from './support/page-report';
import { pollUntil } from './support/poll-until';

/**
 * The real Flex UI at the sandbox's desks. One page for all of it: a cold Flex takes seconds. Each test begins with Sam
 * available and without tasks.
 */
const shots = path.resolve(__dirname, '../.screenshots');
const CUSTOMER = '+14155550123';
jest.setTimeout(600_000);

let harness: FlexHarness;
let context: BrowserContext;
let sam: Page;
let seen: PageProblems;
let telephone: Page;
let mailFolder: string;
beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  mailFolder = mkdtempSync(path.join(os.tmpdir(), 'flex-desktop-'));
  harness = await startFlexHarness(mailFolder);
  context = await openFlexBrowser();
  reportPagesOnFailure(context);
  ({ page: sam, seen } = await openFlex(context, harness.desk('sam')));
  telephone = await context.newPage();
});
afterAll(async () => {
  await context?.close();
  await harness?.close();
  rmSync(mailFolder, { recursive: true, force: true });
});

beforeEach(async () => {
  const { taskRouter, workflows } = harness.world;
  for (const key of ['ana', 'sue']) taskRouter.setActivity(harness.desk(key).worker, 'Offline');
  taskRouter.setActivity(harness.desk('sam').worker, 'Available');
  for (const workflow of workflows.values()) taskRouter.updateWorkflow(workflow, { taskReservationTimeout: 120 });
  await sam.getByText('No active tasks').waitFor();
});
// What a test leaves behind when it fails is not the next one's.
afterEach(() => {
  for (const { sid, assignmentStatus } of harness.world.tasks.list()) {
    const open = assignmentStatus !== 'completed' && assignmentStatus !== 'canceled';
    const taken = assignmentStatus === 'assigned' || assignmentStatus === 'wrapping';
    if (open) harness.world.tasks.update(sid, { assignmentStatus: taken ? 'completed' : 'canceled' });
  }
});

const screenshot = (name: string, page = sam) => page.screenshot({ path: path.join(shots, `flex-${name}.png`) });
const makeTask = (attributes: Record<string, unknown>): Task =>
  harness.world.tasks.create({
    workflowSid: [...harness.world.workflows.keys()][0]!,
    taskChannel: 'voice',
    attributes: JSON.stringify({ from: CUSTOMER, name: CUSTOMER, direction: 'inbound', ...attributes }),
  });
const reservationOf = (task: Task): Reservation => harness.world.taskRouter.reservations({ task }).at(-1)!;
const activityOf = (key: string) => {
  const { worker } = harness.desk(key);
  return harness.world.taskRouter.activity(worker.activitySid).friendlyName;
};
async function goTo(activity: string, page = sam): Promise<void> {
  await page
    .getByTestId('activity-dropdown-button')
    .or(page.locator('[data-fl-element-name="activity-dropdown-button"]'))
    .first()
    .click();
  await page
    .getByRole('menuitem', { name: activity, exact: true })
    .or(page.getByRole('button', { name: activity, exact: true }))
    .first()
    .click();
}
/** Off-screen texts repeat what is on a button, so that buttons are found by their labels. */
const accept = (page = sam) => page.locator('button[aria-label^="Accept"]').first();
const invoke = (name: string, payload: object, page = sam) => invokeAction(page, name, payload);
const finish = () => sam.locator('.Twilio-TaskCanvasHeader button:has-text("Wrap Up")').last();
const complete = () => sam.locator('button:has-text("Complete")').first();
const hangUp = () => sam.locator('button:has-text("Hang Up")').first();
const statusInFlex = (reservation: Reservation, page = sam) =>
  page.evaluate((sid) => {
    const { manager } = window as unknown as {
      manager: { store: { getState(): { flex: { worker: { tasks: Map<string, { status: string }> } } } } };
    };
    return manager.store.getState().flex.worker.tasks.get(sid)?.status ?? 'gone';
  }, reservation.sid);

test('Sam is signed in, offline; the activity chosen in Flex is the one in TaskRouter', async () => {
  expect(await sam.evaluate(() => document.documentElement.dataset.plugin)).toBe('ready');
  harness.world.taskRouter.setActivity(harness.desk('sam').worker, 'Offline');
  await sam.getByText('Offline').first().waitFor();
  await screenshot('desktop');
  await goTo('Available');
  await pollUntil(() => activityOf('sam') === 'Available');
  await goTo('Break');
  await pollUntil(() => activityOf('sam') === 'Break');
  // The other way round: what the account changes is seen in Flex.
  harness.world.taskRouter.setActivity(harness.desk('sam').worker, 'Available');
  await sam.getByText('Available').first().waitFor();
});

test('a voicemail is offered, taken, kept over a reload, changed from outside, wrapped up and completed', async () => {
  const task = makeTask({ taskType: 'voicemail' });
  await accept().waitFor();
  await screenshot('voicemail-offered');
  const reservation = reservationOf(task);
  await accept().click();
  await pollUntil(() => reservation.status === 'accepted');
  await expect(statusInFlex(reservation)).resolves.toBe('accepted');
  expect(task.assignmentStatus).toBe('assigned');
  await screenshot('voicemail-accepted');

  await sam.reload();
  await waitForFlex(sam);
  await sam.waitForSelector('.Twilio-TaskListBaseItem');
  expect(await statusInFlex(reservation)).toBe('accepted');

  const name = 'Somebody whose name came later';
  harness.world.tasks.update(task.sid, { attributes: JSON.stringify({ ...JSON.parse(task.attributes), name }) });
  await sam.locator('.Twilio-TaskListBaseItem').getByText(name).first().waitFor();

  // For a custom channel Flex shows only "Complete" and, during wrap-up, a "Wrap Up" that completes the task.
  await invoke('WrapupTask', { sid: reservation.sid });
  await pollUntil(() => reservation.status === 'wrapping');
  await finish().click();
  await pollUntil(() => task.assignmentStatus === 'completed');
  await sam.getByText('No active tasks').waitFor();
});

test('rejected, timed out and canceled: the task goes, and where it goes is TaskRouter’s', async () => {
  const rejected = makeTask({ taskType: 'callback' });
  await sam.locator('button[aria-label^="Reject"]').first().click();
  await pollUntil(() => harness.world.taskRouter.reservations({ task: rejected })[0]!.status === 'rejected');
  // No other worker is available, so Sam gets the offer again.
  await accept().waitFor();
  harness.world.tasks.update(rejected.sid, { assignmentStatus: 'canceled', reason: 'the test' });
  await sam.getByText('No active tasks').waitFor();

  const [workflow] = harness.world.workflows.values();
  harness.world.taskRouter.updateWorkflow(workflow!, { taskReservationTimeout: 1 });
  const late = makeTask({ taskType: 'callback' });
  await pollUntil(() => reservationOf(late)?.status === 'timeout');
  await pollUntil(() => activityOf('sam') === 'Offline');
  await sam.getByText('No active tasks').waitFor();
  await sam.getByText('Offline').first().waitFor();
});

test('an agent calls back: the telephone rings, is picked up, and either end hangs up', async () => {
  const phone = collectPageProblems(telephone);
  await telephone.goto(harness.telephoneUrl);
  const callback = makeTask({ taskType: 'callback' });
  await accept().click();
  await pollUntil(() => callback.assignmentStatus === 'assigned');
  const callOut = () => invoke('StartOutboundCall', { destination: CUSTOMER, taskAttributes: { conversations: {} } });
  const outbound = () => harness.world.tasks.list().filter(({ routingTarget }) => routingTarget !== null);

  await callOut();
  await telephone.getByRole('alert').getByText(`${SUPPORT_LINE} is calling ${CUSTOMER}`).waitFor();
  await screenshot('telephone-rings', telephone);
  await telephone.getByRole('button', { name: 'Pick up' }).click();
  const [call] = harness.voice.list();
  await pollUntil(() => call!.status === 'in-progress');
  await screenshot('calling-back');
  await telephone.getByRole('button', { name: 'Hang up' }).click();
  await pollUntil(() => outbound()[0]?.assignmentStatus === 'wrapping');
  await complete().waitFor();
  await screenshot('called-back');
  harness.world.tasks.update(outbound()[0]!.sid, { assignmentStatus: 'completed' });

  await callOut();
  await telephone.getByRole('button', { name: 'Pick up' }).click();
  await hangUp().click();
  await pollUntil(() => harness.voice.list().at(-1)!.status === 'completed');
  await pollUntil(() => outbound()[1]?.assignmentStatus === 'wrapping');
  await telephone.getByText('Call ended').waitFor();
  harness.world.tasks.update(outbound()[1]!.sid, { assignmentStatus: 'completed' });
  harness.world.tasks.update(callback.sid, { assignmentStatus: 'completed' });
  await sam.getByText('No active tasks').waitFor();
  expect(phone).toEqual({ externalRequests: [], errors: [] });
});

test('a caller who waits is put through to the agent who accepts, until one of them hangs up', async () => {
  for (const endedBy of ['caller', 'agent']) {
    const callSid = harness.voice.placeCall({ from: CUSTOMER, to: SUPPORT_LINE });
    await accept().click();
    await pollUntil(() => harness.voice.callEvents(callSid).some(({ type }) => type === 'stop'));
    const [task] = harness.world.tasks.list().filter(({ attributes }) => attributes.includes(callSid));
    expect(task!.assignmentStatus).toBe('assigned');
    await hangUp().waitFor();
    if (endedBy === 'agent') await hangUp().click();
    else harness.voice.hangUp(callSid);
    await pollUntil(() => task!.assignmentStatus === 'wrapping');
    await complete().click();
    await pollUntil(() => task!.assignmentStatus === 'completed');
    await pollUntil(() => harness.voice.get(callSid)!.endTime !== null);
  }
});

test('two agents at once, each with a task of their own; a supervisor sees both', async () => {
  const ana = await openFlex(context, harness.desk('ana'));
  await goTo('Available', ana.page);
  await pollUntil(() => activityOf('ana') === 'Available');
  const first = makeTask({ taskType: 'voicemail', name: 'First' });
  await pollUntil(() => reservationOf(first) !== undefined);
  harness.world.taskRouter.setActivity(reservationOf(first).workerSid, 'Unavailable');
  const second = makeTask({ taskType: 'voicemail', name: 'Second' });
  await pollUntil(() => reservationOf(second) !== undefined);
  const workers = [first, second].map((task) => reservationOf(task).workerSid);
  expect(new Set(workers).size).toBe(2);
  const pageOf = (task: Task) => (reservationOf(task).workerSid === harness.desk('ana').worker.sid ? ana.page : sam);
  for (const task of [first, second]) {
    await accept(pageOf(task)).click();
    await pollUntil(() => task.assignmentStatus === 'assigned');
  }
  expect(await ana.page.locator('.Twilio-TaskListBaseItem').count()).toBe(1);
  expect(await sam.locator('.Twilio-TaskListBaseItem').count()).toBe(1);

  const sue = await openFlex(context, harness.desk('sue'));
  await invoke('NavigateToView', { viewName: 'teams' }, sue.page);
  await sue.page.getByText('Ana Costa').first().waitFor();
  harness.world.taskRouter.setActivity(harness.desk('ana').worker, 'Break');
  await sue.page.getByText('Break').filter({ visible: true }).first().waitFor();
  await screenshot('supervisor', sue.page);
  expect({ ana: ana.seen, sue: sue.seen }).toEqual({
    ana: { externalRequests: [], errors: [] },
    sue: { externalRequests: [], errors: [] },
  });
});

test('requests reach the Functions unchanged; other origins are the sandbox, which logs what it lacks', async () => {
  const answers = await sam.evaluate(
    async ([functions]) => {
      const through = await fetch(`${functions}/flex/voicemail`, { method: 'POST', body: 'Token=x' });
      const elsewhere = await fetch('https://example.twil.io/anything', { method: 'POST' });
      return { through: await through.json(), status: elsewhere.status, elsewhere: await elsewhere.json() };
    },
    [harness.functions.origin.replace('http:', 'https:')],
  );
  expect(answers).toEqual({
    through: { ok: true },
    status: 404,
    elsewhere: {
      code: 20404,
      status: 404,
      message: 'The requested resource /anything was not found',
      more_info: 'https://www.twilio.com/docs/errors/20404',
    },
  });
  expect(harness.functions.requests).toEqual([`POST /flex/voicemail from ${harness.desk('sam').origin}`]);
  const warnings = harness.world.eventLog.entries().filter(({ level }) => level !== 'info');
  expect(warnings.map(({ text }) => text)).toEqual(['the sandbox does not model POST example.twil.io/anything (Flex)']);
  expect(seen.externalRequests.filter((url) => !url.startsWith(harness.functions.origin))).toEqual([]);
  expect(seen.errors).toEqual([expect.stringContaining('404')]);
});
