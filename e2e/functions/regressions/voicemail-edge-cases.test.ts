import { closeHarnesses, type Harness, openHarness } from '../../support/harness';
import { runScheduledSweeps } from '../../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** Edge cases: each once lost, doubled or misled a caller. */
const SYNC = { host: 'sync.twilio.com', kind: 'status', status: 503 } as const;
const MAIL = { host: 'api.mailgun.net', method: 'POST' } as const;

const taskTypes = (harness: Harness) => harness.productTasks().map(({ attributes }) => attributes.taskType);

test('when the index key is not written with the outcome, the sweep repairs it', async () => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample);
  const removeFault = harness.injectFault({ ...MAIL, kind: 'status', status: 500 });
  harness.injectFault({
    host: 'sync.twilio.com',
    method: 'POST',
    path: /Items$/,
    kind: 'status',
    status: 503,
    times: 1,
  });
  harness.holdWebhooks(/transcription/);
  caller.hangUp();
  await harness.advance(60_000);
  removeFault();
  await runScheduledSweeps(harness, 12);
  expect(await harness.mails()).toHaveLength(1);
});

test('when an entry is written twice without its index key, a redelivery lists it and a sweep goes on', async () => {
  const harness = await openHarness();
  // A transcript would go on with the entry before any sweep.
  harness.dropWebhooks(/transcription/);
  const removeFault = harness.injectFault(SYNC);
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  removeFault();
  // Each key is tried twice. The first delivery writes the entry, the second that its task is created, both without a
  // key. The third has nothing to do, since the mail waits for its transcript, and finds nothing in the index.
  const index = { host: 'sync.twilio.com', method: 'POST', path: /Maps\/open-\d\/Items$/ } as const;
  harness.injectFault({ ...index, kind: 'status', status: 503, times: 4 });
  caller.hangUp();
  await harness.advance(10_000);
  expect(harness.functionLogs().filter((line) => line.includes('ledger unavailable'))).toHaveLength(2);
  const { indexKey, task } = (await harness.document(`voicemail-${caller.sid}-1`))!;
  expect(task).toMatchObject({ state: 'created' });
  expect(await harness.indexKeys()).toEqual([indexKey]);
  // Handled at once, so that no open task leads a sweep to the entry.
  harness.handleTask(harness.productTasks()[0]!.sid);
  await harness.advance(60_000);
  await runScheduledSweeps(harness, 12);
  expect(await harness.mails()).toHaveLength(1);
  // TaskRouter has forgotten the handled task, and there is no other.
  expect(taskTypes(harness)).toEqual([]);
});

test('when Sync is down until after recording-status and the transcript comes first, sends the mail', async () => {
  const harness = await openHarness();
  const removeFault = harness.injectFault(SYNC);
  harness.holdWebhooks(/transcription/);
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(taskTypes(harness)).toEqual(['voicemail']);
  removeFault();
  for (const webhook of harness.heldWebhooks()) expect((await harness.redeliver(webhook)).status).toBe(204);
  await runScheduledSweeps(harness, 3);
  expect(await harness.mails()).toHaveLength(1);
  expect(taskTypes(harness)).toEqual(['voicemail']);
  expect(harness.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
});

test('when an agent already spoke with the customer, no callback is made, whatever the entry says', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  harness.beforeRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () =>
    harness.acceptWaitingTask(caller),
  );
  harness.injectFault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, times: 3 });
  caller.press('2');
  await harness.advance(3 * 60_000);
  caller.hangUp();
  await harness.advance(1_000);
  harness.completeWaitingTask(caller);
  await runScheduledSweeps(harness, 6);
  expect(harness.productTasks()).toEqual([]);
});

test('a recording download that hangs costs the mail one attempt and the task nothing', async () => {
  const harness = await openHarness();
  harness.injectFault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'no-answer', times: 1 });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    task: { state: 'created' },
    email: { state: 'pending', lastError: 'recording-unavailable' },
  });
  expect(harness.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
  await runScheduledSweeps(harness, 2);
  expect((await harness.mails())[0]!.attachments).toHaveLength(1);
});

test('a download that fails once after a provider outage keeps the attachment', async () => {
  const harness = await openHarness();
  const removeFault = harness.injectFault({ ...MAIL, kind: 'status', status: 500 });
  await harness.leaveVoicemail();
  await runScheduledSweeps(harness, 12);
  removeFault();
  harness.injectFault({ host: 'api.twilio.com', path: /\.wav$/, kind: 'status', status: 503, times: 2 });
  await runScheduledSweeps(harness, 18);
  const mails = await harness.mails();
  expect(mails).toHaveLength(1);
  expect(mails[0]!.attachments).toHaveLength(1);
});

test.each([60_000, 5 * 60_000])(
  'the provider took the mail, its answer was lost, and its records lag %i ms behind: one mail',
  async (lag) => {
    const harness = await openHarness();
    harness.setMailEventLag(lag);
    harness.injectFault({ ...MAIL, kind: 'done-then-reset', times: 1 });
    const caller = await harness.leaveVoicemail();
    for (let n = 0; n < 30; n += 1) {
      await harness.advance(60_000);
      await harness.runOutboxSweep();
    }
    expect(await harness.mails()).toHaveLength(1);
    expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sent' } });
  },
);

test('a mail that waits for its transcript does not block due entries', async () => {
  const harness = await openHarness({ settings: { send_when: 'transcribed' } });
  harness.holdWebhooks(/transcription/);
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await (await harness.runOutboxSweep()).json()).toMatchObject({ examined: 0 });
});

test('a provider that hangs does not delay tasks', async () => {
  const harness = await openHarness();
  harness.injectFault({ host: 'api.mailgun.net', kind: 'no-answer' });
  for (let n = 0; n < 3; n += 1) await harness.leaveVoicemail({ from: `+120255501${20 + n}` });
  await harness.advance(60_000);
  harness.dropWebhooks(/recording-status|transcription/);
  for (let n = 0; n < 3; n += 1) await harness.leaveVoicemail({ from: `+120255501${30 + n}` });
  await runScheduledSweeps(harness, 3);
  expect(harness.productTasks()).toHaveLength(6);
});

test('without a scheduler, the next voicemail continues open entries', async () => {
  const harness = await openHarness();
  const caller = await harness.dialAndChooseVoicemail();
  await caller.waitForPrompt(/leave your message/);
  caller.hangUp();
  await harness.advance(10 * 60_000);
  await harness.leaveVoicemail({ from: '+12025550140' });
  await harness.advance(60_000);
  expect(taskTypes(harness).sort()).toEqual(['callback', 'voicemail']);
});

test('a recording of the whole call is no voicemail, so a callback is made', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  const endRecording = harness.startCallRecording(caller);
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/leave your message/);
  caller.hangUp();
  endRecording();
  await runScheduledSweeps(harness, 3);
  expect(taskTypes(harness)).toEqual(['callback']);
  expect(await harness.mails()).toEqual([]);
});

test('the recording of a conversation with an agent is no voicemail', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  const endRecording = harness.startCallRecording(caller);
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  harness.beforeRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () =>
    harness.acceptWaitingTask(caller),
  );
  harness.injectFault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, times: 3 });
  caller.press('2');
  await harness.advance(3 * 60_000);
  caller.hangUp();
  endRecording();
  await harness.advance(1_000);
  harness.completeWaitingTask(caller);
  await runScheduledSweeps(harness, 6);
  expect(taskTypes(harness)).toEqual([]);
  expect(await harness.mails()).toEqual([]);
});

test('when Sync is down during the second invitation, makes one voicemail', async () => {
  const harness = await openHarness();
  const caller = await harness.dialToRecording();
  const removeFault = harness.injectFault(SYNC);
  await caller.waitForPrompt(/We did not hear anything/);
  await caller.waitForBeep();
  removeFault();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  await runScheduledSweeps(harness, 4);
  expect(taskTypes(harness)).toEqual(['voicemail']);
  expect(await harness.mails()).toHaveLength(1);
});

test('when the first write is unanswered and the second fails, the third makes one voicemail', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  harness.injectFault({
    host: 'sync.twilio.com',
    method: 'POST',
    path: /Documents$/,
    kind: 'done-then-reset',
    times: 1,
  });
  const removeReadFault = harness.injectFault({ ...SYNC, method: 'GET', path: /Documents\/voicemail/ });
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/You are still in line/);
  removeReadFault();
  const removeFault = harness.injectFault(SYNC);
  await harness.advance(5_000);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/You are still in line/);
  removeFault();
  await harness.advance(5_000);
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await runScheduledSweeps(harness, 4);
  expect(taskTypes(harness)).toEqual(['voicemail']);
  expect(await harness.mails()).toHaveLength(1);
});

describe('the call cannot be moved, so a callback is promised', () => {
  const failMovingCall = (harness: Harness) =>
    harness.injectFault({
      host: 'api.twilio.com',
      method: 'POST',
      path: /Calls\/CA/,
      kind: 'status',
      status: 500,
      times: 2,
    });

  test.each([
    ['its old place in the index is not removed', { ...SYNC, method: 'DELETE', times: 1 }],
    ['what came of it is not written', { ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 3, times: 1 }],
    [
      'the promise is written at the second try',
      { ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 1, times: 1 },
    ],
  ] as const)('%s: says so, and makes one callback', async (_what, fault) => {
    const harness = await openHarness();
    failMovingCall(harness);
    harness.injectFault(fault);
    const caller = await harness.dialAndChooseVoicemail();
    await caller.waitForPrompt(/We will call you back at .* instead/);
    await harness.advance(15_000);
    expect(caller.status()).toBe('completed');
    await runScheduledSweeps(harness, 4);
    expect(taskTypes(harness)).toEqual(['callback']);
  });

  test('when a callback cannot be promised either, says so; the next silent attempt makes one', async () => {
    const harness = await openHarness();
    failMovingCall(harness);
    // Two writes, each of them tried twice.
    harness.injectFault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 1, times: 4 });
    const caller = await harness.dialAndChooseVoicemail();
    await caller.waitForPrompt(/We cannot record a voicemail right now/);
    await caller.waitForPrompt(/To try again/);
    caller.press('2');
    await caller.waitForPrompt(/We did not hear a message/);
    await runScheduledSweeps(harness, 4);
    expect(taskTypes(harness)).toEqual(['callback']);
  });
});

test('when mail is switched off after an unrecorded attempt, sends no mail', async () => {
  const harness = await openHarness({ settings: { send_when: 'recorded' } });
  harness.injectFault({ ...MAIL, kind: 'status', status: 500, times: 1 });
  harness.injectFault({ ...SYNC, method: 'POST', path: /Documents\/voicemail/, after: 2, times: 6 });
  harness.dropWebhooks(/transcription/);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'sending' } });
  await harness.setSettings({ enabled: false });
  await harness.advance(20 * 60_000);
  await runScheduledSweeps(harness, 3);
  expect(await harness.mails()).toEqual([]);
});

test('an uncertain attempt that was swept meanwhile does not prevent the next callback', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
  // Not canceled, but unknown: the response is lost and the task cannot be read.
  harness.injectFault({ ...task, method: 'POST', kind: 'reset', times: 1 });
  harness.injectFault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 4 });
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/Please stay on the line/);
  await runScheduledSweeps(harness, 2);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/We did not hear a message/);
  await runScheduledSweeps(harness, 3);
  expect(taskTypes(harness)).toEqual(['callback']);
});

describe('what callers hear when the queue task is gone', () => {
  const sinceKey = (heard: string[]) =>
    heard.slice(heard.findLastIndex((text) => /press 2/.test(text)) + 1).join(' | ');

  test('when the queue task is gone at the key press, does not say "in line"', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    harness.cancelWaitingTask(caller, 'by a supervisor');
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
    expect(sinceKey(caller.prompts())).not.toMatch(/still in line/);
  });

  test("when the response to the cancellation is lost, does not say 'in line'", async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    harness.injectFault({ ...task, method: 'POST', kind: 'done-then-reset', times: 1 });
    harness.injectFault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 2 });
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
    expect(sinceKey(caller.prompts())).not.toMatch(/still in line/);
  });

  test('when the task is canceled and TaskRouter is unreadable for a while, does not say "in line"', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    harness.injectFault({ ...task, method: 'POST', kind: 'done-then-reset', times: 1 });
    harness.injectFault({ ...task, method: 'GET', kind: 'status', status: 500, after: 1, times: 8 });
    await harness.chooseVoicemail(caller);
    await harness.advance(60_000);
    expect(sinceKey(caller.prompts())).not.toMatch(/still in line/);
    await caller.waitForBeep();
    expect(sinceKey(caller.prompts())).not.toMatch(/still in line/);
  });

  test('when the task disappears before its cancellation, does not say "in line"', async () => {
    const harness = await openHarness();
    const caller = await harness.dial({ to: harness.numbers.support });
    await caller.waitForPrompt(/For other options, press star/);
    const task = { host: 'taskrouter.twilio.com', path: /Tasks\/WT/ } as const;
    harness.injectFault({ ...task, method: 'POST', kind: 'status', status: 404, times: 1 });
    await harness.chooseVoicemail(caller);
    await caller.waitForBeep();
    expect(sinceKey(caller.prompts())).not.toMatch(/still in line/);
  });

  test('when the task was canceled before it was found, does not say "in line"', async () => {
    const harness = await openHarness();
    harness.injectFault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503, times: 2 });
    const caller = await harness.dial({ to: harness.numbers.support });
    harness.cancelWaitingTask(caller, 'by a supervisor');
    await caller.waitForPrompt(/nobody could take your call/, 3 * 60_000);
    await caller.waitForBeep();
  });
});
