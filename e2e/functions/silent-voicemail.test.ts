import { closeHarnesses, openHarness } from '../support/harness';

afterEach(closeHarnesses);

test('after silence, asks once more, then thanks the caller and makes a callback', async () => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording();
  await caller.waitForPrompt(/We did not hear anything/);
  await caller.waitForPrompt(/We did not hear a message. We will call you back at 2 0 2/);
  await harness.advance(60_000);
  expect(caller.status()).toBe('completed');
  const tasks = harness.productTasks();
  expect(tasks).toHaveLength(1);
  expect(tasks[0]!.attributes).toMatchObject({ taskType: 'callback', callBackData: { numberToCall: caller.from } });
  expect(tasks[0]!.virtualStartTime).toBe(harness.waitingTask(caller).dateCreated);
  expect(await harness.mails()).toEqual([]);
});

test('a message after the second invitation is the voicemail, with the routing of the first', async () => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording();
  await caller.waitForPrompt(/We did not hear anything/);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(harness.productTasks()[0]!.attributes).toMatchObject({
    taskType: 'voicemail',
    skill: 'support',
    callback_and_voicemail: { voicemail_id: `voicemail-${caller.sid}-2` },
  });
  expect(await harness.mails()).toHaveLength(1);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ recording: { state: 'superseded' } });
});

test.each([
  ['in the silence', 2_000],
  ['at once', 0],
])('hanging up %s: a callback, once', async (_when, silence) => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording();
  await harness.advance(silence);
  caller.hangUp();
  await harness.advance(30_000);
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});

test('when the caller hangs up before the tone, the sweep makes the callback', async () => {
  const harness = await openHarness();
  const caller = await harness.dialAndChooseVoicemail();
  await caller.waitForPrompt(/leave your message/);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toEqual([]);
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  expect(harness.productTasks()).toHaveLength(1);
});

test('missed_voicemail cancel makes no callback and records the reason', async () => {
  const harness = await openHarness({ settings: { missed_voicemail: 'cancel' } });
  const caller = await harness.dialToRecording();
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    task: { state: 'none', reason: 'Chose voicemail and left no message' },
    email: { state: 'off' },
  });
  expect(await harness.indexKeys()).toEqual([]);
});

test.each(['+266696687', 'anonymous', ''])('a withheld number (%p) is never called back', async (from) => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording({ from });
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ task: { state: 'none' } });
});

test('a withheld number can leave a voicemail, and the mail says so', async () => {
  const harness = await openHarness();
  await harness.leaveVoicemail({ from: '+266696687' });
  await harness.advance(60_000);
  expect(harness.productTasks()[0]!.attributes).toMatchObject({
    name: 'withheld number',
    callback_and_voicemail: { withheld_number: true },
  });
  expect((await harness.mails())[0]!.subject).toMatch(/^Voicemail from withheld number/);
});
