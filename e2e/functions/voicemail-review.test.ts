import type { Caller } from '../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Reviewing the message before it is sent, on a line whose configuration allows it. */
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

const KEPT = /We did not hear a new message, so we keep the one before/;
const playedUrls = (harness: Harness, caller: Caller) =>
  harness.callEvents(caller).flatMap((event) => (event.type === 'play' ? [new URL(event.url)] : []));
const messagesPlayed = (harness: Harness, caller: Caller) =>
  playedUrls(harness, caller).filter(({ pathname }) => pathname.endsWith('/media/review-audio'));

describe('listening to the message', () => {
  test.each([0, 500, 1_000, 1_900, 2_100, 5_000])(
    '%i ms after the menu begins, plays the message from a signed URL without credentials',
    async (ms) => {
      const harness = await openHarness();
      const caller = await recordMessage(harness);
      await harness.advance(ms);
      caller.press('1');
      await caller.waitForPrompt(REVIEW);
      const [url, ...more] = messagesPlayed(harness, caller);
      expect(more).toEqual([]);
      expect(url!.origin).toBe(harness.publicUrl);
      expect(url!.search).not.toContain(harness.secrets()[0]);
      caller.press('3');
      await caller.waitForPrompt(/Thank you/);
      await harness.advance(15_000);
      expect(await harness.mails()).toHaveLength(1);
      expect(harness.sandboxErrors()).toEqual([]);
    },
  );

  test('where media need no credentials, it is heard from the same URL', async () => {
    const harness = await openHarness();
    harness.world.account.mediaAuthentication = false;
    const caller = await recordMessage(harness);
    caller.press('1');
    await caller.waitForPrompt(REVIEW);
    expect(messagesPlayed(harness, caller)).toHaveLength(1);
    expect(harness.sandboxErrors()).toEqual([]);
  });

  test('what is heard is the message, and the link ends after five minutes', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    await harness.advance(3_000);
    caller.press('1');
    await caller.waitForPrompt(REVIEW);
    const [url] = messagesPlayed(harness, caller);
    const [recording] = harness.recordings();
    const response = await harness.get(`${url!.pathname}${url!.search}`);
    expect(response.headers.get('content-type')).toBe('audio/mpeg');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await harness.media(recording!.sid, 'mp3'));
    const other = new URL(url!);
    other.searchParams.set('recordingSid', `RE${'0'.repeat(32)}`);
    expect((await harness.get(`${other.pathname}${other.search}`)).status).toBe(403);
    expect((await harness.get(url!.pathname)).status).toBe(403);
    await harness.advance(5 * 60_000);
    expect((await harness.get(`${url!.pathname}${url!.search}`)).status).toBe(403);
  });

  test('a message that cannot be fetched is sent without being heard, and the call ends well', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    harness.injectFault({ host: 'api.twilio.com', path: /Recordings\/RE\w+\.mp3$/, kind: 'status', status: 404 });
    caller.press('1');
    await caller.waitForPrompt(/Thank you. Your message was recorded/);
    await harness.advance(15_000);
    expect(caller.status()).toBe('completed');
    expect(messagesPlayed(harness, caller)).toEqual([]);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('a caller who waits for the message can choose meanwhile', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    harness.injectFault({ host: 'api.twilio.com', path: /Recordings\/RE\w+\.mp3$/, kind: 'status', status: 404 });
    caller.press('1');
    await harness.advance(3_000);
    caller.press('2');
    await caller.waitForPrompt(/leave your new message/);
  });
});

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
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
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

describe('recording again, and saying nothing', () => {
  const expectFirstMessageOnce = async (harness: Harness, caller: Caller) => {
    expect(ids(harness)).toEqual([`voicemail-${caller.sid}-1`]);
    const [task] = harness.productTasks();
    expect(task!.attributes).toMatchObject({ taskType: 'voicemail', skill: 'support' });
    expect(await harness.mails()).toHaveLength(1);
    const document = await harness.document(`voicemail-${caller.sid}-1`);
    expect(document).toMatchObject({ transcript: { state: 'ready' }, recording: { state: 'completed' } });
  };

  test('keeps the message before, says so, and makes no callback', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    caller.press('2');
    await caller.waitForPrompt(/leave your new message/);
    await caller.waitForPrompt(KEPT);
    await everyFiveMinutes(harness, 5);
    await expectFirstMessageOnce(harness, caller);
  });

  test('keeps the message before when the caller hangs up in silence', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    caller.press('2');
    await caller.waitForBeep();
    caller.hangUp();
    await harness.advance(60_000);
    expect(ids(harness)).toEqual([`voicemail-${caller.sid}-1`]);
    await everyFiveMinutes(harness, 5);
    await expectFirstMessageOnce(harness, caller);
  });

  test('keeps the message before when all webhooks of the new recording are lost', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    await harness.advance(3_000);
    harness.dropWebhooks(/recording-status/);
    caller.press('2');
    await caller.waitForBeep();
    caller.hangUp();
    await everyFiveMinutes(harness, 5);
    await expectFirstMessageOnce(harness, caller);
  });

  test('keeps the last of several messages', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    caller.press('2');
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.press('#');
    await caller.waitForPrompt(REVIEW);
    caller.press('2');
    await caller.waitForPrompt(KEPT);
    await everyFiveMinutes(harness, 5);
    expect(ids(harness)).toEqual([`voicemail-${caller.sid}-2`]);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('when Sync is down as the silence ends, the message before is sent once Sync is back', async () => {
    const harness = await openHarness();
    const caller = await recordMessage(harness);
    caller.press('2');
    await caller.waitForBeep();
    const removeFault = harness.injectFault({ host: 'sync.twilio.com', kind: 'status', status: 503 });
    await harness.advance(60_000);
    expect(caller.status()).toBe('completed');
    removeFault();
    await everyFiveMinutes(harness, 6);
    expect(ids(harness)).toEqual([`voicemail-${caller.sid}-1`]);
    expect(await harness.mails()).toHaveLength(1);
  });
});
