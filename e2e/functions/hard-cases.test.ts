import { everyFiveMinutes } from '../support/scheduler';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** Cases found by looking for them: each lost, doubled or misled somebody once. */
const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;
const MAIL = { host: 'api.mailgun.net', method: 'POST' } as const;

const taskTypes = (stage: Stage) => stage.productTasks().map(({ attributes }) => attributes.taskType);

test('an outcome is written but its new place in the index is not: the sweep lists it again', async () => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  await caller.speaks(stage.sample);
  const mend = stage.fault({ ...MAIL, kind: 'status', status: 500 });
  stage.fault({ host: 'sync.twilio.com', method: 'POST', path: /Items$/, kind: 'status', status: 503, times: 1 });
  stage.holdWebhooks(/transcription/);
  caller.hangUp();
  await stage.pass(60_000);
  mend();
  await everyFiveMinutes(stage, 12);
  expect(await stage.mails()).toHaveLength(1);
});

test('Sync is down until after recording-status, and the transcript comes first to the ledger: the mail is not lost', async () => {
  const stage = await openStage();
  const mend = stage.fault(SYNC);
  stage.holdWebhooks(/transcription/);
  const caller = await stage.dial({ to: stage.numbers.voicemail });
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  expect(taskTypes(stage)).toEqual(['voicemail']);
  mend();
  for (const webhook of stage.heldWebhooks()) expect((await stage.redeliver(webhook)).status).toBe(204);
  await everyFiveMinutes(stage, 3);
  expect(await stage.mails()).toHaveLength(1);
  expect(taskTypes(stage)).toEqual(['voicemail']);
  expect(stage.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
});

test('a customer whom an agent has served is not put down for a callback, whatever was left in the ledger', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  stage.onRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () => stage.acceptTaskOf(caller));
  stage.fault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, times: 3 });
  caller.press('2');
  await stage.pass(3 * 60_000);
  caller.hangUp();
  await stage.pass(1_000);
  stage.completeTaskOf(caller);
  await everyFiveMinutes(stage, 6);
  expect(stage.productTasks()).toEqual([]);
});

test('a recording that hangs costs the mail a try, and the task nothing', async () => {
  const stage = await openStage();
  stage.fault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'no-answer', times: 1 });
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    task: { state: 'created' },
    email: { state: 'pending', problem: 'recording-unavailable' },
  });
  expect(stage.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
  await everyFiveMinutes(stage, 2);
  expect((await stage.mails())[0]!.attachments).toHaveLength(1);
});

test('a download that fails once after an outage of the provider does not cost the attachment', async () => {
  const stage = await openStage();
  const mend = stage.fault({ ...MAIL, kind: 'status', status: 500 });
  await stage.leavesVoicemail();
  await everyFiveMinutes(stage, 12);
  mend();
  stage.fault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'status', status: 503, times: 2 });
  await everyFiveMinutes(stage, 18);
  const mails = await stage.mails();
  expect(mails).toHaveLength(1);
  expect(mails[0]!.attachments).toHaveLength(1);
});

test.each([60_000, 5 * 60_000])(
  'the provider took the mail, its answer was lost, and its records lag %i ms behind: one mail',
  async (lag) => {
    const stage = await openStage();
    stage.lagMailEvents(lag);
    stage.fault({ ...MAIL, kind: 'done-then-reset', times: 1 });
    const caller = await stage.leavesVoicemail();
    for (let n = 0; n < 30; n += 1) {
      await stage.pass(60_000);
      await stage.runOutbox();
    }
    expect(await stage.mails()).toHaveLength(1);
    expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sent' } });
  },
);

test('a mail that waits for its transcript does not stand in the way of what is due', async () => {
  const stage = await openStage({ settings: { send_when: 'transcribed' } });
  stage.holdWebhooks(/transcription/);
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await (await stage.runOutbox()).json()).toMatchObject({ examined: 0 });
});

test('a provider that hangs keeps no task from being made', async () => {
  const stage = await openStage();
  stage.fault({ host: 'api.mailgun.net', kind: 'no-answer' });
  for (let n = 0; n < 3; n += 1) await stage.leavesVoicemail({ from: `+120255501${20 + n}` });
  await stage.pass(60_000);
  stage.dropWebhooks(/recording-status|transcription/);
  for (let n = 0; n < 3; n += 1) await stage.leavesVoicemail({ from: `+120255501${30 + n}` });
  await everyFiveMinutes(stage, 3);
  expect(stage.productTasks()).toHaveLength(6);
});

test('without a scheduler, the next voicemail takes up what was left', async () => {
  const stage = await openStage();
  const caller = await stage.choosesVoicemail();
  await caller.hears(/leave your message/);
  caller.hangUp();
  await stage.pass(10 * 60_000);
  await stage.leavesVoicemail({ from: '+12025550140' });
  await stage.pass(60_000);
  expect(taskTypes(stage).sort()).toEqual(['callback', 'voicemail']);
});

test('a recording of the whole call is no voicemail: nothing was left, so a callback', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  const endRecording = stage.recordsTheCall(caller);
  await caller.hears(/For other options, press star/);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/leave your message/);
  caller.hangUp();
  endRecording();
  await everyFiveMinutes(stage, 3);
  expect(taskTypes(stage)).toEqual(['callback']);
  expect(await stage.mails()).toEqual([]);
});

test('nor is the recording of a talk with an agent, whatever was left in the ledger', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  const endRecording = stage.recordsTheCall(caller);
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  stage.onRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () => stage.acceptTaskOf(caller));
  stage.fault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, times: 3 });
  caller.press('2');
  await stage.pass(3 * 60_000);
  caller.hangUp();
  endRecording();
  await stage.pass(1_000);
  stage.completeTaskOf(caller);
  await everyFiveMinutes(stage, 6);
  expect(taskTypes(stage)).toEqual([]);
  expect(await stage.mails()).toEqual([]);
});

test('Sync is down while the second invitation is written: the recording is one voicemail, not two', async () => {
  const stage = await openStage();
  const caller = await stage.reachesRecording();
  const mend = stage.fault(SYNC);
  await caller.hears(/We did not hear anything/);
  await caller.hearsBeep();
  mend();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  await everyFiveMinutes(stage, 4);
  expect(taskTypes(stage)).toEqual(['voicemail']);
  expect(await stage.mails()).toHaveLength(1);
});

test('the first try is written unanswered, the second never, the third is recorded: one voicemail', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  stage.fault({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/, kind: 'done-then-reset', times: 1 });
  const mendReading = stage.fault({ ...SYNC, method: 'GET', path: /Documents\/voicemail/ });
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/You are still in line/);
  mendReading();
  const mend = stage.fault(SYNC);
  await stage.pass(5_000);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/You are still in line/);
  mend();
  await stage.pass(5_000);
  await stage.choosesVoicemailAs(caller);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await everyFiveMinutes(stage, 4);
  expect(taskTypes(stage)).toEqual(['voicemail']);
  expect(await stage.mails()).toHaveLength(1);
});

describe('the call cannot be moved, so a callback is promised', () => {
  const cannotBeMoved = (stage: Stage) =>
    stage.fault({ host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 500, times: 2 });

  test.each([
    ['its old place in the index is not removed', { ...SYNC, method: 'DELETE', times: 1 }],
    ['what came of it is not written', { ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 3, times: 1 }],
    [
      'the promise is written at the second try',
      { ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 1, times: 1 },
    ],
  ] as const)('%s: told so, and made once', async (_what, fault) => {
    const stage = await openStage();
    cannotBeMoved(stage);
    stage.fault(fault);
    const caller = await stage.choosesVoicemail();
    await caller.hears(/We will call you back at .* instead/);
    await stage.pass(15_000);
    expect(caller.status()).toBe('completed');
    await everyFiveMinutes(stage, 4);
    expect(taskTypes(stage)).toEqual(['callback']);
  });

  test('it cannot be promised either: the truth, and the next try with silence makes one callback', async () => {
    const stage = await openStage();
    cannotBeMoved(stage);
    stage.fault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 1, times: 2 });
    const caller = await stage.choosesVoicemail();
    await caller.hears(/We cannot record a voicemail right now/);
    await caller.hears(/To try again/);
    caller.press('2');
    await caller.hears(/We did not hear a message/);
    await everyFiveMinutes(stage, 4);
    expect(taskTypes(stage)).toEqual(['callback']);
  });
});

test('mail is switched off after a try that left no word: no mail', async () => {
  const stage = await openStage();
  stage.fault({ ...MAIL, kind: 'status', status: 500, times: 1 });
  stage.fault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 2, times: 6 });
  stage.dropWebhooks(/transcription/);
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sending' } });
  await stage.setSettings({ enabled: false });
  await stage.pass(20 * 60_000);
  await everyFiveMinutes(stage, 3);
  expect(await stage.mails()).toEqual([]);
});

test('a try that was unsure and swept meanwhile does not cost the next one its callback', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
  // Not cancelled, and nobody can say so: the answer is lost on the way there, and the task cannot be read.
  stage.fault({ ...task, method: 'POST', kind: 'reset', times: 1 });
  stage.fault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 4 });
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/Please stay on the line/);
  await everyFiveMinutes(stage, 2);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/We did not hear a message/);
  await everyFiveMinutes(stage, 3);
  expect(taskTypes(stage)).toEqual(['callback']);
});

describe('nobody is told that they are in line when they are not', () => {
  const sinceKey = (heard: string[]) =>
    heard.slice(heard.findLastIndex((text) => /press 2/.test(text)) + 1).join(' | ');

  test('the waiting task is gone when the key is pressed', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    stage.cancelTaskOf(caller, 'by a supervisor');
    await stage.choosesVoicemailAs(caller);
    await caller.hearsBeep();
    expect(sinceKey(caller.heard())).not.toMatch(/still in line/);
  });

  test('the cancellation took effect, its answer was lost, and the task cannot be read', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    stage.fault({ ...task, method: 'POST', kind: 'done-then-reset', times: 1 });
    stage.fault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 2 });
    await stage.choosesVoicemailAs(caller);
    await caller.hearsBeep();
    expect(sinceKey(caller.heard())).not.toMatch(/still in line/);
  });

  test('the cancellation took effect, and TaskRouter cannot be read for a while', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    stage.fault({ ...task, method: 'POST', kind: 'done-then-reset', times: 1 });
    stage.fault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 8 });
    await stage.choosesVoicemailAs(caller);
    await stage.pass(60_000);
    expect(sinceKey(caller.heard())).not.toMatch(/still in line/);
    await caller.hearsBeep();
    expect(sinceKey(caller.heard())).not.toMatch(/still in line/);
  });

  test('the task is gone from TaskRouter as it is to be cancelled', async () => {
    const stage = await openStage();
    const caller = await stage.dial({ to: stage.numbers.support });
    await caller.hears(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    stage.fault({ ...task, method: 'POST', kind: 'status', status: 404, times: 1 });
    await stage.choosesVoicemailAs(caller);
    await caller.hearsBeep();
    expect(sinceKey(caller.heard())).not.toMatch(/still in line/);
  });

  test('the task was cancelled before the loop ever found it', async () => {
    const stage = await openStage();
    stage.fault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503, times: 2 });
    const caller = await stage.dial({ to: stage.numbers.support });
    stage.cancelTaskOf(caller, 'by a supervisor');
    await caller.hears(/nobody could take your call/, 3 * 60_000);
    await caller.hearsBeep();
  });
});
