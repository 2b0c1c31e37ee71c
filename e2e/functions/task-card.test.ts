import { closeHarnesses, openHarness } from '../support/harness';
import { bookCallback, openMenu, pressKeys, requestCallback } from '../support/menu';
import { acceptVoicemailAsSam, readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** What the card shows of a callback or voicemail. */
test('the card shows what the ledger knows', async () => {
  const { harness, caller, sam, task } = await acceptVoicemailAsSam();
  expect(await readCard(harness, sam, task.sid)).toEqual({
    voicemail_id: `voicemail-${caller.sid}-1`,
    taskType: 'voicemail',
    numberToCall: caller.from,
    numberToCallFrom: harness.numbers.support,
    numberToCallText: '+1 202-555-0123',
    numberToCallFromText: '+1 202-555-0101',
    queue: 'Support',
    receivedAt: expect.stringMatching(/^2026-11-22T14:00/),
    waitingSince: '2026-11-22T14:00:00.000Z',
    timeZone: 'UTC',
    task: { state: 'taken' },
    attempts: 0,
    maxAttempts: 3,
    mayRequeue: true,
    recording: { state: 'ready', seconds: expect.any(Number) },
    transcript: { state: 'ready', text: expect.any(String) },
    email: { state: 'sent', recipients: 1, sentAt: expect.any(String), delivered: 1 },
    listenedBy: [],
    otherTasks: [],
  });
});

test('the card says who has the task, and since when', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  await readCard(harness, sam, task.sid);
  const at = expect.stringMatching(/^2026-11-22T14:01/);
  expect((await readCard(harness, sam, task.sid)).task).toEqual({ state: 'taken', by: 'sam', at });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  expect((await readCard(harness, sue, task.sid)).task).toEqual({ state: 'taken', by: 'sam', at });
});

test("the card shows the network's caller name in one line, unless it only repeats the number", async () => {
  const harness = await openHarness();
  await harness.leaveVoicemail({ callerName: 'Ana\u202e\r\n Ruiz' });
  await harness.leaveVoicemail({ callerName: '+1 202 555 0123' });
  await harness.leaveVoicemail({ from: '+266696687', callerName: 'Somebody' });
  const direct = await harness.dial({ to: harness.numbers.voicemail, callerName: 'Ben Okafor' });
  await direct.waitForBeep();
  await direct.speak(harness.sample);
  direct.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks().map(({ attributes }) => attributes.name)).toEqual([
    'Ana Ruiz',
    '+1 202-555-0123',
    'withheld number',
    'Ben Okafor',
  ]);
  const sue = harness.signIn('sue', ['supervisor']);
  const [ana, number] = harness.productTasks();
  expect(await readCard(harness, sue, ana!.sid)).toMatchObject({ callerName: 'Ana Ruiz' });
  expect(await readCard(harness, sue, number!.sid)).not.toHaveProperty('callerName');
});

const TYPED = '2025550188#';
test.each([
  ['+12025550123', { calledFrom: '+12025550123', calledFromText: '+1 202-555-0123' }],
  ['+266696687', { calledFrom: '', calledFromText: '' }],
])('the card of a callback at a typed number says that the caller rang from %s', async (from, expected) => {
  const harness = await openHarness();
  const isWithheld = expected.calledFrom === '';
  const caller = isWithheld ? await openMenu(harness, { from }) : await requestCallback(harness, { from });
  caller.press(isWithheld ? '1' : '2');
  await caller.waitForPrompt(/enter the number/);
  pressKeys(caller, TYPED);
  await caller.waitForPrompt(/You entered/);
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(30_000);
  const sue = harness.signIn('sue', ['supervisor']);
  const card = await readCard(harness, sue, harness.productTasks()[0]!.sid);
  expect(card).toMatchObject({ numberToCall: '+12025550188', ...expected });
});

test('the card of a callback at the number that rang names no other', async () => {
  const harness = await openHarness();
  await bookCallback(harness);
  const sue = harness.signIn('sue', ['supervisor']);
  const card = await readCard(harness, sue, harness.productTasks()[0]!.sid);
  expect(card).not.toHaveProperty('calledFrom');
  expect(card).not.toHaveProperty('calledFromText');
});

test('shows how many recipients were not reached, and why, without their addresses', async () => {
  const recipients = ['admin@example.com', 'mailbox-full@example.com'].map((address) => ({ address }));
  const { harness, sam, task } = await acceptVoicemailAsSam({ settings: { recipients } });
  const { email } = await readCard(harness, sam, task.sid);
  expect(email).toMatchObject({ state: 'sent', recipients: 2, delivered: 1, bounced: 1 });
  expect(email.bounceReason).toBe('5.2.2 …: user over quota');
});

test.each([
  ['answers 500', { kind: 'status', status: 500 }],
  ['does not answer', { kind: 'no-answer' }],
] as const)('when the mail provider %s, shows the card without deliveries', async (_what, fault) => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  harness.injectFault({ host: 'api.mailgun.net', method: 'GET', ...fault });
  const { email } = await readCard(harness, sam, task.sid);
  expect(email).toEqual({ state: 'sent', recipients: 1, sentAt: expect.any(String) });
});

test("the card says why a withheld number is not dialed, and lists the caller's other open tasks", async () => {
  const harness = await openHarness();
  await harness.leaveVoicemail({ from: '+266696687' });
  await harness.advance(60_000);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const [withheld] = harness.productTasks();
  harness.accept(sam, withheld!.sid);
  expect(await readCard(harness, sam, withheld!.sid)).toMatchObject({ callBlock: 'number-withheld', otherTasks: [] });
  for (let n = 0; n < 2; n += 1) await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [, first, second] = harness.productTasks();
  const ana = harness.signIn('ana');
  await harness.advance(1_000);
  harness.accept(ana, first!.sid);
  expect((await readCard(harness, ana, first!.sid)).otherTasks).toMatchObject([
    { taskSid: second!.sid, taskType: 'voicemail' },
  ]);
});
