import type { Caller } from '../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Listening to one's message before it is sent: a line where the configuration has it. */
const REVIEW = /To listen to your message, press 1/;

async function recordMessage(harness: Harness): Promise<Caller> {
  const caller = await harness.dial({ to: harness.numbers.review });
  await caller.waitForPrompt(/press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/Your message is recorded/);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.press('#');
  await caller.waitForPrompt(REVIEW);
  return caller;
}
async function everyFiveMinutes(harness: Harness, times: number) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}
const ids = (harness: Harness) =>
  harness
    .productTasks()
    .map(({ attributes }) => (attributes.callback_and_voicemail as Record<string, unknown>).voicemail_id);

test('makes nothing of a message under review, and sends it at once when confirmed', async () => {
  const harness = await openHarness();
  const caller = await recordMessage(harness);
  await harness.advance(3_000);
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.mails()).toEqual([]);
  caller.press('1');
  await caller.waitForPrompt(REVIEW);
  caller.press('3');
  await caller.waitForPrompt(/Thank you. Your message was recorded/);
  await harness.advance(15_000);
  expect(caller.status()).toBe('completed');
  expect(ids(harness)).toEqual([`voicemail-${caller.sid}-1`]);
  expect(await harness.mails()).toHaveLength(1);
  expect(harness.sandboxErrors()).toEqual([]);
});

test('after recording again, only the new message is a voicemail', async () => {
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const caller = await recordMessage(harness);
  caller.press('2');
  await caller.waitForPrompt(/leave your new message/);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.press('#');
  await caller.waitForPrompt(REVIEW);
  caller.press('3');
  await caller.waitForPrompt(/Thank you/);
  await harness.advance(60_000);
  for (const webhook of harness.recordedWebhooks()) expect((await harness.redeliver(webhook)).status).toBe(204);
  await everyFiveMinutes(harness, 3);
  expect(ids(harness)).toEqual([`voicemail-${caller.sid}-2`]);
  expect(harness.productTasks()[0]!.attributes).toMatchObject({ skill: 'support' });
  expect(await harness.mails()).toHaveLength(1);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    review: 'discarded',
    task: { state: 'none' },
  });
});

test('hanging up while recording sends at once; while listening, at the next webhook or sweep', async () => {
  const harness = await openHarness();
  const first = await harness.dial({ to: harness.numbers.review });
  await first.waitForPrompt(/press star/);
  await harness.chooseVoicemail(first);
  await first.waitForBeep();
  await first.speak(harness.sample);
  first.hangUp();
  await harness.advance(10_000);
  expect(await harness.mails()).toHaveLength(1);
  harness.dropWebhooks(/transcription/);
  const second = await recordMessage(harness);
  await harness.advance(4_000);
  second.hangUp();
  await harness.advance(60_000);
  expect(await harness.mails()).toHaveLength(1);
  await everyFiveMinutes(harness, 3);
  expect(await harness.mails()).toHaveLength(2);
  expect(harness.productTasks()).toHaveLength(2);
});

test('silence after the review menu, twice, sends the message', async () => {
  const harness = await openHarness();
  const caller = await recordMessage(harness);
  await caller.waitForPrompt(REVIEW);
  await caller.waitForPrompt(/Thank you/);
  await harness.advance(15_000);
  expect(await harness.mails()).toHaveLength(1);
});

test('sends the fifth recording without further review', async () => {
  const harness = await openHarness();
  const caller = await recordMessage(harness);
  for (let n = 0; n < 4; n += 1) {
    caller.press('2');
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.press('#');
    await caller.waitForPrompt(REVIEW);
  }
  caller.press('2');
  await caller.waitForPrompt(/Thank you/);
  await everyFiveMinutes(harness, 2);
  expect(ids(harness)).toEqual([`voicemail-${caller.sid}-5`]);
});

test('when Sync is down before another recording, asks again and sends one message', async () => {
  const harness = await openHarness();
  const caller = await recordMessage(harness);
  const removeFault = harness.injectFault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
  caller.press('2');
  await caller.waitForPrompt(/Something went wrong/);
  await caller.waitForPrompt(REVIEW);
  removeFault();
  caller.press('2');
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await everyFiveMinutes(harness, 3);
  expect(ids(harness)).toEqual([`voicemail-${caller.sid}-2`]);
  expect(await harness.mails()).toHaveLength(1);
});

test('a silent second message makes a callback', async () => {
  const harness = await openHarness();
  const caller = await recordMessage(harness);
  caller.press('2');
  await caller.waitForPrompt(/leave your new message/);
  await caller.waitForPrompt(/We did not hear a message/);
  await everyFiveMinutes(harness, 3);
  expect(harness.productTasks().map(({ attributes }) => attributes.taskType)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});
