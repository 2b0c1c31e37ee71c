import type { EmailHistoryResponse } from '@callback-and-voicemail/contract';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** Only a recording that is proved to be ours is the message, and no recording is waited for without end. */
const MINUTE = 60_000;

/** An IVR has the caller say their name before they are put in line. */
function recordName(harness: Harness, callSid: string): void {
  Object.assign(harness.world.recordings.create(callSid), {
    status: 'completed',
    durationSeconds: 2,
    wav: harness.sample,
    startTime: harness.clock.now() - 3_000,
  });
}
const taskTypes = (harness: Harness) => harness.productTasks().map(({ attributes }) => attributes.taskType);

test.each([
  ['before the tone', async () => undefined],
  ['after saying nothing', (harness: Harness) => harness.advance(2 * MINUTE)],
])('a caller whose name was recorded and who hangs up %s is called back', async (_when, wait) => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  recordName(harness, caller.sid);
  await harness.chooseVoicemail(caller);
  await harness.advance(1_000);
  await wait(harness);
  // Who says nothing is said goodbye to, and the call ends.
  if (caller.status() === 'in-progress') caller.hangUp();
  await runScheduledSweeps(harness, 3);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});

test('a caller whose name was recorded a moment before a voicemail without a queue is called back', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  recordName(harness, caller.sid);
  caller.hangUp();
  await runScheduledSweeps(harness, 3);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});

/** Twilio reports a message that it could not record, e.g. since encrypting it failed. */
async function leaveMessageThatFails(harness: Harness, from?: string) {
  harness.holdWebhooks(/recording-status/);
  const caller = await harness.leaveVoicemail(from === undefined ? {} : { from });
  await harness.advance(20_000);
  const [webhook] = harness.heldWebhooks();
  for (const one of harness.world.recordings.list()) Object.assign(one, { status: 'absent', wav: null });
  harness.holdWebhooks(/nothing/);
  const failed = { ...webhook!, params: { ...webhook!.params, RecordingStatus: 'failed', ErrorCode: '13258' } };
  expect((await harness.redeliver(failed)).status).toBe(204);
  return { caller, webhook: failed };
}

test('a recording that fails becomes a callback at once; log, mail, card and history say so', async () => {
  const harness = await openHarness();
  const { caller, webhook } = await leaveMessageThatFails(harness);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(harness.functionLogs().join('\n')).toMatch(/"event":"recording failed".*"code":"13258"/);
  const [mail, ...more] = await harness.mails();
  expect(more).toEqual([]);
  expect(mail!.attachments).toEqual([]);
  expect(mail!.text).toMatch(/left a message, but Twilio could not record it.*A callback to the caller is in Flex/);
  expect((await harness.redeliver(webhook)).status).toBe(204);
  await runScheduledSweeps(harness, 2);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(await harness.mails()).toHaveLength(1);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const [task] = harness.productTasks();
  const card = await harness.postFlex('voicemail', sue.token, { TaskSid: task!.sid });
  expect(await card.json()).toMatchObject({ taskType: 'callback', noMessage: 'failed' });
  const history = await harness.postFlex('email-history', sue.token, {});
  expect(((await history.json()) as EmailHistoryResponse).items).toMatchObject([
    { voicemail_id: `voicemail-${caller.sid}-1`, recordingFailed: true, email: { state: 'sent' } },
  ]);
});

test.each([
  ['missed voicemails get no callback', { missed_voicemail: 'cancel' as const }, undefined],
  ['the number is withheld', {}, '+266696687'],
])('when a recording fails and %s, the mail says so', async (_why, settings, from) => {
  const harness = await openHarness({ settings });
  await leaveMessageThatFails(harness, from);
  expect(taskTypes(harness)).toEqual([]);
  expect((await harness.mails()).map(({ text }) => text)).toEqual([
    expect.stringMatching(/Twilio could not record it.*No callback was made/),
  ]);
});

test('when a recording fails and mails are off, there is a callback and no mail', async () => {
  const harness = await openHarness({ settings: { enabled: false } });
  await leaveMessageThatFails(harness);
  await runScheduledSweeps(harness, 2);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});

test.each(['processing', 'in-progress', 'paused', 'stopped'])(
  'a recording that stays %s is waited for, for an hour, and then the caller is called back',
  async (status) => {
    const harness = await openHarness();
    harness.dropWebhooks(/recording-status|transcription/);
    await harness.leaveVoicemail();
    await harness.advance(20_000);
    for (const one of harness.world.recordings.list()) Object.assign(one, { status, wav: null });
    await runScheduledSweeps(harness, 10);
    expect(taskTypes(harness)).toEqual([]);
    await runScheduledSweeps(harness, 4);
    expect(taskTypes(harness)).toEqual(['callback']);
    await runScheduledSweeps(harness, 1);
    expect((await harness.mails()).map(({ text }) => text)).toEqual([
      expect.stringContaining('left a message, but Twilio could not record it'),
    ]);
    const mark = harness.requestCount();
    await runScheduledSweeps(harness, 2);
    expect(harness.requestsSince(mark).filter(({ path }) => /Calls\/CA\w+\/Recordings/.test(path))).toEqual([]);
  },
);

test('a recording that was deleted before it was reported becomes a callback', async () => {
  const harness = await openHarness();
  harness.dropWebhooks(/recording-status|transcription/);
  await harness.leaveVoicemail();
  await harness.advance(20_000);
  for (const one of harness.world.recordings.list()) Object.assign(one, { status: 'deleted', wav: null });
  await runScheduledSweeps(harness, 2);
  expect(taskTypes(harness)).toEqual(['callback']);
});

test('a caller whose queue overflows into another hears one language from the menu to the tone', async () => {
  const harness = await openHarness();
  const { taskRouter } = harness.world;
  const spanish = taskRouter.addQueue({ friendlyName: 'Support in Spanish' });
  const targets = [{ queue: spanish.sid, timeout: 60 }, { queue: namedQueueSid('Support') }];
  taskRouter.updateWorkflow(harness.workflows.callback, {
    configuration: { task_routing: { filters: [{ expression: '1==1', targets }] } },
  });
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/Para otras opciones/);
  await harness.advance(2 * MINUTE);
  caller.press('*');
  await caller.waitForPrompt(/Para dejar un mensaje de voz, marque 2/);
  caller.press('2');
  await caller.waitForBeep();
  expect(caller.prompts().at(-1)).toBe('Deje su mensaje después del tono. Al terminar, cuelgue o marque numeral.');
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(20_000);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    language: 'es-US',
    queueName: 'Support',
  });
});

describe.each([
  ['encrypted', /encrypted with the key of your organization/, 'recording-encrypted'],
  ['external', /stored in the bucket of your organization/, 'recording-external'],
] as const)('a recording that the account keeps %s', (storage, reason, code) => {
  test.each(['wav', 'mp3'] as const)(
    'is mailed about at once, as %s, without audio and with the reason',
    async (format) => {
      const harness = await openHarness({ settings: { recording_format: format } });
      harness.beforeRequest({ host: 'api.twilio.com', method: 'GET', path: /Recordings\/RE/ }, () =>
        keep(harness, storage),
      );
      await harness.leaveVoicemail();
      await harness.advance(20_000);
      const [mail, ...more] = await harness.mails();
      expect(more).toEqual([]);
      expect(mail!.attachments).toEqual([]);
      expect(mail!.text).toMatch(reason);
    },
  );

  test('has a task whose card says why it cannot be played', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(20_000);
    keep(harness, storage);
    const sam = harness.signIn('sam');
    await harness.advance(1_000);
    const [task] = harness.productTasks();
    harness.accept(sam, task!.sid);
    const response = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task!.sid });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([409, code]);
  });
});

function keep(harness: Harness, storage: 'encrypted' | 'external'): void {
  for (const one of harness.world.recordings.list()) Object.assign(one, { storage });
}
