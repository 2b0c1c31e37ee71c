import type { Caller } from '../support/caller';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** Listening to one's message before it is sent: a line where the configuration has it. */
const REVIEW = /To listen to your message, press 1/;

async function records(stage: Stage): Promise<Caller> {
  const caller = await stage.dial({ to: stage.numbers.review });
  await caller.hears(/press star/);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/Your message is recorded/);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.press('#');
  await caller.hears(REVIEW);
  return caller;
}
async function everyFiveMinutes(stage: Stage, times: number) {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
  }
}
const ids = (stage: Stage) =>
  stage
    .productTasks()
    .map(({ attributes }) => (attributes.callback_and_voicemail as Record<string, unknown>).voicemail_id);

test('nothing is made of a message while the caller listens to it; sent, it arrives at once', async () => {
  const stage = await openStage();
  const caller = await records(stage);
  await stage.pass(3_000);
  expect(stage.productTasks()).toEqual([]);
  expect(await stage.mails()).toEqual([]);
  caller.press('1');
  await caller.hears(REVIEW);
  caller.press('3');
  await caller.hears(/Thank you. Your message was recorded/);
  await stage.pass(15_000);
  expect(caller.status()).toBe('completed');
  expect(ids(stage)).toEqual([`voicemail-${caller.sid}-1`]);
  expect(await stage.mails()).toHaveLength(1);
  expect(stage.errors()).toEqual([]);
});

test('recorded again: only the new message is a voicemail, whatever is reported of the first', async () => {
  const stage = await openStage();
  stage.recordWebhooks(/recording-status|transcription/);
  const caller = await records(stage);
  caller.press('2');
  await caller.hears(/leave your new message/);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.press('#');
  await caller.hears(REVIEW);
  caller.press('3');
  await caller.hears(/Thank you/);
  await stage.pass(60_000);
  for (const webhook of stage.recordedWebhooks()) expect((await stage.redeliver(webhook)).status).toBe(204);
  await everyFiveMinutes(stage, 3);
  expect(ids(stage)).toEqual([`voicemail-${caller.sid}-2`]);
  expect(stage.productTasks()[0]!.attributes).toMatchObject({ skill: 'support' });
  expect(await stage.mails()).toHaveLength(1);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    review: 'discarded',
    task: { state: 'none' },
  });
});

test('hanging up while recording sends it at once; while listening, as soon as Twilio reports again or the sweep comes', async () => {
  const stage = await openStage();
  const first = await stage.dial({ to: stage.numbers.review });
  await first.hears(/press star/);
  await stage.choosesVoicemailAs(first);
  await first.hearsBeep();
  await first.speaks(stage.sample);
  first.hangUp();
  await stage.pass(10_000);
  expect(await stage.mails()).toHaveLength(1);
  stage.dropWebhooks(/transcription/);
  const second = await records(stage);
  await stage.pass(4_000);
  second.hangUp();
  await stage.pass(60_000);
  expect(await stage.mails()).toHaveLength(1);
  await everyFiveMinutes(stage, 3);
  expect(await stage.mails()).toHaveLength(2);
  expect(stage.productTasks()).toHaveLength(2);
});

test('silence after the menu, twice, sends it', async () => {
  const stage = await openStage();
  const caller = await records(stage);
  await caller.hears(REVIEW);
  await caller.hears(/Thank you/);
  await stage.pass(15_000);
  expect(await stage.mails()).toHaveLength(1);
});

test('a message cannot be recorded for ever: the fifth is sent', async () => {
  const stage = await openStage();
  const caller = await records(stage);
  for (let n = 0; n < 4; n += 1) {
    caller.press('2');
    await caller.hearsBeep();
    await caller.speaks(stage.sample);
    caller.press('#');
    await caller.hears(REVIEW);
  }
  caller.press('2');
  await caller.hears(/Thank you/);
  await everyFiveMinutes(stage, 2);
  expect(ids(stage)).toEqual([`voicemail-${caller.sid}-5`]);
});

test('Sync is down when another is to be recorded: asked again, and one message arrives', async () => {
  const stage = await openStage();
  const caller = await records(stage);
  const mend = stage.fault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
  caller.press('2');
  await caller.hears(/Something went wrong/);
  await caller.hears(REVIEW);
  mend();
  caller.press('2');
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await everyFiveMinutes(stage, 3);
  expect(ids(stage)).toEqual([`voicemail-${caller.sid}-2`]);
  expect(await stage.mails()).toHaveLength(1);
});

test('the second message is silence: a callback, as for everybody who left none', async () => {
  const stage = await openStage();
  const caller = await records(stage);
  caller.press('2');
  await caller.hears(/leave your new message/);
  await caller.hears(/We did not hear a message/);
  await everyFiveMinutes(stage, 3);
  expect(stage.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  expect(await stage.mails()).toEqual([]);
});
