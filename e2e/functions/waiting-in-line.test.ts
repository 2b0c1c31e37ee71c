import { closeHarnesses, openHarness } from '../support/harness';

afterEach(closeHarnesses);

test('a call among 500 waiting ones is still found', async () => {
  const harness = await openHarness();
  const first = await harness.dial({ to: harness.numbers.support });
  for (let n = 0; n < 500; n += 1) harness.addWaitingTask(n);
  await first.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(first);
  await first.waitForPrompt(/leave your message after the tone/);
  expect(harness.waitingTask(first)).toMatchObject({ assignmentStatus: 'canceled' });
  expect(harness.sandboxErrors()).toEqual([]);
});

test('a queue task that appears late is found on a later turn of the loop', async () => {
  const harness = await openHarness();
  harness.injectFault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503, times: 4 });
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/We cannot do that just now. You are still in line/);
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/leave your message after the tone/);
});

test('without a queue task, the caller stays in line and hears that the menu is unavailable', async () => {
  const harness = await openHarness();
  harness.injectFault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503 });
  const caller = await harness.dialAndChooseVoicemail();
  await caller.waitForPrompt(/We cannot do that just now. You are still in line/);
  await caller.waitForPrompt(/For other options, press star/);
  expect(harness.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
  expect(harness.productTasks()).toEqual([]);
});

test('the loop checks its task at most every two minutes and sends no other request', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  const before = harness.requestCount();
  await harness.advance(30 * 60_000);
  const requests = harness.requestsSince(before);
  expect(requests.length).toBeGreaterThanOrEqual(8);
  expect(requests.length).toBeLessThanOrEqual(15);
  expect(new Set(requests.map(({ method, path }) => `${method} ${path.replace(/WT\w+/, 'WT')}`)).size).toBe(1);
});

test('a queue task that never appears is searched for every two minutes, and when the caller chooses', async () => {
  const harness = await openHarness();
  harness.beforeRequest({ host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks$/ }, harness.hideWaitingTasks);
  const caller = await harness.dial({ to: harness.numbers.support });
  await harness.advance(5 * 60_000);
  const before = harness.requestCount();
  await harness.advance(30 * 60_000);
  const searches = harness.requestsSince(before).filter(({ path }) => path.endsWith('/Tasks'));
  expect(searches.length).toBeGreaterThanOrEqual(8);
  expect(searches.length).toBeLessThanOrEqual(15);
  const mark = harness.requestCount();
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/We cannot do that just now. You are still in line/);
  expect(harness.requestsSince(mark).some(({ path }) => path.endsWith('/Tasks'))).toBe(true);
});

test.each(['9', '3', '0', '#', '*'])('any other key (%s) keeps the caller in line', async (key) => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  caller.press(key);
  await caller.waitForPrompt(/You are still in line/);
  expect(harness.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
});

test('the menu repeats once and falls back to the music', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  await caller.waitForPrompt(/You are still in line/);
});

test('an agent who takes the call while the key is pressed wins, and no entry stays open', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  // The task is accepted between the reading and the canceling.
  harness.beforeRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () =>
    harness.acceptWaitingTask(caller),
  );
  caller.press('2');
  await harness.advance(30_000);
  expect(harness.waitingTask(caller)).toMatchObject({ assignmentStatus: 'assigned' });
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.indexKeys()).toEqual([]);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ recording: { state: 'withdrawn' } });
});

test('when the queue was closed meanwhile, says so and offers voicemail', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  harness.cancelWaitingTask(caller, 'Task TTL Exceeded');
  await caller.waitForPrompt(/nobody could take your call/, 10 * 60_000);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});

test('the workflow in the URL saves reading the queue', async () => {
  const harness = await openHarness({ waitUrlQuery: 'workflow' });
  const before = harness.requestCount();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  expect(harness.requestsSince(before)).toHaveLength(1);
});

test('without the workflow in the URL, the first request makes two calls', async () => {
  const harness = await openHarness();
  const before = harness.requestCount();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  expect(harness.requestsSince(before)).toHaveLength(2);
});

test('a repeated webhook for choosing voicemail records once', async () => {
  const harness = await openHarness();
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
  harness.duplicateWebhooks(/state=menu.*heard=1/, 3);
  caller.press('2');
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});
