import { closeStages, openStage } from '../support/stage';

afterEach(closeStages);

test('silence is asked about once more, then the caller is thanked and a callback is made', async () => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  await caller.hears(/We did not hear anything/);
  await caller.hears(/We did not hear a message. Thank you/);
  await stage.pass(60_000);
  expect(caller.status()).toBe('completed');
  const tasks = stage.productTasks();
  expect(tasks).toHaveLength(1);
  expect(tasks[0]!.attributes).toMatchObject({ taskType: 'callback', callBackData: { numberToCall: caller.from } });
  expect(tasks[0]!.virtualStartTime).toBe(stage.waitingTask(caller).dateCreated);
  expect(await stage.mails()).toEqual([]);
});

test('a message after the second invitation is the voicemail, with the routing of the first', async () => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  await caller.hears(/We did not hear anything/);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toHaveLength(1);
  expect(stage.productTasks()[0]!.attributes).toMatchObject({
    taskType: 'voicemail',
    skill: 'support',
    callback_and_voicemail: { voicemail_id: `voicemail-${caller.sid}-2` },
  });
  expect(await stage.mails()).toHaveLength(1);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ recording: { state: 'superseded' } });
});

test.each([
  ['in the silence', 2_000],
  ['at once', 0],
])('hanging up %s: a callback, once', async (_when, silence) => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  await stage.pass(silence);
  caller.hangUp();
  await stage.pass(30_000);
  await stage.pass(10 * 60_000);
  await stage.runOutbox();
  expect(stage.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  expect(await stage.mails()).toEqual([]);
});

test('hanging up before the tone: no recording ever reports, and the sweep makes the callback', async () => {
  const stage = await openStage();
  const caller = await stage.choosesVoicemail();
  await caller.hears(/leave your message/);
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toEqual([]);
  await stage.pass(10 * 60_000);
  await stage.runOutbox();
  expect(stage.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  await stage.pass(10 * 60_000);
  await stage.runOutbox();
  expect(stage.productTasks()).toHaveLength(1);
});

test('missed_voicemail: cancel makes nothing, with its reason in the ledger', async () => {
  const stage = await openStage({ settings: { missed_voicemail: 'cancel' } });
  const caller = await stage.reachesRecording();
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toEqual([]);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    task: { state: 'none', reason: 'Chose voicemail and left no message' },
    email: { state: 'off' },
  });
  expect(await stage.openKeys()).toEqual([]);
});

test.each(['+266696687', 'anonymous', ''])('a withheld number (%p) is never called back', async (from) => {
  const stage = await openStage();
  const caller = await stage.reachesRecording({ from });
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toEqual([]);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ task: { state: 'none' } });
});

test('a withheld number can leave a voicemail, and the mail says so', async () => {
  const stage = await openStage();
  await stage.leavesVoicemail({ from: '+266696687' });
  await stage.pass(60_000);
  expect(stage.productTasks()[0]!.attributes).toMatchObject({
    name: 'withheld number',
    callback_and_voicemail: { withheld_number: true },
  });
  expect((await stage.mails())[0]!.subject).toMatch(/^Voicemail from withheld number/);
});
