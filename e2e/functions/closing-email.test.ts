import { ask, pickUp, QUESTION } from '../support/confirmation';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** When a voicemail is handled, its recipients get one more email: who handled it, and when, in the same thread. */
const MINUTE = 60_000;
const ANA = 'ana@example.com';
const BO = 'bo@example.com';
const settings = { recipients: [{ address: ANA }, { address: BO }], closing_email: true };
const MESSAGES = { host: 'api.mailgun.net', path: /messages$/ };

const open = (options: HarnessOptions = {}) => openHarness({ settings, ...options });

async function sweep(harness: Harness, times = 1) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * MINUTE);
    expect((await harness.runOutboxSweep()).status).toBe(200);
  }
}

/** Sam takes the task, may call the caller for that long, and completes it. */
async function handle(harness: Harness, talkMs = 0) {
  const sam = harness.signIn('sam', ['agent'], 'Available', { full_name: 'Sam <b>Rivera</b>' });
  await harness.advance(1_000);
  const [task] = harness.productTasks();
  const reservation = harness.accept(sam, task!.sid);
  if (talkMs > 0) await callCaller(harness, String(task!.attributes.from), talkMs);
  harness.world.taskRouter.complete(reservation);
}

async function callCaller(harness: Harness, to: string, talkMs: number) {
  const sid = harness.voice.startOutboundCall({ from: '+12025550100', to });
  harness.voice.pickUp(sid);
  await harness.advance(talkMs);
  harness.voice.hangUp(sid);
}

async function handleVoicemail(harness: Harness, talkMs?: number) {
  const caller = await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  await handle(harness, talkMs);
  return caller;
}

async function mailsByKind(harness: Harness) {
  const mails = await harness.mails();
  const isClosing = ({ subject }: { subject: string }) => subject.startsWith('Re: ');
  const sorted = (list: typeof mails) => list.sort((a, b) => a.to[0]!.localeCompare(b.to[0]!));
  return { closings: sorted(mails.filter(isClosing)), voicemails: sorted(mails.filter((mail) => !isClosing(mail))) };
}

test('says who handled a voicemail, when, and how long the call was, in the thread of its email', async () => {
  const harness = await open();
  await handleVoicemail(harness, 192_000);
  await sweep(harness);
  const { closings, voicemails } = await mailsByKind(harness);
  expect(closings.map(({ to }) => to)).toEqual([[ANA], [BO]]);
  const [closing, voicemail] = [closings[0]!, voicemails[0]!];
  expect(closing.text).toMatch(
    /^Handled by Sam <b>Rivera<\/b>, \d{1,2}:\d\d\s[AP]M\.\s+The last call to the caller lasted 3:12\./,
  );
  expect(closing.html).toContain('Sam &#60;b&#62;Rivera&#60;/b&#62;');
  expect(closing.subject).toBe(`Re: ${voicemail.subject}`);
  expect(closing.header('in-reply-to')).toBe(voicemail.header('message-id'));
  // A reader finds all emails of a caller and queue under one root, which tells nothing.
  const root = voicemail.header('references');
  expect(root).toMatch(/^<thread-[\w-]{22}@mg\.example\.com>$/);
  expect(closing.header('references')).toBe(`${root} ${voicemail.header('message-id')}`);
  expect(closing.attachments).toEqual([]);
});

test.each([
  ['1', 0, undefined],
  ['1', 192_000, '3:12'],
  ['9', 0, undefined],
])(
  'the call that asks the caller, who presses %s, counts as none; an agent talked %i ms',
  async (key, talkMs, said) => {
    const harness = await open({ environment: { UNVERIFIED_CALLERS: 'confirm' } });
    await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    const reservation = harness.accept(sam, task!.sid);
    await ask({ harness, sam, taskSid: task!.sid });
    const called = await pickUp(harness);
    await called.waitForPrompt(QUESTION);
    await harness.advance(2_000);
    called.press(key);
    await harness.advance(MINUTE);
    if (talkMs > 0) await callCaller(harness, String(task!.attributes.from), talkMs);
    harness.world.taskRouter.complete(reservation);
    await sweep(harness);
    const [closing] = (await mailsByKind(harness)).closings;
    expect(/lasted (\d+:\d\d)/.exec(closing!.text)?.[1]).toBe(said);
  },
);

test('is sent once, however many sweeps come, and leaves nothing to do', async () => {
  const harness = await open();
  await handleVoicemail(harness);
  await sweep(harness, 4);
  const { closings } = await mailsByKind(harness);
  expect(closings.map(({ to }) => to)).toEqual([[ANA], [BO]]);
  expect(closings[0]!.text).not.toMatch(/lasted/);
  expect(await harness.indexKeys()).toEqual([]);
});

test.each([
  ['the settings want none', { settings: { ...settings, closing_email: false } }],
  ['email was switched off meanwhile', {}],
])('when %s, there is none', async (title, options) => {
  const harness = await open(options);
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  if (title.startsWith('email')) await harness.setSettings({ ...settings, enabled: false });
  await handle(harness);
  await sweep(harness, 2);
  expect((await mailsByKind(harness)).closings).toEqual([]);
  expect(await harness.indexKeys()).toEqual([]);
});

test('without personal data in mails, it names nobody and no length', async () => {
  const harness = await open({ settings: { ...settings, email_content: 'link-only' } });
  await handleVoicemail(harness, 60_000);
  await sweep(harness);
  const [closing] = (await mailsByKind(harness)).closings;
  expect(closing!.text).toMatch(/^Handled, \d{1,2}:\d\d [AP]M\./);
  expect(`${closing!.subject} ${closing!.text} ${closing!.html}`).not.toMatch(/Sam|lasted|\+1/);
});

test('those who were refused the voicemail, or may get none any more, are told nothing', async () => {
  const harness = await open();
  harness.setMailDomainStatus({ authorizedRecipients: [ANA] });
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  harness.setMailDomainStatus({});
  await handle(harness);
  await sweep(harness, 2);
  expect((await mailsByKind(harness)).closings.map(({ to }) => to)).toEqual([[ANA]]);
});

test('while the provider is down it waits; when its answer is lost, it is not sent again', async () => {
  const harness = await open();
  await handleVoicemail(harness);
  const remove = harness.injectFault({ ...MESSAGES, kind: 'status', status: 429 });
  await sweep(harness, 2);
  expect((await mailsByKind(harness)).closings).toEqual([]);
  remove();
  harness.injectFault({ ...MESSAGES, kind: 'done-then-no-answer', times: 1 });
  await sweep(harness, 8);
  expect((await mailsByKind(harness)).closings.map(({ to }) => to)).toEqual([[ANA], [BO]]);
});

test('recipients whom the provider did not take it for get it later, alone, and nobody gets it twice', async () => {
  const harness = await open({ environment: { EMAIL_HOURLY_LIMITS: 'mailgun=3' } });
  await handleVoicemail(harness);
  await sweep(harness);
  expect((await mailsByKind(harness)).closings).toHaveLength(1);
  await sweep(harness, 14);
  expect((await mailsByKind(harness)).closings.map(({ to }) => to)).toEqual([[ANA], [BO]]);
  expect(await harness.indexKeys()).toEqual([]);
});

test('a ticket system is told without the headers that make it ignore mails', async () => {
  const recipients = [{ address: ANA }, { address: BO, service_desk: true }];
  const harness = await open({ settings: { ...settings, recipients } });
  await handleVoicemail(harness);
  await sweep(harness);
  const { closings } = await mailsByKind(harness);
  expect(closings.map((mail) => [mail.to[0], mail.header('auto-submitted')])).toEqual([
    [ANA, 'auto-generated'],
    [BO, undefined],
  ]);
});

test('where a worker that does not run was to send it, a sweep does', async () => {
  const harness = await open({ environment: { NOTIFICATION_QUEUE: 'event-streams' } });
  await harness.leaveVoicemail();
  await sweep(harness, 2);
  await handle(harness);
  await sweep(harness, 3);
  expect((await mailsByKind(harness)).closings.map(({ to }) => to)).toEqual([[ANA], [BO]]);
  expect(await harness.indexKeys()).toEqual([]);
});

test('callers without a number share no thread', async () => {
  const harness = await open();
  await harness.leaveVoicemail({ from: '+266696687' });
  await harness.advance(MINUTE);
  const [mail] = (await mailsByKind(harness)).voicemails;
  expect(mail!.header('references')).toBeUndefined();
});

test('two voicemails of one caller for one queue are in one thread; another caller has another', async () => {
  const harness = await open({ settings: { recipients: [{ address: ANA }] } });
  for (const from of ['+12025550123', '+12025550123', '+12025550124']) {
    await harness.leaveVoicemail({ from });
    await harness.advance(MINUTE);
  }
  const roots = (await mailsByKind(harness)).voicemails.map((mail) => mail.header('references'));
  expect(roots).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  expect(new Set(roots).size).toBe(2);
});
