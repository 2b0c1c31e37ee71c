import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** What a scheduler does. */
async function everyFiveMinutes(stage: Stage, times: number) {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
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
  const stage = await openStage();
  const mend = stage.fault(fault);
  await stage.leavesVoicemail();
  await everyFiveMinutes(stage, 12);
  expect(await stage.mails()).toEqual([]);
  expect(stage.productTasks()).toHaveLength(1);
  mend();
  await everyFiveMinutes(stage, 12);
  expect(await stage.mails()).toHaveLength(1);
  await everyFiveMinutes(stage, 12);
  expect(await stage.mails()).toHaveLength(1);
});

test.each(['done-then-reset', 'done-then-no-answer'] as const)(
  'Mailgun takes the mail, but its answer is lost (%s): it is asked, and nothing is sent again',
  async (kind) => {
    const stage = await openStage();
    stage.fault({ ...MAIL, kind, times: 1 });
    const caller = await stage.leavesVoicemail();
    await everyFiveMinutes(stage, 4);
    expect(await stage.mails()).toHaveLength(1);
    expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sent' } });
  },
);

test('Mailgun takes the mail, its answer is lost, and it cannot say: sent again under the same Message-ID, and marked', async () => {
  const stage = await openStage();
  stage.fault({ ...MAIL, kind: 'done-then-reset', times: 1 });
  stage.fault({ host: 'api.mailgun.net', method: 'GET', kind: 'status', status: 500 });
  const caller = await stage.leavesVoicemail();
  await everyFiveMinutes(stage, 4);
  const mails = await stage.mails();
  expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    email: { state: 'sent', possibleDuplicate: true },
  });
});

test('the variables of mail are wrong: voicemail goes on, and the mail arrives once they are mended', async () => {
  const stage = await openStage({ environment: { MAILGUN_API_KEY: '' } });
  await stage.leavesVoicemail();
  await everyFiveMinutes(stage, 3);
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toEqual([]);
  await stage.mendMailVariables();
  await everyFiveMinutes(stage, 12);
  expect(await stage.mails()).toHaveLength(1);
});

describe('Sync down', () => {
  const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;

  test('as a caller in line chooses voicemail: nothing is cancelled, and they stay in line', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    stage.fault(SYNC);
    await stage.choosesVoicemailAs(caller);
    await caller.hears(/Something went wrong on our side. You are still in line/);
    await caller.hears(/You are still in line/);
    expect(stage.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
  });

  test('as somebody comes straight to voicemail: recorded, the task made, 503, and all of it once when Sync is back', async () => {
    const stage = await openStage();
    const mend = stage.fault(SYNC);
    stage.recordWebhooks(/recording-status/);
    const caller = await stage.dial({ to: stage.numbers.voicemail });
    await caller.hearsBeep();
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(60_000);
    expect(stage.productTasks()).toHaveLength(1);
    expect(stage.answersTo(/recording-status/)).toEqual(expect.arrayContaining([503]));
    mend();
    const [webhook] = stage.recordedWebhooks();
    expect((await stage.redeliver(webhook!)).status).toBe(204);
    await stage.pass(60_000);
    expect(stage.productTasks()).toHaveLength(1);
    expect(await stage.mails()).toHaveLength(1);
  });

  test.each([
    ['the Sync service does not exist', `IS${'0'.repeat(32)}`],
    ['its variable is malformed', 'nonsense'],
  ])('%s: the task is made all the same, once', async (_what, serviceSid) => {
    const stage = await openStage({ environment: { VOICEMAIL_SYNC_SERVICE_SID: serviceSid } });
    const caller = await stage.dial({ to: stage.numbers.voicemail });
    await caller.hearsBeep();
    await caller.speaks(stage.sample);
    caller.hangUp();
    await stage.pass(60_000);
    expect(stage.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
    expect(await stage.mails()).toEqual([]);
  });

  test('only while the recording is told: the task is made, and the mail follows', async () => {
    const stage = await openStage();
    const caller = await stage.reachesRecording();
    await caller.speaks(stage.sample);
    const mend = stage.fault(SYNC);
    caller.hangUp();
    await stage.pass(60_000);
    expect(stage.productTasks()).toHaveLength(1);
    mend();
    await everyFiveMinutes(stage, 4);
    expect(stage.productTasks()).toHaveLength(1);
    expect(await stage.mails()).toHaveLength(1);
  });

  test('settings that cannot be read, or are corrupt, hold the mail and never fall back to ADMIN_EMAIL', async () => {
    const stage = await openStage();
    await stage.setDocument('email-settings', { version: 99, recipients: 'nonsense' });
    await stage.leavesVoicemail();
    await everyFiveMinutes(stage, 3);
    expect(stage.productTasks()).toHaveLength(1);
    expect(await stage.mails()).toEqual([]);
    await stage.setSettings({ recipients: [{ address: 'front.desk@example.com' }] });
    await everyFiveMinutes(stage, 12);
    expect((await stage.mails()).map(({ to }) => to)).toEqual([['front.desk@example.com']]);
  });
});

describe('TaskRouter down', () => {
  const CREATE = { host: 'taskrouter.twilio.com', method: 'POST', path: /Tasks$/ } as const;

  test('the mail goes out all the same, and the task follows', async () => {
    const stage = await openStage();
    const mend = stage.fault({ ...CREATE, kind: 'status', status: 503 });
    await stage.leavesVoicemail();
    await stage.pass(60_000);
    expect(stage.productTasks()).toEqual([]);
    expect(await stage.mails()).toHaveLength(1);
    mend();
    await everyFiveMinutes(stage, 3);
    expect(stage.productTasks()).toHaveLength(1);
    expect(await stage.mails()).toHaveLength(1);
  });

  test.each(['done-then-reset', 'done-then-no-answer'] as const)(
    'the task is made but the answer lost (%s): it is found again, not made again',
    async (kind) => {
      const stage = await openStage();
      stage.fault({ ...CREATE, kind, times: 1 });
      const caller = await stage.leavesVoicemail();
      await everyFiveMinutes(stage, 3);
      expect(stage.productTasks()).toHaveLength(1);
      expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({
        task: { state: 'created', sid: stage.productTasks()[0]!.sid },
      });
    },
  );
});

test('the recording cannot be fetched: the task is there, and after some tries the mail goes without it and says so', async () => {
  const stage = await openStage();
  stage.fault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'status', status: 500 });
  await stage.leavesVoicemail();
  await everyFiveMinutes(stage, 12);
  expect(stage.productTasks()).toHaveLength(1);
  const [mail] = await stage.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/could not be fetched/);
});
