import { closeStages, openStage } from '../support/stage';

afterEach(closeStages);

test('mp3 by settings: an mp3 of the same message', async () => {
  const stage = await openStage({ settings: { recording_format: 'mp3' } });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  const [attachment] = (await stage.mails())[0]!.attachments;
  expect(attachment!.fileName).toMatch(/\.mp3$/);
  expect(attachment!.contentType).toBe('audio/mpeg');
  // An MPEG audio frame begins with eleven set bits.
  expect(attachment!.content.readUInt16BE(0) & 0xffe0).toBe(0xffe0);
});

test('notice only: no recording is even fetched', async () => {
  const stage = await openStage({ settings: { recording_format: 'notice' } });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  const [mail] = await stage.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/not attached, as set by your administrator/);
});

test('each recipient gets a copy of their own, and sees no other', async () => {
  const stage = await openStage({
    settings: {
      recipients: [{ address: 'ana@example.com', name: 'Ana "Boss" Ruiz' }, { address: 'bo@example.org' }],
    },
  });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  const mails = await stage.mails();
  expect(mails.map(({ to }) => to).sort()).toEqual([['ana@example.com'], ['bo@example.org']]);
  expect(stage.mailgunRequests()).toBe(1);
});

test('ADMIN_EMAIL may hold several addresses', async () => {
  const stage = await openStage({ environment: { ADMIN_EMAIL: 'ana@example.com, bo@example.org' } });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect((await stage.mails()).map(({ to }) => to[0]).sort()).toEqual(['ana@example.com', 'bo@example.org']);
});

test('switched off: no mail, the task all the same, and final', async () => {
  const stage = await openStage({ settings: { enabled: false } });
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await stage.mails()).toEqual([]);
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'off' } });
});

test('the EU host is used when it is configured', async () => {
  const stage = await openStage({ region: 'eu' });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await stage.mails()).toHaveLength(1);
});

test('a recording too large for the message goes without it, and the mail says so', async () => {
  const stage = await openStage({ environment: {} });
  const caller = await stage.reachesRecording();
  await caller.speaks(stage.sample);
  stage.enlargeRecordings(19_500_000);
  caller.hangUp();
  await stage.pass(60_000);
  const [mail] = await stage.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/too large to be attached/);
});

test('Mailgun finds the message too large: the next try goes without the recording', async () => {
  const stage = await openStage();
  stage.fault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 413, times: 1 });
  await stage.leavesVoicemail();
  await stage.pass(10 * 60_000);
  await stage.runOutbox();
  const mails = await stage.mails();
  expect(mails).toHaveLength(1);
  expect(mails[0]!.text).toMatch(/too large to be attached/);
});

test('sent with the transcript: it waits for it', async () => {
  const stage = await openStage({ settings: { send_when: 'transcribed' } });
  stage.holdWebhooks(/transcription/);
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await stage.mails()).toEqual([]);
  for (const webhook of stage.heldWebhooks()) await stage.redeliver(webhook);
  await stage.pass(1_000);
  const [mail] = await stage.mails();
  expect(mail!.text).toContain('> Hello, this is a test message.');
});

test('a transcript that never comes holds the mail a bounded time', async () => {
  const stage = await openStage({ settings: { send_when: 'transcribed' } });
  stage.dropWebhooks(/transcription/);
  await stage.leavesVoicemail();
  await stage.pass(20 * 60_000);
  await stage.runOutbox();
  expect(await stage.mails()).toHaveLength(1);
});

test('times are in the zone of the business', async () => {
  const stage = await openStage({ environment: { BUSINESS_TIME_ZONE: 'Asia/Bangkok' } });
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect((await stage.mails())[0]!.text).toMatch(/GMT\+7/);
});
