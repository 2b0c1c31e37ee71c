import { pickUp } from '../support/confirmation';
import { dialedCalls, hangUp, leaveUnanswered, pickUpDialed, talk } from '../support/dialed-calls';
import { closeHarnesses, type HarnessOptions, openHarnessOverHttp } from '../support/harness';
import { listenLinkOf, press, readInbox, sendAct } from '../support/listen-links';

afterEach(closeHarnesses);

/** "Call through our number": rings the recipient's telephone, and once they press 1, the caller. */
const MINUTE = 60_000;
const ANA = { address: 'ana@example.com', name: 'Ana Ruiz', phone: '+12025550167' };
const BO = { address: 'bo@example.com' };
const CALLER = '+12025550123';
const CALLS = { host: 'api.twilio.com', method: 'POST', path: /Calls\.json$/ } as const;
const QUESTION = /To call them now, press 1/;

async function mailVoicemail({ settings, ...options }: HarnessOptions = {}, from = CALLER) {
  const harness = await openHarnessOverHttp({
    ...options,
    settings: { recipients: [ANA, BO], inbox_call: true, closing_email: true, ...settings },
  });
  await harness.leaveVoicemail({ from });
  await harness.advance(MINUTE);
  const mails = await harness.mails();
  const linkTo = ({ address }: { address: string }) => listenLinkOf(mails.find(({ to }) => to[0] === address)!);
  return { harness, mails, ana: linkTo(ANA), bo: linkTo(BO) };
}

type Mailed = Awaited<ReturnType<typeof mailVoicemail>>;
const placed = ({ harness }: Mailed) => harness.voice.list().filter(({ direction }) => direction === 'outbound-api');
const said = async ({ harness, ana }: Mailed) => (await readInbox(harness, ana)).said;

test('rings the recipient first, then the caller, who sees the number that they dialed', async () => {
  const mailed = await mailVoicemail({ settings: { organization: 'Smith & Sons' } });
  const { harness, ana, bo } = mailed;
  expect(mailed.mails[0]!.text).toMatch(/Call through our number: \S+#call/);
  expect((await press(harness, ana, 'call')).status).toBe(303);
  expect(placed(mailed)).toMatchObject([{ from: harness.numbers.support, to: ANA.phone, status: 'ringing' }]);
  expect(await said(mailed)).toEqual([
    expect.stringMatching(/^You took this voicemail, /),
    'We are calling your telephone ending in 67. Answer it and press 1.',
  ]);
  expect((await readInbox(harness, bo)).said).toEqual([expect.stringMatching(/^Ana Ruiz took this voicemail, /)]);

  const recipient = await pickUp(harness);
  await recipient.waitForPrompt(QUESTION);
  expect(recipient.prompts()[0]).toBe('This is an automated call from Smith & Sons.');
  expect(dialedCalls(harness)).toEqual([]);
  recipient.press('1');
  await harness.clock.settle();
  expect(dialedCalls(harness, recipient)).toMatchObject([{ from: harness.numbers.support, to: CALLER }]);
  expect((await said(mailed))[1]).toBe('You answered, and we are calling the caller.');
  const caller = await pickUpDialed(harness, recipient);
  await talk(harness, 192);
  await hangUp(harness, caller);
  await harness.advance(MINUTE);
  expect(recipient.status()).toBe('completed');
  expect((await said(mailed))[1]).toBe('Your call to the caller lasted 3:12.');

  await press(harness, ana, 'finish');
  for (let n = 0; n < 2; n += 1) {
    await harness.advance(5 * MINUTE);
    await harness.runOutboxSweep();
  }
  const closings = (await harness.mails()).filter(({ subject }) => subject.startsWith('Re: '));
  expect(closings.map(({ text }) => text)).toEqual(
    [0, 1].map(() => expect.stringMatching(/^Handled by Ana Ruiz, .*\s+The last call to the caller lasted 3:12\./)),
  );
});

test.each([
  ['nobody picks up', 'Your telephone was not answered, or 1 was not pressed.'],
  ['a voicemail box picks up', 'Your telephone was not answered, or 1 was not pressed.'],
  ['the caller is busy', 'The caller could not be reached.'],
  ['the caller does not pick up', 'The caller could not be reached.'],
])('when %s, the page says so, and a new call may be made', async (what, sentence) => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  await press(harness, ana, 'call');
  if (what !== 'nobody picks up') {
    const recipient = await pickUp(harness);
    if (what.startsWith('a voicemail'))
      while (recipient.status() === 'in-progress') await recipient.speak(harness.sample);
    else {
      await recipient.waitForPrompt(QUESTION);
      recipient.press('1');
      await harness.clock.settle();
      await leaveUnanswered(harness, what.endsWith('busy') ? 'busy' : 'no-answer', recipient);
      await recipient.waitForPrompt(/could not be reached/);
    }
  }
  await harness.advance(5 * MINUTE);
  expect((await said(mailed))[1]).toBe(sentence);
  expect((await readInbox(harness, ana)).acts).toContain('call');
  expect((await press(harness, ana, 'call')).status).toBe(303);
  expect(placed(mailed)).toHaveLength(2);
});

test('when the recipient hangs up first, the caller’s call ends and its length is known', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  await press(harness, ana, 'call');
  const recipient = await pickUp(harness);
  await recipient.waitForPrompt(QUESTION);
  recipient.press('1');
  await harness.clock.settle();
  const caller = await pickUpDialed(harness, recipient);
  await talk(harness, 61);
  await hangUp(harness, recipient);
  await harness.advance(MINUTE);
  expect(caller.status()).toBe('completed');
  expect((await said(mailed))[1]).toMatch(/^(Your call to the caller lasted 1:01|The call is over)\.$/);
});

test('a second press, and one from a page opened before, call nobody else', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  const [first, second] = [(await readInbox(harness, ana)).token, (await readInbox(harness, ana)).token];
  const answers = await Promise.all([
    sendAct(harness, ana, { act: 'call', page: first }),
    sendAct(harness, ana, { act: 'call', page: first }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([303, 303]);
  expect(await sendAct(harness, ana, { act: 'call', page: second })).toMatchObject({ title: 'A call is under way' });
  expect(placed(mailed)).toHaveLength(1);
});

test('when the answer to the call’s request is lost, nobody is called a second time', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  const { token } = await readInbox(harness, ana);
  harness.injectFault({ ...CALLS, kind: 'done-then-reset', times: 1 });
  for (let n = 0; n < 2; n += 1) expect((await sendAct(harness, ana, { act: 'call', page: token })).status).toBe(303);
  expect(placed(mailed)).toHaveLength(1);
  const recipient = await pickUp(harness);
  await recipient.waitForPrompt(QUESTION);
  recipient.press('1');
  await harness.clock.settle();
  expect(dialedCalls(harness, recipient)).toHaveLength(1);
});

test('a call that Twilio refuses is not counted, and the page can be tried again', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  const remove = harness.injectFault({ ...CALLS, kind: 'status', status: 400 });
  expect((await press(harness, ana, 'call')).status).toBe(503);
  remove();
  expect((await press(harness, ana, 'call')).status).toBe(303);
  expect(placed(mailed)).toHaveLength(1);
});

test('the telephone comes from the settings alone: no field of the page gives one', async () => {
  const { harness, bo } = await mailVoicemail();
  const page = await readInbox(harness, bo);
  expect(page.acts).toEqual(['take', 'remind']);
  const path = '/features/callback-and-voicemail-with-email/media/act';
  const link = new URL(bo).searchParams.get('link')!;
  for (const field of ['phone', 'to', 'Phone']) {
    const answer = await harness.postForm(path, { link, page: page.token, act: 'call', [field]: '+12025550188' });
    expect([answer.status, (await answer.text()).includes('Your telephone cannot be called')]).toEqual([409, true]);
  }
});

test.each([
  ['a premium number', '+19005550123'],
  ['of a country that is not allowed', '+447911123456'],
  ['the caller’s own', CALLER],
])('a telephone that is %s is not called', async (_what, phone) => {
  const mailed = await mailVoicemail({ settings: { recipients: [{ ...ANA, phone }, BO] } });
  expect(await press(mailed.harness, mailed.ana, 'call')).toMatchObject({ status: 409 });
  expect(placed(mailed)).toEqual([]);
});

test.each([
  ['withheld their number', 'anonymous'],
  ['shows a premium number', '+19005550123'],
])('a caller who %s is not called', async (_what, from) => {
  const mailed = await mailVoicemail({}, from);
  const { token } = await readInbox(mailed.harness, mailed.ana);
  expect(mailed.mails[0]!.text.includes('Call through our number')).toBe(from !== 'anonymous');
  expect((await sendAct(mailed.harness, mailed.ana, { act: 'call', page: token })).status).toBe(403);
  expect(placed(mailed)).toEqual([]);
});

test('where callers must confirm, one whose number is not verified is not called', async () => {
  const mailed = await mailVoicemail({ environment: { UNVERIFIED_CALLERS: 'confirm' } });
  expect((await readInbox(mailed.harness, mailed.ana)).acts).toEqual(['take', 'remind']);
});

test('the URLs of the call are ours alone', async () => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'call');
  for (const page of ['inbox-call', 'inbox-call-status']) {
    const answer = await harness.post(`studio/${page}`, {
      CallSid: `CA${'1'.repeat(32)}`,
      entry: 'x',
      attempt: 'y',
      Digits: '1',
    });
    expect(answer.status === 403 || /went wrong/.test(await answer.text())).toBe(true);
  }
  expect(dialedCalls(harness)).toEqual([]);
});

test('a call for a voicemail that was handled meanwhile dials nobody', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  await press(harness, ana, 'call');
  await press(harness, ana, 'finish');
  const recipient = await pickUp(harness);
  await harness.advance(MINUTE);
  expect(recipient.status()).toBe('completed');
  expect(dialedCalls(harness)).toEqual([]);
});

test('when an agent accepts the task while the telephone rings, the caller is not called', async () => {
  const mailed = await mailVoicemail();
  const { harness, ana } = mailed;
  await press(harness, ana, 'call');
  const sam = harness.signIn('sam', ['agent'], 'Available');
  await harness.advance(1_000);
  harness.accept(sam, harness.productTasks()[0]!.sid);
  const recipient = await pickUp(harness);
  await recipient.waitForPrompt(QUESTION);
  recipient.press('1');
  await recipient.waitForPrompt(/An agent takes care of this voicemail now/);
  expect(dialedCalls(harness)).toEqual([]);
});
