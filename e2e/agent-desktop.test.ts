import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { openFlexBrowser } from './support/browser';
import {
  askFunctions,
  collectPageProblems,
  expectNoPageProblems,
  invokeAction,
  openFlex,
  type PageProblems,
  setActivity,
  waitForFlex,
} from './support/flex-page';
import { reportPagesOnFailure } from './support/page-report';
import { pollUntil } from './support/poll-until';
import { type RunningProduct, startProduct } from './support/running-product';
import { VOICEMAIL_LINE } from './support/telephone-page';
import { type TwilioAccount, twilioAccount } from './support/twilio-account';

/**
 * An agent's work on voicemails and callbacks, in the product as `npm start` runs it: the built Functions, the official
 * build of the plugin, the real Flex UI, on pages opened once. Each test begins with everyone offline and no tasks.
 */
const shots = path.resolve(__dirname, '../.screenshots');
const ANA_RUIZ = '+14155550123';
const SUPPORT_LINE = '+12025550101';
jest.setTimeout(600_000);

let product: RunningProduct;
let account: TwilioAccount;
let context: BrowserContext;
let sam: Page;
let telephone: Page;
const seen: Record<string, PageProblems> = {};
/** Of the account as it started, before its delays are shortened. */
let workflowAtStart: unknown;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [product, context] = await Promise.all([startProduct(), openFlexBrowser({ acceptDownloads: true })]);
  reportPagesOnFailure(context, product.output);
  account = twilioAccount(product.url);
  workflowAtStart = await account.callbackWorkflow();
  await account.setWorkflowTimeouts({ retryDelay: 2, lastStep: 300 });
  ({ page: sam, seen: seen.sam } = (await openFlex(context, product.desk('sam'))) as {
    page: Page;
    seen: PageProblems;
  });
  pages.push(sam);
  telephone = await context.newPage();
  seen.telephone = collectPageProblems(telephone);
});
afterAll(async () => {
  await context?.close();
  await product?.stop();
});

afterEach(() => expectNoPageProblems(seen));

const pages: Page[] = [];
/** Tasks of earlier tests. */
let earlier: Set<string>;
beforeEach(async () => {
  await account.endOpenTasks();
  earlier = new Set((await account.tasks()).map(({ sid }) => sid));
  await telephone.goto(`${product.url}/telephone`);
  for (const page of pages) {
    await go('Offline', page);
    await noTasks(page);
  }
});

const screenshot = (name: string, page = sam) => page.screenshot({ path: path.join(shots, `agent-${name}.png`) });
const card = (page = sam) => page.getByRole('region', { name: /^(Voicemail|Callback)$/ });
const accept = (page = sam) => page.locator('button[aria-label^="Accept"]').first();
const go = (activityName: string, page = sam) => setActivity(page, activityName);
const button = (name: string | RegExp, page = sam) => card(page).getByRole('button', { name });
const noTasks = (page = sam) => page.getByText('No active tasks').waitFor();

const newTasks = async () => (await account.tasks()).filter(({ sid }) => !earlier.has(sid));
/** The customer's telephone is picked up, and Sam is on the call. */
async function pickUp(): Promise<void> {
  await telephone.getByRole('button', { name: 'Pick up' }).click();
  await sam
    .getByRole('button', { name: /Hang Up/i })
    .first()
    .waitFor();
}

const tasksOf = async (taskType: string) =>
  (await newTasks()).filter(({ attributes }) => attributes.taskType === taskType);

test('`npm start` uses the workflow that the product ships, with its delays between attempts', () => {
  const shipped = readFileSync(path.resolve(__dirname, '../infra-as-code/taskrouter/workflow.json'), 'utf8');
  const [queue] = JSON.stringify(workflowAtStart).match(/WQ[0-9a-f]{32}/) ?? [];
  expect(workflowAtStart).toEqual(JSON.parse(shipped.replaceAll(/\$\{\w+_queue_sid\}/g, String(queue))));
});

test('in an account as strict as real ones, a voicemail is played, called back, requeued, and handled', async () => {
  // One call at a time, no recording without credentials, and a time-out in the last step of every filter.
  expect(await account.readSwitch('call-capacity')).toBe('1');
  expect(await account.readSwitch('media-authentication')).toBe('on');
  const { task_routing } = (await account.callbackWorkflow()) as { task_routing: { filters: { targets: object[] }[] } };
  expect(task_routing.filters.map(({ targets }) => targets.at(-1))).toEqual(
    task_routing.filters.map(() => expect.objectContaining({ timeout: 300 })),
  );
  await go('Available');
  await product.leaveVoicemail();

  await accept().waitFor();
  await sam.locator('.Twilio-TaskListBaseItem', { hasText: 'Ana Ruiz' }).waitFor();
  await screenshot('voicemail-offered');
  await accept().click();
  await button('Play').waitFor();
  await card().getByText('Attempt 1 of 3').waitFor();
  await card().getByText('Calling number verified by its carrier (STIR/SHAKEN A)').waitFor();
  await card().getByText('No one has listened yet').waitFor();
  await screenshot('voicemail-card');

  await button('Play').click();
  const position = card().getByRole('slider', { name: 'Position in the recording' });
  await pollUntil(async () => Number(await position.getAttribute('aria-valuenow')) >= 2);
  await screenshot('voicemail-playing');
  await button('Pause').click();
  await card().getByText('Listened: Sam Rivera').waitFor();
  await position.focus();
  await position.press('Home');
  expect(await position.getAttribute('aria-valuenow')).toBe('0');
  await card().getByText(/order/i).first().waitFor();

  await sam.reload();
  await waitForFlex(sam);
  await sam.locator('.Twilio-TaskListBaseItem').click();
  await card().getByText('Listened: Sam Rivera').waitFor();
  await card()
    .getByText(/^Emailed to 1 person/)
    .waitFor();

  // Playing while the call begins: the message is paused for it. A second click does not call twice.
  await button('Play').click();
  await button('Pause').waitFor();
  await button(/^Call \+1 415/).dblclick();
  await telephone.getByRole('alert').getByText(`${VOICEMAIL_LINE} is calling ${ANA_RUIZ}`).waitFor();
  await pickUp();
  await screenshot('calling-back');
  await sam.locator('.Twilio-TaskListBaseItem', { hasText: 'Voicemail' }).click();
  await button('Play').waitFor();
  await card().getByText('You are on a call. End it to call this number.').waitFor();
  await screenshot('voicemail-during-call');
  await telephone.getByRole('button', { name: 'Hang up' }).click();
  await sam.locator('.Twilio-TaskListBaseItem', { hasNotText: 'Voicemail' }).first().click();
  await sam.getByRole('button', { name: 'Complete' }).first().click();
  // The plugin leads back to what the call was about.
  await card().waitFor();
  const [voicemail, ...more] = await tasksOf('voicemail');
  expect(more).toEqual([]);
  const calls = (await newTasks()).filter(({ attributes }) => attributes.direction === 'outbound');
  expect(calls).toHaveLength(1);
  expect(calls[0]!.attributes).toMatchObject({
    parentTask: expect.stringMatching(/^WR/),
    outbound_to: ANA_RUIZ,
    from: VOICEMAIL_LINE,
    conversations: {
      conversation_id: (voicemail!.attributes.conversations as { conversation_id: string }).conversation_id,
    },
  });

  await button('Try again later').dblclick();
  const again = await pollUntil(async () => (await tasksOf('voicemail')).find(({ sid }) => sid !== voicemail!.sid));
  expect(await tasksOf('voicemail')).toHaveLength(2);
  await pollUntil(async () => (await account.task(voicemail!.sid)).assignment_status === 'completed');
  expect(again.attributes).toMatchObject({ callBackData: { attempts: 1, numberToCall: ANA_RUIZ } });
  expect(again.workflow_sid).toBe(voicemail!.workflow_sid);
  await accept().click();
  await card().getByText('Attempt 2 of 3').waitFor();
  await card().getByText('Listened: Sam Rivera').waitFor();
  await button('Mark as handled').click();
  await pollUntil(async () => (await account.task(again.sid)).assignment_status === 'completed');
  await noTasks();
});

test('a callback is called, requeued, called again and completed', async () => {
  await telephone.getByLabel('Call from').selectOption('ben');
  await telephone.getByLabel('Number to call').selectOption(SUPPORT_LINE);
  // No agent is available while Ben waits.
  await go('Break');
  await telephone.getByRole('button', { name: 'Call', exact: true }).click();
  const captions = telephone.getByRole('log');
  await captions.getByText('For other options, press star.').waitFor();
  await telephone.keyboard.press('*');
  await captions
    .getByText(/press 1\.$/)
    .first()
    .waitFor();
  await telephone.keyboard.press('1');
  await captions.getByText(/We can call you back at/).waitFor();
  await telephone.keyboard.press('1');
  await captions.getByText(/We will call you back at/).waitFor();
  await telephone.getByText('Call ended').waitFor();
  await go('Available');
  await accept().click();
  await card().getByText('Attempt 1 of 3').waitFor();
  await screenshot('callback-card');

  await button(/^Call \+1 212/).click();
  await telephone.getByRole('alert').getByText(`${SUPPORT_LINE} is calling +12125550147`).waitFor();
  await telephone.getByRole('button', { name: 'Decline' }).click();
  await sam.locator('.Twilio-TaskListBaseItem', { hasNotText: 'Callback' }).first().click();
  await sam.getByRole('button', { name: 'Complete' }).first().click();
  await button('Try again later').click();
  await pollUntil(async () => (await tasksOf('callback')).length === 2);
  await accept().click();
  await card().getByText('Attempt 2 of 3').waitFor();
  await button(/^Call \+1 212/).click();
  await telephone.getByRole('button', { name: 'Pick up' }).click();
  await sam
    .getByRole('button', { name: /Hang Up/i })
    .first()
    .click();
  await sam.getByRole('button', { name: 'Complete' }).first().click();
  await button('Mark as handled').click();
  await pollUntil(async () => (await tasksOf('callback')).every(({ assignment_status: is }) => is === 'completed'));
  await noTasks();
});

test('where callers must confirm, an automated call asks the caller before the agent calls', async () => {
  await account.writeSwitch('unverified-callers', 'confirm');
  try {
    await go('Available');
    await product.leaveVoicemail('ben');
    await accept().click();
    await button(/^Ask \+1 212/).waitFor();
    await screenshot('confirm-needed');
    await button(/^Ask \+1 212/).dblclick();
    await telephone.getByRole('alert').getByText(`${VOICEMAIL_LINE} is calling +12125550147`).waitFor();
    await telephone.getByRole('button', { name: 'Pick up' }).click();
    await telephone
      .getByRole('log')
      .getByText(/press 1, and an agent will call you/)
      .waitFor();
    await screenshot('confirm-asking');
    await telephone.keyboard.press('1');
    await telephone.getByText('Call ended').waitFor();
    await card().getByText('A callback was confirmed at this number.').waitFor();
    await screenshot('confirm-confirmed');
    await button(/^Call \+1 212/).click();
    await pickUp();
    await telephone.getByRole('button', { name: 'Hang up' }).click();
    await sam.getByRole('button', { name: 'Complete' }).first().click();
    await button('Mark as handled').click();
    await noTasks();
  } finally {
    await account.writeSwitch('unverified-callers', 'allow');
  }
});

test('with room for one call, an agent calls back beside a backlog and another offered task', async () => {
  await go('Break');
  await product.leaveVoicemail('ana');
  await product.leaveVoicemail('ben');
  await go('Available');
  await accept().click();
  await button('Play').waitFor();
  // One waits, and is not offered: the voicemail that Sam has is a voice task.
  const statuses = (await tasksOf('voicemail')).map(({ assignment_status: is }) => is);
  expect(statuses.sort()).toEqual(['assigned', 'pending']);
  await account.createTask('default', { name: 'A web form', skill: 'support' });
  await sam.locator('.Twilio-TaskListBaseItem', { hasText: 'A web form' }).waitFor();

  await button(/^Call \+1 415/).click();
  await pickUp();
  await screenshot('calling-back-with-backlog');
  await telephone.getByRole('button', { name: 'Hang up' }).click();
  await sam.getByRole('button', { name: 'Complete' }).first().click();
  await button('Mark as handled').click();
  await pollUntil(async () => {
    const after = (await tasksOf('voicemail')).map(({ assignment_status: is }) => is);
    return after.includes('completed') && after.includes('reserved');
  });
});

describe('two agents, one task', () => {
  let ana: Page;
  let sue: Page;
  beforeAll(async () => {
    const [anas, sues] = await Promise.all([
      openFlex(context, product.desk('ana')),
      openFlex(context, product.desk('sue')),
    ]);
    ({ page: ana, seen: seen.ana } = anas as { page: Page; seen: PageProblems });
    ({ page: sue, seen: seen.sue } = sues as { page: Page; seen: PageProblems });
    pages.push(ana);
  });
  test('an agent without the task gets no audio, whatever they write into attributes', async () => {
    await go('Available');
    await product.leaveVoicemail('ben');
    await accept().click();
    await button('Play').waitFor();
    const own = await account.tasks().then((all) => all.find(({ assignment_status: is }) => is === 'assigned')!);
    await go('Available', ana);
    await go('Break');
    await product.leaveVoicemail('ana');
    await accept(ana).click();
    await button('Play', ana).waitFor();
    // With words and mail there, a card asks for nothing more by itself. One that still asks is refused below, which
    // the browser logs as an error.
    for (const page of [sam, ana]) {
      await card(page)
        .getByText(/order from Monday/)
        .waitFor();
      await card(page)
        .getByText(/^Emailed to/)
        .waitFor();
    }
    const othersTask = await account
      .tasks()
      .then((all) => all.find(({ assignment_status: is, sid }) => is === 'assigned' && sid !== own.sid)!);
    expect(await hasNoCard(sam)).toBe(true);

    const range = { Start: '0', Length: '65536' };
    expect(await askFunctions(ana, 'voicemail-audio', { TaskSid: othersTask.sid, ...range })).toMatchObject({
      status: 206,
    });
    expect(await askFunctions(sam, 'voicemail-audio', { TaskSid: othersTask.sid, ...range })).toMatchObject({
      status: 403,
    });
    expect(await askFunctions(sam, 'voicemail', { TaskSid: othersTask.sid })).toMatchObject({ status: 403 });
    expect(await askFunctions(sam, 'requeue-callback', { TaskSid: othersTask.sid })).toMatchObject({ status: 403 });
    expect(await askFunctions(sam, 'delete-voicemail', { TaskSid: othersTask.sid })).toMatchObject({ status: 403 });
    expect(await askFunctions(sam, 'voicemail-audio', { TaskSid: own.sid, ...range })).toMatchObject({ status: 206 });
    // As an agent can from the console of their browser.
    await sam.evaluate(
      ([sid, attributes]) => {
        interface OwnTask {
          taskSid: string;
          setAttributes(attributes: unknown): Promise<unknown>;
        }
        const { manager } = window as unknown as {
          manager: { store: { getState(): { flex: { worker: { tasks: Map<string, OwnTask> } } } } };
        };
        return [...manager.store.getState().flex.worker.tasks.values()]
          .find(({ taskSid }) => taskSid === sid)!
          .setAttributes(attributes)
          .then(() => undefined);
      },
      [own.sid, othersTask.attributes] as const,
    );
    expect((await account.task(own.sid)).attributes).toEqual(othersTask.attributes);
    const forged = await askFunctions(sam, 'voicemail-audio', { TaskSid: own.sid, ...range });
    expect({ ...forged, text: JSON.parse(forged.text) }).toMatchObject({
      status: 403,
      text: { code: 'not-this-task' },
    });
    await button('Mark as handled').click();
    await pollUntil(async () => (await account.task(own.sid)).assignment_status === 'completed');
    expect(await askFunctions(sam, 'voicemail-audio', { TaskSid: own.sid, ...range })).toMatchObject({ status: 403 });
  });

  test('a supervisor sees whose it is, listens, downloads, and deletes the recording at Twilio', async () => {
    await go('Available', ana);
    await product.leaveVoicemail();
    await accept(ana).click();
    // Neither words nor mail of it are on their way any more: a card asks for nothing by itself then.
    await card(ana)
      .getByText(/order from Monday/)
      .waitFor();
    await card(ana)
      .getByText(/^Emailed to/)
      .waitFor();
    await sue.bringToFront();
    await invokeAction(sue, 'NavigateToView', { viewName: 'teams' });
    await sue.locator('.Twilio-TaskCard').first().click();
    const region = card(sue);
    await region.getByText(/Taken by Ana Costa/).waitFor();
    await screenshot('supervisor', sue);
    const [saved] = await Promise.all([
      sue.waitForEvent('download'),
      region.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(saved.suggestedFilename()).toMatch(/^voicemail-.*\.mp3$/);
    const recordings = () =>
      account.json<{ recordings: { sid: string }[] }>(
        'api.twilio.com',
        `/2010-04-01/Accounts/${account.accountSid}/Recordings.json`,
      );
    const before = (await recordings()).recordings;

    await region.getByRole('button', { name: 'Delete recording' }).click();
    await screenshot('delete-asks', sue);
    await region.getByRole('button', { name: 'Keep it' }).click();
    await region.getByRole('button', { name: 'Delete recording' }).click();
    await region.getByRole('button', { name: 'Delete', exact: true }).click();
    await region.getByText('The recording and its transcript were deleted.').waitFor();
    await screenshot('deleted', sue);
    const after = (await recordings()).recordings.map(({ sid }) => sid);
    expect(after).toHaveLength(before.length - 1);
    const [gone] = before.filter(({ sid }) => !after.includes(sid));
    expect(
      await account.status('api.twilio.com', `/2010-04-01/Accounts/${account.accountSid}/Recordings/${gone!.sid}.json`),
    ).toBe(404);
    // An open card shows the deletion at once, without the transcript.
    await ana.bringToFront();
    await card(ana).getByText('The recording was deleted.').waitFor();
    expect(
      await card(ana)
        .getByText(/order from Monday/)
        .count(),
    ).toBe(0);
    await button('Mark as handled', ana).click();
    await noTasks(ana);
  });

  test('when one agent rejects a task, offers it to the other and hides it from the first', async () => {
    await go('Available');
    await go('Break', ana);
    await product.leaveVoicemail('ana');
    await accept().waitFor();
    await go('Available', ana);
    await sam.bringToFront();
    await sam.locator('button[aria-label^="Reject"]').first().click();
    await go('Break');
    await accept(ana).click();
    await button('Play', ana).waitFor();
    await noTasks();
    await button('Mark as handled', ana).click();
    await noTasks(ana);
  });

  const hasNoCard = async (page: Page) => (await page.locator('.Twilio-TaskListBaseItem').count()) === 1;
});
