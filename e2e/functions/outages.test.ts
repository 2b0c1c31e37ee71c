import type { EmailHistoryResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** What a scheduler does. */
async function everyFiveMinutes(harness: Harness, times: number) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}

const MAIL = { host: 'api.mailgun.net', method: 'POST' } as const;
test.each([
  ['answers 500', { ...MAIL, kind: 'status', status: 500 }],
  ['answers 429', { ...MAIL, kind: 'status', status: 429 }],
  ['answers 401 (a wrong key)', { ...MAIL, kind: 'status', status: 401 }],
  ['resets the connection', { ...MAIL, kind: 'reset' }],
  ['never answers', { ...MAIL, kind: 'no-answer' }],
  ['answers garbage', { ...MAIL, kind: 'garbage' }],
] as const)('Mailgun %s for an hour: the mail arrives afterwards, once', async (_how, fault) => {
  const harness = await openHarness();
  const removeFault = harness.injectFault(fault);
  await harness.leaveVoicemail();
  await everyFiveMinutes(harness, 12);
  expect(await harness.mails()).toEqual([]);
  expect(harness.productTasks()).toHaveLength(1);
  removeFault();
  await everyFiveMinutes(harness, 12);
  expect(await harness.mails()).toHaveLength(1);
  await everyFiveMinutes(harness, 12);
  expect(await harness.mails()).toHaveLength(1);
});

test.each(['done-then-reset', 'done-then-no-answer'] as const)(
  'when the response to a sent email is lost (%s), queries Mailgun and does not resend',
  async (kind) => {
    const harness = await openHarness();
    harness.injectFault({ ...MAIL, kind, times: 1 });
    const caller = await harness.leaveVoicemail();
    await everyFiveMinutes(harness, 4);
    expect(await harness.mails()).toHaveLength(1);
    expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sent' } });
  },
);

test('when a response is lost and Mailgun cannot tell, resends under the same Message-ID and marks it', async () => {
  const harness = await openHarness();
  harness.injectFault({ ...MAIL, kind: 'done-then-reset', times: 1 });
  harness.injectFault({ host: 'api.mailgun.net', method: 'GET', kind: 'status', status: 500 });
  const caller = await harness.leaveVoicemail();
  await everyFiveMinutes(harness, 4);
  const mails = await harness.mails();
  expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    email: { state: 'sent', possibleDuplicate: true },
  });
});

/** The mail goes out beside the claim, and its last bytes wait for it (ADR 0139). */
test.each([
  ['is refused', 'status'],
  ['is lost before it is written', 'reset'],
  ['is written, and its answer lost', 'done-then-reset'],
] as const)('when the claim %s, the begun mail is not taken, and one comes later', async (_how, kind) => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample);
  const id = `voicemail-${caller.sid}-1`;
  const claim = { host: 'sync.twilio.com', method: 'POST', path: new RegExp(`Documents/${id}`) } as const;
  const removeFault = harness.injectFault({ ...claim, kind, status: 500 });
  const mark = harness.requestCount();
  caller.hangUp();
  await harness.advance(60_000);
  const begun = harness.requestsSince(mark).filter(({ host, method }) => host === MAIL.host && method === MAIL.method);
  expect(begun.length).toBeGreaterThan(0);
  expect(await harness.mails()).toEqual([]);
  removeFault();
  await everyFiveMinutes(harness, 4);
  expect(await harness.mails()).toHaveLength(1);
  expect(await harness.document(id)).toMatchObject({ email: { state: 'sent' } });
});

describe('with the setting that a person decides about an email whose answer was lost', () => {
  const LOST = { ...MAIL, kind: 'done-then-reset' } as const;
  const CANNOT_TELL = { host: 'api.mailgun.net', method: 'GET', kind: 'status', status: 500 } as const;
  async function leaveVoicemail(...faults: Parameters<Harness['injectFault']>[0][]) {
    const harness = await openHarness({ settings: { unconfirmed_emails: 'ask' } });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    for (const fault of faults) harness.injectFault(fault);
    const id = `voicemail-${(await harness.leaveVoicemail()).sid}-1`;
    await everyFiveMinutes(harness, 4);
    const email = async () => (await harness.document(id))!.email;
    return { harness, sue, id, email };
  }
  type Voicemail = Awaited<ReturnType<typeof leaveVoicemail>>;
  const sendAgain = ({ harness, sue, id }: Voicemail) => harness.postFlex('email-resend', sue.token, { Voicemail: id });

  test('it is left alone while nobody can say whether it went out, and a person is told', async () => {
    const { harness, sue, id, email } = await leaveVoicemail({ ...LOST, times: 1 }, CANNOT_TELL);
    await everyFiveMinutes(harness, 4);
    expect(await harness.mails()).toHaveLength(1);
    expect(await email()).toMatchObject({ state: 'failed', lastError: 'unconfirmed' });
    const answer = await harness.postFlex('email-history', sue.token);
    const { items, attention } = (await answer.json()) as EmailHistoryResponse;
    expect(items[0]).toMatchObject({ mayResend: true, email: { state: 'failed', problem: 'unconfirmed' } });
    expect(attention).toContainEqual(
      expect.objectContaining({ voicemail_id: id, kind: 'email-failed', problem: 'unconfirmed' }),
    );
  });

  test('it is sent again when a person wants that, as a possible duplicate of the same Message-ID', async () => {
    const voicemail = await leaveVoicemail({ ...LOST, times: 1 }, CANNOT_TELL);
    expect(await (await sendAgain(voicemail)).json()).toEqual({ sent: 1, queued: 0, failed: 0 });
    const mails = await voicemail.harness.mails();
    expect(mails).toHaveLength(2);
    expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
    expect(await voicemail.email()).toMatchObject({ state: 'sent', possibleDuplicate: true });
  });

  test('it is left alone again when the answer to what a person sent is lost as well', async () => {
    const voicemail = await leaveVoicemail({ ...LOST, times: 2 }, CANNOT_TELL);
    expect(await (await sendAgain(voicemail)).json()).toEqual({ sent: 0, queued: 1, failed: 0 });
    await everyFiveMinutes(voicemail.harness, 12);
    expect(await voicemail.harness.mails()).toHaveLength(2);
    expect(await voicemail.email()).toMatchObject({ state: 'failed', lastError: 'unconfirmed' });
  });

  test.each([
    ['has it', { ...LOST, times: 1 }],
    ['has none', { ...MAIL, kind: 'reset', times: 1 }],
  ] as const)('nobody is asked when the provider says that it %s', async (_what, fault) => {
    const { harness, email } = await leaveVoicemail(fault);
    expect(await harness.mails()).toHaveLength(1);
    expect(await email()).toMatchObject({ state: 'sent' });
  });
});

test('with wrong mail variables, voicemail works and the mail goes out once they are corrected', async () => {
  const harness = await openHarness({ environment: { MAILGUN_API_KEY: '' } });
  await harness.leaveVoicemail();
  await everyFiveMinutes(harness, 3);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toEqual([]);
  await harness.repairMailVariables();
  await everyFiveMinutes(harness, 12);
  expect(await harness.mails()).toHaveLength(1);
});

describe('Sync down', () => {
  const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;

  test('when Sync is down and a caller in line chooses voicemail, keeps them in line', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    harness.injectFault(SYNC);
    await harness.chooseVoicemail(caller);
    await caller.waitForPrompt(/Something went wrong on our side. You are still in line/);
    await caller.waitForPrompt(/You are still in line/);
    expect(harness.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
  });

  test('when Sync is down, a direct voicemail is recorded and completed once Sync is back', async () => {
    const harness = await openHarness();
    const removeFault = harness.injectFault(SYNC);
    harness.recordWebhooks(/recording-status/);
    const caller = await harness.dial({ to: harness.numbers.voicemail });
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    expect(harness.productTasks()).toHaveLength(1);
    expect(harness.webhookStatuses(/recording-status/)).toEqual(expect.arrayContaining([503]));
    removeFault();
    const [webhook] = harness.recordedWebhooks();
    expect((await harness.redeliver(webhook!)).status).toBe(204);
    // Twilio's transcript found Sync down as well: the mail has waited for it.
    await harness.advance(60_000);
    await harness.runOutboxSweep();
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
  });

  /** A direct voicemail whose webhook was delivered for the last time while Sync was down. */
  async function leaveVoicemailWithoutSync(harness: Harness) {
    const removeFault = harness.injectFault(SYNC);
    const caller = await harness.dial({ to: harness.numbers.voicemail });
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    removeFault();
    const [task] = harness.productTasks();
    return { caller, task: task! };
  }

  test('a voicemail left while Sync was down gets its entry and its mail with the next sweep', async () => {
    const harness = await openHarness();
    const { caller, task } = await leaveVoicemailWithoutSync(harness);
    await everyFiveMinutes(harness, 2);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
    expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
      from: caller.from,
      task: { state: 'created', sid: task.sid },
      email: { state: 'sent' },
    });
  });

  test('the card of a voicemail left while Sync was down works before any sweep', async () => {
    const harness = await openHarness();
    const sam = harness.signIn('sam');
    const { task } = await leaveVoicemailWithoutSync(harness);
    harness.accept(sam, task.sid);
    const answer = await harness.postFlex('voicemail', sam.token, { TaskSid: task.sid });
    expect(await answer.json()).toMatchObject({ recording: { state: 'ready' } });
    expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: task.sid })).status).toBe(200);
  });

  test.each(['hangs up', 'presses the pound key'])(
    'a message left while all but the telephone was down is found when the caller %s',
    async (how) => {
      const harness = await openHarness();
      const removeFaults = ['sync', 'taskrouter', 'api'].map((product) =>
        harness.injectFault({ host: `${product}.twilio.com`, kind: 'status', status: 503 }),
      );
      const caller = await harness.dial({ to: harness.numbers.voicemail });
      await caller.waitForBeep();
      await caller.speak(harness.sample);
      if (how === 'hangs up') caller.hangUp();
      else caller.press('#');
      await harness.advance(10 * 60 * 60_000);
      for (const removeFault of removeFaults) removeFault();
      // Another program's recording is nobody's voicemail.
      harness.addRecording();
      await harness.advance(30 * 60_000);
      await everyFiveMinutes(harness, 8);
      expect(harness.productTasks()).toMatchObject([{ attributes: { from: caller.from, taskType: 'voicemail' } }]);
      expect(await harness.mails()).toHaveLength(1);
    },
  );

  test('an entry that cannot be read and that nothing lists keeps no lost message from being found', async () => {
    const harness = await openHarness();
    const known = await harness.leaveVoicemail();
    await harness.advance(60_000);
    const removeFaults = ['sync', 'taskrouter', 'api'].map((product) =>
      harness.injectFault({ host: `${product}.twilio.com`, kind: 'status', status: 503 }),
    );
    const lost = await harness.dial({ to: harness.numbers.voicemail });
    await lost.waitForBeep();
    await lost.speak(harness.sample);
    lost.hangUp();
    await harness.advance(10 * 60_000);
    for (const removeFault of removeFaults) removeFault();
    const [task] = harness.productTasks();
    harness.handleTask(task!.sid);
    await everyFiveMinutes(harness, 1);
    const id = `voicemail-${known.sid}-1`;
    expect((await harness.indexKeys()).filter((key) => key.includes(id))).toEqual([]);
    await harness.setDocument(id, { version: 1, queueName: 'Support' });
    await everyFiveMinutes(harness, 8);
    expect(await harness.document(`voicemail-${lost.sid}-1`)).toMatchObject({ task: { state: 'created' } });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const { attention } = (await (await harness.postFlex('email-history', sue.token)).json()) as EmailHistoryResponse;
    expect(attention).toContainEqual(expect.objectContaining({ voicemail_id: id, kind: 'unreadable' }));
  });

  test('an entry is rebuilt with the queue and numbers that its task was made with', async () => {
    const harness = await openHarness();
    const { caller, task } = await leaveVoicemailWithoutSync(harness);
    const { callback_and_voicemail: own } = task.attributes as { callback_and_voicemail: object };
    harness.setAttributes(task.sid, {
      ...task.attributes,
      ...{ from: '+12025550199', to: '+12025550198' },
      callback_and_voicemail: { ...own, queue: 'Sales' },
    });
    await everyFiveMinutes(harness, 2);
    const { from, to, queueName } = (await harness.document(`voicemail-${caller.sid}-1`))!;
    expect({ from, to, queueName }).toEqual({ from: caller.from, to: harness.numbers.voicemail, queueName: '' });
    expect(await harness.mails()).toHaveLength(1);
  });

  test('attributes that an agent wrote prove no recording', async () => {
    const harness = await openHarness();
    const { task } = await leaveVoicemailWithoutSync(harness);
    harness.handleTask(task.sid);
    await harness.advance(10 * 60_000);
    const sue = harness.signIn('sue', ['supervisor']);
    const { sid } = harness.addWaitingTask(1);
    harness.setAttributes(sid, task.attributes);
    expect((await harness.postFlex('voicemail', sue.token, { TaskSid: sid })).status).toBe(404);
  });

  test.each([
    ['the Sync service does not exist', `IS${'0'.repeat(32)}`],
    ['its variable is malformed', 'nonsense'],
  ])('%s: the task is made all the same, once', async (_what, serviceSid) => {
    const harness = await openHarness({ environment: { VOICEMAIL_SYNC_SERVICE_SID: serviceSid } });
    const caller = await harness.dial({ to: harness.numbers.voicemail });
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
    expect(await harness.mails()).toEqual([]);
  });

  test('when Sync is down during the recording webhook, makes the task, and the mail follows', async () => {
    const harness = await openHarness();
    const caller = await harness.dialToRecording();
    await caller.speak(harness.sample);
    const removeFault = harness.injectFault(SYNC);
    caller.hangUp();
    await harness.advance(60_000);
    expect(harness.productTasks()).toHaveLength(1);
    removeFault();
    await everyFiveMinutes(harness, 4);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('unreadable or corrupt settings delay the mail and never fall back to ADMIN_EMAIL', async () => {
    const harness = await openHarness();
    await harness.setDocument('email-settings', { version: 99, recipients: 'nonsense' });
    await harness.leaveVoicemail();
    await everyFiveMinutes(harness, 3);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toEqual([]);
    await harness.setSettings({ recipients: [{ address: 'front.desk@example.com' }] });
    await everyFiveMinutes(harness, 12);
    expect((await harness.mails()).map(({ to }) => to)).toEqual([['front.desk@example.com']]);
  });
});

describe('TaskRouter down', () => {
  const CREATE = { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/ } as const;

  test('when TaskRouter is down, sends the mail, and the task follows', async () => {
    const harness = await openHarness();
    const removeFault = harness.injectFault({ ...CREATE, kind: 'status', status: 503 });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(harness.productTasks()).toEqual([]);
    expect(await harness.mails()).toHaveLength(1);
    removeFault();
    await everyFiveMinutes(harness, 3);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
  });

  test.each(['done-then-reset', 'done-then-no-answer'] as const)(
    'the task is made but the answer lost (%s): it is found again, not made again',
    async (kind) => {
      const harness = await openHarness();
      harness.injectFault({ ...CREATE, kind, times: 1 });
      const caller = await harness.leaveVoicemail();
      await everyFiveMinutes(harness, 3);
      expect(harness.productTasks()).toHaveLength(1);
      expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
        task: { state: 'created', sid: harness.productTasks()[0]!.sid },
      });
    },
  );
});

test('when the recording cannot be fetched, the mail finally goes without it and says so', async () => {
  const harness = await openHarness();
  harness.injectFault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'status', status: 500 });
  await harness.leaveVoicemail();
  await everyFiveMinutes(harness, 12);
  expect(harness.productTasks()).toHaveLength(1);
  const [mail] = await harness.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/could not be attached. You can try to listen/);
});

test('a sweep from the plugin sends a mail that failed', async () => {
  const harness = await openHarness();
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 429 });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  removeFault();
  await harness.advance(5 * 60_000);
  const sam = harness.signIn('sam');
  const answer = await harness.postFlex('sweep', sam.token);
  expect([answer.status, await answer.json()]).toEqual([200, { examined: expect.any(Number), failed: 0, more: false }]);
  expect(await harness.mails()).toHaveLength(1);
});
