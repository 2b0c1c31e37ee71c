import { closeHarnesses, openHarnessOverHttp } from '../support/harness';

afterEach(closeHarnesses);

test('attaches an mp3 if the settings say so', async () => {
  const harness = await openHarnessOverHttp({ settings: { recording_format: 'mp3' } });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [attachment] = (await harness.mails())[0]!.attachments;
  expect(attachment!.fileName).toMatch(/\.mp3$/);
  expect(attachment!.contentType).toBe('audio/mpeg');
  // An MPEG audio frame begins with eleven set bits.
  expect(attachment!.content.readUInt16BE(0) & 0xffe0).toBe(0xffe0);
});

test('for notice only, does not fetch the recording', async () => {
  const harness = await openHarnessOverHttp({ settings: { recording_format: 'notice' } });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [mail] = await harness.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/not attached, as set by your administrator/);
});

test('each recipient gets a separate copy and sees no other recipient', async () => {
  const harness = await openHarnessOverHttp({
    settings: {
      recipients: [{ address: 'ana@example.com', name: 'Ana "Boss" Ruiz' }, { address: 'bo@example.com' }],
    },
  });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const mails = await harness.mails();
  expect(mails.map(({ to }) => to).sort()).toEqual([['ana@example.com'], ['bo@example.com']]);
  expect(harness.mailgunRequestCount()).toBe(1);
});

test('ADMIN_EMAIL may hold several addresses', async () => {
  const harness = await openHarnessOverHttp({ environment: { ADMIN_EMAIL: 'ana@example.com, bo@example.com' } });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect((await harness.mails()).map(({ to }) => to[0]).sort()).toEqual(['ana@example.com', 'bo@example.com']);
});

test('when mail is off, makes the task and ends the mail step', async () => {
  const harness = await openHarnessOverHttp({ settings: { enabled: false } });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.mails()).toEqual([]);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'off' } });
});

test('uses the EU host if configured', async () => {
  const harness = await openHarnessOverHttp({ region: 'eu' });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.mails()).toHaveLength(1);
});

test('a recording that is too large is not attached, and the mail says so', async () => {
  const harness = await openHarnessOverHttp({ environment: {} });
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample);
  harness.enlargeRecordings(19_500_000);
  caller.hangUp();
  await harness.advance(60_000);
  const [mail] = await harness.mails();
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/too large to be attached/);
});

test('when Mailgun finds the message too large, retries without the recording', async () => {
  const harness = await openHarnessOverHttp();
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 413, times: 1 });
  await harness.leaveVoicemail();
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  const mails = await harness.mails();
  expect(mails).toHaveLength(1);
  expect(mails[0]!.text).toMatch(/too large to be attached/);
});

test('send_when transcribed waits for the transcript', async () => {
  const harness = await openHarnessOverHttp({ settings: { send_when: 'transcribed' } });
  harness.holdWebhooks(/transcription/);
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.mails()).toEqual([]);
  for (const webhook of harness.heldWebhooks()) await harness.redeliver(webhook);
  await harness.advance(1_000);
  const [mail] = await harness.mails();
  expect(mail!.text).toContain('> Hello, this is a test message.');
});

test('a missing transcript delays the mail for a bounded time', async () => {
  const harness = await openHarnessOverHttp({ settings: { send_when: 'transcribed' } });
  harness.dropWebhooks(/transcription/);
  await harness.leaveVoicemail();
  await harness.advance(20 * 60_000);
  await harness.runOutboxSweep();
  expect(await harness.mails()).toHaveLength(1);
});

test('shows times in the business time zone', async () => {
  const harness = await openHarnessOverHttp({ environment: { BUSINESS_TIME_ZONE: 'Asia/Bangkok' } });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect((await harness.mails())[0]!.text).toMatch(/GMT\+7/);
});
