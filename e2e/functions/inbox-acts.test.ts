import { closeHarnesses, type Harness, type HarnessOptions, openHarnessOverHttp } from '../support/harness';
import { listenLinkOf, press, readInbox, sendAct } from '../support/listen-links';
import { readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** Recipients act from the page behind their link: what they take, finish and put off is seen by everybody else. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ANA = { address: 'ana@example.com', name: 'Ana <b>Ruiz</b>' };
const BO = { address: 'bo@example.com' };
const MESSAGES = { host: 'api.mailgun.net', path: /messages$/ };
const TASKS = { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks\/WT/ } as const;

async function mailVoicemail({ settings, ...options }: HarnessOptions = {}) {
  const harness = await openHarnessOverHttp({
    ...options,
    settings: { recipients: [ANA, BO], closing_email: true, ...settings },
  });
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  const mails = await harness.mails();
  const linkTo = ({ address }: { address: string }) => listenLinkOf(mails.find(({ to }) => to[0] === address)!);
  const [task] = harness.productTasks();
  return { harness, mails, ana: linkTo(ANA), bo: linkTo(BO), taskSid: task!.sid };
}

async function sweep(harness: Harness, ms = 5 * MINUTE) {
  await harness.advance(ms);
  expect((await harness.runOutboxSweep()).status).toBe(200);
}

/** Sam accepts the task that is offered. */
async function acceptBySam(harness: Harness, taskSid: string) {
  const sam = harness.signIn('sam', ['agent'], 'Available', { full_name: 'Sam Rivera' });
  await harness.advance(1_000);
  return { sam, reservation: harness.accept(sam, taskSid) };
}

const ownAttributes = (harness: Harness) =>
  harness.productTasks().at(-1)!.attributes.callback_and_voicemail as Record<string, unknown>;
const readHistory = async (harness: Harness) => {
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const answer = await harness.postFlex('email-history', token);
  return ((await answer.json()) as { items: { task: object }[] }).items;
};

test('a mail with the recording attached leads to a page, where each act has its button', async () => {
  const { harness, mails, ana } = await mailVoicemail();
  const [mail] = mails;
  expect(mail!.attachments).toHaveLength(1);
  expect(mail!.text).toMatch(/I’ll take it: \S+#take/);
  expect(mail!.text).toMatch(/Remind me later: \S+#remind/);
  expect(mail!.text).not.toMatch(/Call through our number/);
  expect(await readInbox(harness, ana)).toMatchObject({ said: [], acts: ['take', 'remind'] });
});

test('opening the link, as mail scanners do, and asking for the acts without the page do nothing', async () => {
  const { harness, ana } = await mailVoicemail();
  for (let n = 0; n < 5; n += 1) await readInbox(harness, ana);
  for (const page of ['', 'x.y.z', (await readInbox(harness, ana)).token.replace(/.$/, '_')])
    expect(await sendAct(harness, ana, { act: 'take', page })).toMatchObject({
      ...{ status: 409, title: 'The page was open too long' },
    });
  const direct = await harness.get(`${new URL(ana).pathname.replace(/listen$/, 'act')}${new URL(ana).search}&act=take`);
  expect(direct.status).toBe(409);
  expect((await readInbox(harness, ana)).said).toEqual([]);
});

test('whoever takes a voicemail is named on the task, the card, the history, and the others’ pages', async () => {
  const { harness, ana, bo, taskSid } = await mailVoicemail();
  expect(await press(harness, ana, 'take')).toMatchObject({
    status: 303,
    location: expect.stringMatching(/^listen\?link=[\w.-]+#acts$/),
  });
  expect(await readInbox(harness, ana)).toMatchObject({
    said: [expect.stringMatching(/^You took this voicemail, \d{1,2}:\d\d.[AP]M\.$/)],
    acts: ['finish', 'give-back', 'remind'],
  });
  expect(await readInbox(harness, bo)).toMatchObject({
    said: [expect.stringMatching(/^Ana &#60;b&#62;Ruiz&#60;\/b&#62; took this voicemail, /)],
    acts: ['remind'],
  });
  expect(ownAttributes(harness)).toMatchObject({ taken_by: ANA.name, taken_at: expect.any(String) });
  expect(await readHistory(harness)).toMatchObject([
    { task: { state: 'waiting', takenFromEmail: { by: ANA.name, at: expect.any(String) } } },
  ]);
  const { sam } = await acceptBySam(harness, taskSid);
  expect(await readCard(harness, sam, taskSid)).toMatchObject({ takenFromEmail: { by: ANA.name } });
});

test('of two who press at once, one has it, and the other reads who', async () => {
  const { harness, ana, bo } = await mailVoicemail();
  const answers = await Promise.all([press(harness, ana, 'take'), press(harness, bo, 'take')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  const pages = await Promise.all([readInbox(harness, ana), readInbox(harness, bo)]);
  expect(pages.map(({ said }) => said.join()).filter((text) => text.startsWith('You took'))).toHaveLength(1);
});

test('a second press of the same button changes nothing', async () => {
  const { harness, ana } = await mailVoicemail();
  const { token } = await readInbox(harness, ana);
  const first = await sendAct(harness, ana, { act: 'take', page: token });
  const { said } = await readInbox(harness, ana);
  await harness.advance(5 * MINUTE);
  const second = await sendAct(harness, ana, { act: 'take', page: token });
  expect([first.status, second.status]).toEqual([303, 303]);
  expect((await readInbox(harness, ana)).said).toEqual(said);
});

test('what was taken is finished: no agent is offered it, and the closing mail says by whom', async () => {
  const { harness, ana, bo, taskSid } = await mailVoicemail();
  await press(harness, ana, 'take');
  expect((await press(harness, ana, 'finish')).status).toBe(303);
  expect(harness.world.tasks.get(taskSid)).toMatchObject({
    ...{ assignmentStatus: 'canceled', reason: 'Handled from the email' },
  });
  expect(await readInbox(harness, bo)).toMatchObject({
    said: [expect.stringMatching(/^Handled by Ana &#60;b&#62;Ruiz&#60;\/b&#62;, /)],
    acts: [],
  });
  await sweep(harness);
  await sweep(harness);
  const closings = (await harness.mails()).filter(({ subject }) => subject.startsWith('Re: '));
  expect(closings.map(({ text }) => text)).toEqual(
    [0, 1].map(() => expect.stringMatching(/^Handled by Ana <b>Ruiz<\/b>, /)),
  );
  expect(await readHistory(harness)).toMatchObject([{ task: { state: 'handled', by: ANA.name } }]);
  expect(await harness.indexKeys()).toEqual([]);
});

test('given back, it is free again for everybody', async () => {
  const { harness, ana, bo } = await mailVoicemail();
  await press(harness, ana, 'take');
  await press(harness, ana, 'give-back');
  expect(ownAttributes(harness)).not.toHaveProperty('taken_by');
  expect(await readInbox(harness, bo)).toMatchObject({ said: [], acts: ['take', 'remind'] });
  expect((await press(harness, bo, 'take')).status).toBe(303);
});

test('while an agent has the task, nobody takes or finishes it', async () => {
  const { harness, ana, bo, taskSid } = await mailVoicemail();
  await press(harness, ana, 'take');
  const pageOfAna = (await readInbox(harness, ana)).token;
  const { sam } = await acceptBySam(harness, taskSid);
  expect(await sendAct(harness, ana, { act: 'finish', page: pageOfAna })).toMatchObject({
    ...{ status: 409, title: 'An agent has it' },
  });
  await readCard(harness, sam, taskSid);
  await harness.advance(1_000);
  expect(await readInbox(harness, bo)).toMatchObject({
    said: [expect.stringMatching(/^Sam Rivera has this voicemail in Flex since /)],
    acts: ['remind'],
  });
});

test('after it was handled, a page that is still open does nothing', async () => {
  const { harness, ana, bo } = await mailVoicemail();
  const stale = (await readInbox(harness, bo)).token;
  await press(harness, ana, 'take');
  await press(harness, ana, 'finish');
  for (const act of ['take', 'finish', 'give-back'])
    expect((await sendAct(harness, bo, { act, page: stale })).title).toBe('It is handled already');
});

test.each([
  ['take', { inbox_take: false }],
  ['finish', { inbox_take: false }],
  ['remind', { inbox_remind: false }],
  ['call', {}],
])('where the settings do not offer it, %s is refused', async (act, settings) => {
  const { harness, ana } = await mailVoicemail({ settings });
  const other = (await readInbox(harness, ana)).token;
  expect(await sendAct(harness, ana, { act, page: other, when: 'hour' })).toMatchObject({
    ...{ status: 403, title: 'This is not offered' },
  });
});

test.each([
  ['hour', HOUR],
  ['four-hours', 4 * HOUR],
])('a reminder comes after the time that was chosen (%s), once, in the same conversation', async (when, ms) => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'remind', when);
  expect((await readInbox(harness, ana)).said).toEqual([expect.stringMatching(/^You will be reminded by email, /)]);
  await sweep(harness, ms - 2 * MINUTE);
  const reminders = async () => (await harness.mails()).filter(({ text }) => /^Reminder: /.test(text));
  expect(await reminders()).toEqual([]);
  for (let n = 0; n < 3; n += 1) await sweep(harness);
  const [reminder, ...more] = await reminders();
  expect(more).toEqual([]);
  expect(reminder).toMatchObject({ to: [ANA.address], subject: expect.stringMatching(/^Re: Voicemail from /) });
  expect(reminder!.header('references')).toContain('<thread-');
  expect((await readInbox(harness, listenLinkOf(reminder!))).acts).toContain('take');
});

test('nobody is reminded of what was handled meanwhile, or of what they get no mail about any more', async () => {
  const { harness, ana, bo } = await mailVoicemail();
  await press(harness, ana, 'remind', 'hour');
  await press(harness, bo, 'remind', 'hour');
  await harness.setSettings({ recipients: [BO], closing_email: false });
  await press(harness, bo, 'take');
  await press(harness, bo, 'finish');
  for (let n = 0; n < 3; n += 1) await sweep(harness, HOUR);
  expect((await harness.mails()).filter(({ text }) => /^Reminder: /.test(text))).toEqual([]);
  expect(await harness.indexKeys()).toEqual([]);
});

test.each([
  ['reminders are', { inbox_remind: false }],
  ['emails are', { enabled: false }],
])('once %s switched off, nobody is reminded', async (_what, change) => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'remind', 'hour');
  await harness.setSettings({ recipients: [ANA, BO], ...change });
  for (let n = 0; n < 3; n += 1) await sweep(harness, HOUR);
  expect((await harness.mails()).filter(({ text }) => /^Reminder: /.test(text))).toEqual([]);
});

test('whoever has a voicemail is known by their address, in whichever case its domain is spelt', async () => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'take');
  await press(harness, ana, 'remind', 'hour');
  await harness.setSettings({ recipients: [{ ...ANA, address: 'ana@Example.COM' }, BO] });
  expect(await readInbox(harness, ana)).toMatchObject({
    said: [expect.stringMatching(/^You took this voicemail, /), expect.stringMatching(/^You will be reminded /)],
    acts: ['finish', 'give-back', 'remind'],
  });
  await sweep(harness, HOUR);
  expect((await harness.mails()).filter(({ text }) => /^Reminder: /.test(text))).toHaveLength(1);
  expect((await press(harness, ana, 'give-back')).status).toBe(303);
  expect(await readInbox(harness, ana)).toMatchObject({ said: [], acts: ['take', 'remind'] });
});

test('what was taken can be given back, also once taking is switched off', async () => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'take');
  await harness.setSettings({ recipients: [ANA, BO], inbox_take: false });
  expect((await readInbox(harness, ana)).acts).toEqual(['give-back', 'remind']);
  expect((await press(harness, ana, 'give-back')).status).toBe(303);
  expect(ownAttributes(harness)).not.toHaveProperty('taken_by');
});

test('after an agent has tried and put it back, it is free for everybody, on the new task, too', async () => {
  const { harness, ana, bo, taskSid } = await mailVoicemail();
  await press(harness, ana, 'take');
  const { sam } = await acceptBySam(harness, taskSid);
  expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: taskSid })).status).toBe(200);
  expect(ownAttributes(harness)).not.toHaveProperty('taken_by');
  expect(await readInbox(harness, bo)).toMatchObject({ said: [], acts: ['take', 'remind'] });
  expect((await press(harness, bo, 'take')).status).toBe(303);
  expect(ownAttributes(harness)).toMatchObject({ taken_by: BO.address });
});

test('a voicemail that was finished after its name could not be written to the task closes all the same', async () => {
  const { harness, ana } = await mailVoicemail();
  const remove = harness.injectFault({ ...TASKS, kind: 'status', status: 500 });
  await press(harness, ana, 'take');
  remove();
  await press(harness, ana, 'finish');
  for (let n = 0; n < 3; n += 1) await sweep(harness);
  expect((await harness.mails()).filter(({ text }) => /^Handled by /.test(text))).toHaveLength(2);
  expect(await harness.indexKeys()).toEqual([]);
});

test('a reminder waits while the provider is down', async () => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'remind', 'hour');
  const remove = harness.injectFault({ ...MESSAGES, kind: 'status', status: 429 });
  for (let n = 0; n < 3; n += 1) await sweep(harness, HOUR);
  remove();
  await sweep(harness, HOUR);
  await sweep(harness, HOUR);
  expect((await harness.mails()).filter(({ text }) => /^Reminder: /.test(text))).toHaveLength(1);
});

test('when TaskRouter does not take the name, a sweep writes it', async () => {
  const { harness, ana } = await mailVoicemail();
  const remove = harness.injectFault({ ...TASKS, kind: 'status', status: 500 });
  expect((await press(harness, ana, 'take')).status).toBe(303);
  expect(ownAttributes(harness)).not.toHaveProperty('taken_by');
  remove();
  await sweep(harness);
  expect(ownAttributes(harness)).toMatchObject({ taken_by: ANA.name });
});

test('when the answer to the cancellation is lost, finishing is done all the same', async () => {
  const { harness, ana, taskSid } = await mailVoicemail();
  await press(harness, ana, 'take');
  harness.injectFault({ ...TASKS, kind: 'done-then-reset', times: 1 });
  expect((await press(harness, ana, 'finish')).status).toBe(303);
  expect(harness.world.tasks.get(taskSid)!.assignmentStatus).toBe('canceled');
  expect((await readInbox(harness, ana)).said[0]).toMatch(/^Handled by /);
});

test('a task that was canceled for its recipient, by an invocation that died, counts as handled by them', async () => {
  const { harness, ana } = await mailVoicemail();
  await press(harness, ana, 'take');
  const remove = harness.injectFault({
    host: 'sync.twilio.com',
    method: 'POST',
    path: /Documents\/voicemail-/,
    kind: 'status',
    status: 500,
  });
  const answer = await press(harness, ana, 'finish');
  expect(answer).toMatchObject({ status: 503, title: 'We do not know whether that was done' });
  remove();
  for (let n = 0; n < 3; n += 1) await sweep(harness);
  expect(await readHistory(harness)).toMatchObject([{ task: { state: 'handled', by: ANA.name } }]);
});

test('everything is in the audit, by the recipient’s address, and refusals too', async () => {
  const { harness, ana, bo } = await mailVoicemail();
  const stale = (await readInbox(harness, bo)).token;
  await press(harness, ana, 'take');
  await harness.advance(1_000);
  await sendAct(harness, bo, { act: 'take', page: stale });
  await harness.advance(1_000);
  await press(harness, ana, 'remind', 'tomorrow');
  await harness.advance(1_000);
  await press(harness, ana, 'finish');
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const items = (await harness.readAudit(sue)).filter(({ act }) => act.startsWith('inbox-'));
  expect(
    items.reverse().map(({ act, identity, result, code, detail }) => [act, identity, result, code ?? detail]),
  ).toEqual([
    ['inbox-take', ANA.address, 'allowed', undefined],
    ['inbox-take', BO.address, 'refused', 'taken-by-other'],
    ['inbox-remind', ANA.address, 'allowed', 'tomorrow'],
    ['inbox-finish', ANA.address, 'allowed', undefined],
  ]);
});

test('a link is good for twenty acts an hour', async () => {
  const { harness, ana } = await mailVoicemail();
  const { token } = await readInbox(harness, ana);
  const answers: Awaited<ReturnType<typeof sendAct>>[] = [];
  for (let n = 0; n < 21; n += 1)
    answers.push(await sendAct(harness, ana, { act: n % 2 === 0 ? 'take' : 'give-back', page: token }));
  expect(answers.slice(0, 20).map(({ status }) => status)).toEqual(new Array(20).fill(303));
  expect(answers.at(-1)).toMatchObject({ status: 429, title: 'Too much was asked by this link' });
});

test('mails without personal data offer no page', async () => {
  const harness = await openHarnessOverHttp({ settings: { recipients: [ANA], email_content: 'link-only' } });
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  const [mail] = await harness.mails();
  expect(`${mail!.text}${mail!.html}`).not.toMatch(/media\/listen|take it/);
});
