import type { Caller } from '../../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';

afterEach(closeHarnesses);

/** Bugs that random callers found, each reduced to its shortest form. */
const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;
const MOVE_CALL = { host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 429 } as const;

async function everyFiveMinutes(harness: Harness, times: number) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}
async function isOfferedOwnNumber(harness: Harness): Promise<Caller> {
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back at/);
  return caller;
}
async function isBooked(harness: Harness) {
  const caller = await isOfferedOwnNumber(harness);
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(30_000);
}
const taskTypes = (harness: Harness) =>
  harness
    .productTasks()
    .filter(({ assignmentStatus }) => assignmentStatus !== 'canceled')
    .map(({ attributes }) => attributes.taskType)
    .sort();

describe('a callback in place of a voicemail that cannot be recorded', () => {
  test('a caller with an open callback hears of it and gets no second one', async () => {
    const harness = await openHarness();
    await isBooked(harness);
    harness.injectFault({ ...MOVE_CALL, times: 4 });
    const caller = await harness.dialAndChooseVoicemail();
    await caller.waitForPrompt(/We will call you back at .* instead/);
    await everyFiveMinutes(harness, 3);
    expect(taskTypes(harness)).toEqual(['callback']);
  });

  test('an open callback at another number moves to the number that is promised now', async () => {
    const harness = await openHarness();
    const first = await isOfferedOwnNumber(harness);
    first.press('2');
    await first.waitForPrompt(/Please enter the number/);
    for (const key of '2025550188#') first.press(key);
    await first.waitForPrompt(/You entered/);
    first.press('1');
    await first.waitForPrompt(/We will call you back/);
    await harness.advance(30_000);
    harness.injectFault({ ...MOVE_CALL, times: 4 });
    const caller = await harness.dialAndChooseVoicemail();
    await caller.waitForPrompt(/We will call you back at .* instead/);
    await everyFiveMinutes(harness, 3);
    expect(harness.productTasks().map(({ attributes }) => attributes.callBackData)).toMatchObject([
      { numberToCall: caller.from },
    ]);
  });

  test('when the confirming response is lost and the key is sent again, books one callback', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    caller.press('*');
    await caller.waitForPrompt(/press 2/);
    harness.injectFault({ ...MOVE_CALL, times: 8 });
    harness.recordWebhooks(/state=menu.*heard=1/);
    caller.press('2');
    await caller.waitForPrompt(/We will call you back at .* instead/);
    await harness.redeliver(harness.recordedWebhooks()[0]!);
    await everyFiveMinutes(harness, 3);
    expect(taskTypes(harness)).toEqual(['callback']);
  });

  test('when the caller hangs up meanwhile, applies missed_voicemail', async () => {
    const harness = await openHarness({ settings: { missed_voicemail: 'cancel' } });
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    caller.press('*');
    await caller.waitForPrompt(/press 2/);
    harness.beforeRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () => caller.hangUp());
    caller.press('2');
    await everyFiveMinutes(harness, 3);
    expect(taskTypes(harness)).toEqual([]);
  });
});

describe('Sync is down while the second invitation is written', () => {
  async function speakAtSecondTone(harness: Harness) {
    harness.recordWebhooks(/recording-status/);
    const caller = await harness.dialToRecording();
    const removeFault = harness.injectFault(SYNC);
    await caller.waitForPrompt(/We did not hear anything/);
    await caller.waitForBeep();
    return { caller, removeFault };
  }

  test('Sync is down until the transcript: one voicemail, one mail', async () => {
    const harness = await openHarness();
    const { caller, removeFault } = await speakAtSecondTone(harness);
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(5_000);
    removeFault();
    await everyFiveMinutes(harness, 4);
    expect(taskTypes(harness)).toEqual(['voicemail']);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('a late webhook of the first, silent recording makes no callback beside the voicemail', async () => {
    const harness = await openHarness();
    const { caller, removeFault } = await speakAtSecondTone(harness);
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    removeFault();
    const absent = harness.recordedWebhooks().find(({ params }) => params.RecordingStatus === 'absent');
    await harness.redeliver(absent!);
    await everyFiveMinutes(harness, 4);
    expect(taskTypes(harness)).toEqual(['voicemail']);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('a late repeated recording webhook makes one voicemail, one mail', async () => {
    const harness = await openHarness();
    const { caller, removeFault } = await speakAtSecondTone(harness);
    await caller.speak(harness.sample);
    caller.hangUp();
    await harness.advance(60_000);
    removeFault();
    await everyFiveMinutes(harness, 4);
    for (const webhook of harness.recordedWebhooks()) await harness.redeliver(webhook);
    await everyFiveMinutes(harness, 4);
    expect(taskTypes(harness)).toEqual(['voicemail']);
    expect(await harness.mails()).toHaveLength(1);
  });
});

test('a booking reported as failed makes no callback when the caller hangs up later', async () => {
  const harness = await openHarness();
  const caller = await isOfferedOwnNumber(harness);
  harness.injectFault({ host: SYNC.host, method: 'POST', path: /Documents$/, kind: 'done-then-reset', times: 1 });
  const removeFault = harness.injectFault({ ...SYNC, method: 'GET' });
  caller.press('1');
  await caller.waitForPrompt(/Something went wrong on our side. You are still in line/);
  removeFault();
  await harness.advance(20_000);
  caller.hangUp();
  await harness.runOutboxSweep();
  await everyFiveMinutes(harness, 3);
  expect(taskTypes(harness)).toEqual([]);
});

test('when the response to a number change is lost and repeated, confirms the new number', async () => {
  const harness = await openHarness();
  await isBooked(harness);
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 1/);
  caller.press('1');
  await caller.waitForPrompt(/already booked/);
  caller.press('1');
  await caller.waitForPrompt(/Please enter the number/);
  for (const key of '2025550188#') caller.press(key);
  await caller.waitForPrompt(/You entered/);
  harness.recordWebhooks(/state=confirm-number.*heard=1/);
  caller.press('1');
  await caller.waitForPrompt(/We will now call you at/);
  const again = await harness.redeliver(harness.recordedWebhooks()[0]!);
  expect(await again.text()).toMatch(/We will now call you at 2 0 2, 5 5 5, 0 1 8 8 instead/);
  expect(taskTypes(harness)).toEqual(['callback']);
});

test.each([
  ['Sync is down once more', true],
  ['Sync is back', false],
])('when recording-status repeats late and %s, makes no second task', async (_when, again) => {
  const harness = await openHarness();
  const removeFault = harness.injectFault(SYNC);
  harness.recordWebhooks(/recording-status/);
  harness.dropWebhooks(/transcription/);
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  removeFault();
  harness.addWaitingTask(1);
  await harness.advance(10 * 60_000);
  const removeSecondFault = again ? harness.injectFault(SYNC) : () => undefined;
  await harness.redeliver(harness.recordedWebhooks()[0]!);
  removeSecondFault();
  await harness.redeliver(harness.recordedWebhooks()[0]!);
  await everyFiveMinutes(harness, 3);
  expect(taskTypes(harness)).toEqual(['voicemail']);
  expect(await harness.mails()).toHaveLength(1);
});
