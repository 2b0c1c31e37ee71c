import { API_KEY } from '../support/deployed-product';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { bookCallback, enterNumber, openMenu } from '../support/menu';
import { askPersonalData } from '../support/personal-data';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';
import { readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Each key is replaced while something is under way that the old one began (SECURITY.md, "Replace a key"). */
const [OLD, NEW] = ['old-signing-key-'.repeat(3), 'new-signing-key-'.repeat(3)];
const NEXT_AUTH_TOKEN = '0123456789abcdef'.repeat(2);
const NEXT_MAIL_KEY = 'key-fedcba9876543210fedcba9876543210';

/** One voicemail is there, with its task, card, words and mail, and nothing is left to do. */
async function expectOneVoicemail(harness: Harness, from: string, supervisor = 'sue') {
  await harness.advance(60_000);
  await runScheduledSweeps(harness, 3);
  const tasks = harness.productTasks();
  expect(
    tasks.map(({ attributes, assignmentStatus }) => [attributes.taskType, attributes.from, assignmentStatus]),
  ).toEqual([['voicemail', from, 'pending']]);
  const sue = harness.signIn(supervisor, ['supervisor'], 'Offline');
  const card = await readCard(harness, sue, tasks[0]!.sid);
  expect(card).toMatchObject({ numberToCall: from, recording: { state: 'ready' }, email: { state: 'sent' } });
  const mails = await harness.mails();
  expect(mails.map(({ attachments }) => attachments.length)).toEqual([1]);
}

/** Twilio's secondary token takes the place of the primary one (https://www.twilio.com/docs/iam/api/authtoken). */
async function promoteAuthToken(harness: Harness, variables: Record<string, string> = {}) {
  harness.world.account.authToken = NEXT_AUTH_TOKEN;
  await harness.redeploy(variables);
}

describe('SIGNING_KEYS', () => {
  test('while the new key stands before the old one, a message that is being recorded is not lost', async () => {
    const harness = await openHarness({ environment: { SIGNING_KEYS: OLD } });
    const caller = await harness.dialToRecording();
    await harness.redeploy({ SIGNING_KEYS: `${NEW},${OLD}` });
    await caller.speak(harness.sample);
    caller.hangUp();
    await expectOneVoicemail(harness, caller.from);
    // The old key goes: the entry has the key of its task's proof.
    await harness.redeploy({ SIGNING_KEYS: NEW });
    await expectOneVoicemail(harness, caller.from, 'ada');
  });

  test('while the new key stands before the old one, a caller in the menu stays where they are', async () => {
    const harness = await openHarness({ environment: { SIGNING_KEYS: OLD } });
    const caller = await openMenu(harness);
    await harness.redeploy({ SIGNING_KEYS: `${NEW},${OLD}` });
    caller.press('2');
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await expectOneVoicemail(harness, caller.from);
  });

  test('while both keys are accepted, a caller hears of a callback that was booked under the old one', async () => {
    const harness = await openHarness({ environment: { SIGNING_KEYS: OLD } });
    await bookCallback(harness);
    await harness.redeploy({ SIGNING_KEYS: `${NEW},${OLD}` });
    const again = await openMenu(harness);
    again.press('1');
    await again.waitForPrompt(/already booked/);
  });

  test('while both keys are accepted, callbacks at a number count that were booked under the old one', async () => {
    const harness = await openHarness({ environment: { SIGNING_KEYS: OLD } });
    const confirm = async (n: number) => {
      const caller = await enterNumber(harness, '2025550188#', { from: `+1202555014${n}` });
      caller.press('1');
      return caller;
    };
    for (const n of [0, 1]) await (await confirm(n)).waitForPrompt(/We will call you back/);
    await harness.redeploy({ SIGNING_KEYS: `${NEW},${OLD}` });
    await (await confirm(2)).waitForPrompt(/We will call you back/);
    await (await confirm(3)).waitForPrompt(/We cannot book another callback/);
  });

  test('a number is deleted with the documents that are named by the old key', async () => {
    const harness = await openHarness({ environment: { SIGNING_KEYS: OLD } });
    const named = () =>
      storedValues(harness.world).filter(({ name }) => /^(active-callback|callbacks-at)-/.test(name)).length;
    const caller = await enterNumber(harness, '2025550188#');
    caller.press('1');
    await caller.waitForPrompt(/We will call you back/);
    expect(named()).toBe(2);
    await harness.redeploy({ SIGNING_KEYS: `${NEW},${OLD}` });
    await askPersonalData(harness, harness.signIn('sue', ['supervisor'], 'Offline'), 'erase', '+12025550188');
    expect(named()).toBe(0);
  });
});

describe('AUTH_TOKEN', () => {
  test.each([
    ['with SIGNING_KEYS', { SIGNING_KEYS: OLD }],
    ['without SIGNING_KEYS', {}],
  ])('%s, a message that is recorded while it is replaced is not lost', async (_keys, environment) => {
    const harness = await openHarness({ environment });
    const caller = await harness.dialToRecording();
    await promoteAuthToken(harness, environment);
    await caller.speak(harness.sample);
    caller.hangUp();
    await expectOneVoicemail(harness, caller.from);
  });

  test.each([
    ['with SIGNING_KEYS', { SIGNING_KEYS: OLD }],
    ['without SIGNING_KEYS', {}],
  ])('%s, a caller in the menu while it is replaced keeps their place, and can choose', async (_keys, environment) => {
    const harness = await openHarness({ environment });
    const caller = await openMenu(harness);
    const { sid } = harness.waitingTask(caller);
    await promoteAuthToken(harness, environment);
    if (!('SIGNING_KEYS' in environment)) {
      // The URLs of the call prove nothing any more: it goes on from its beginning.
      caller.press('2');
      await caller.waitForPrompt(/For other options, press star/);
      expect(harness.waitingTask(caller)).toMatchObject({ sid, assignmentStatus: 'pending' });
      await harness.chooseVoicemail(caller);
    } else caller.press('2');
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await expectOneVoicemail(harness, caller.from);
  });

  test.each([
    ['with SIGNING_KEYS', { SIGNING_KEYS: OLD }],
    ['without SIGNING_KEYS', {}],
  ])('%s, an agent goes on with a task that was made before', async (_keys, environment) => {
    const harness = await openHarness({ environment });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    harness.accept(sam, task!.sid);
    await promoteAuthToken(harness, environment);
    expect(await readCard(harness, sam, task!.sid)).toMatchObject({ recording: { state: 'ready' } });
    const sound = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task!.sid, Start: '0' });
    expect(sound.status).toBe(206);
    expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: task!.sid })).status).toBe(200);
  });
});

describe('TWILIO_API_KEY', () => {
  const [first, second] = [`SK${'1'.repeat(32)}`, `SK${'2'.repeat(32)}`];
  const secret = (digit: string) => digit.repeat(32);
  const credentials = (sid: string) => ({ TWILIO_API_KEY: sid, TWILIO_API_SECRET: secret(sid[2]!) });

  test('while both exist, a mail that waits gets its recording, and the card its sound', async () => {
    const harness = await openHarness({ environment: credentials(first) });
    const { apiKeys } = harness.world.account;
    apiKeys.set(first, secret('1'));
    const recover = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500 });
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    apiKeys.set(second, secret('2'));
    await harness.redeploy(credentials(second));
    apiKeys.delete(first);
    recover();
    await expectOneVoicemail(harness, caller.from);
    const sue = harness.signIn('ada', ['supervisor'], 'Offline');
    const { sid } = harness.productTasks()[0]!;
    const sound = await harness.postFlex('voicemail-audio', sue.token, { TaskSid: sid, Start: '0' });
    expect(sound.status).toBe(206);
  });
});

describe('MAILGUN_API_KEY', () => {
  test('while both work, a mail whose answer was lost is found with the new key, and sent once', async () => {
    const mailKeys = [API_KEY];
    const harness = await openHarness({ mailKeys });
    harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'done-then-reset', times: 1 });
    const caller = await harness.leaveVoicemail();
    await harness.advance(1_000);
    mailKeys.push(NEXT_MAIL_KEY);
    await harness.redeploy({ MAILGUN_API_KEY: NEXT_MAIL_KEY });
    mailKeys.shift();
    await expectOneVoicemail(harness, caller.from);
  });

  test('when the old one is deleted first, mails wait for the new one, and go once', async () => {
    const mailKeys = [API_KEY];
    const harness = await openHarness({ mailKeys });
    mailKeys.splice(0, 1, NEXT_MAIL_KEY);
    const caller = await harness.leaveVoicemail();
    await runScheduledSweeps(harness, 2);
    expect(await harness.mails()).toEqual([]);
    await harness.redeploy({ MAILGUN_API_KEY: NEXT_MAIL_KEY });
    await runScheduledSweeps(harness, 6);
    await expectOneVoicemail(harness, caller.from);
  });
});
