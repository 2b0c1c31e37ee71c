import type { Caller } from '../../support/caller';
import { closeHarnesses, type Harness, openHarness } from '../../support/harness';

afterEach(closeHarnesses);
/** Edge cases of booking: each once lost, doubled or misled a caller. */
const TASKS = 'taskrouter.twilio.com';
const SYNC = 'sync.twilio.com';
const callbacks = (harness: Harness) =>
  harness.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');
async function everyFiveMinutes(harness: Harness, times: number) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}
async function reachCallbackOffer(
  harness: Harness,
  callerOptions: { from?: string; to?: string } = {},
): Promise<Caller> {
  const caller = await harness.dial({ to: harness.numbers.support, ...callerOptions });
  await caller.waitForPrompt(/For other options, press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back at/);
  return caller;
}

test('when booking is uncertain and an agent takes the call, no callback remains', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  const { sid } = harness.waitingTask(caller);
  // the cancel never arrives; reads fail after the first
  const removeFirstFault = harness.injectFault({
    host: TASKS,
    method: 'POST',
    path: new RegExp(`Tasks/${sid}`),
    kind: 'reset',
  });
  const removeSecondFault = harness.injectFault({
    host: TASKS,
    method: 'GET',
    path: new RegExp(`Tasks/${sid}`),
    kind: 'status',
    status: 503,
    after: 1,
  });
  caller.press('1');
  await harness.advance(70_000); // several tries
  harness.acceptWaitingTask(caller);
  harness.completeWaitingTask(caller);
  caller.hangUp();
  removeFirstFault();
  removeSecondFault();
  await everyFiveMinutes(harness, 3);
  expect(callbacks(harness)).toEqual([]);
});

test('an uncertain booking reported as failed, then a voicemail, leaves no callback', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  // The entry is written, its answer lost, and cannot be read.
  harness.injectFault({ host: SYNC, method: 'POST', path: /Documents$/, kind: 'done-then-reset', times: 1 });
  harness.injectFault({
    host: SYNC,
    method: 'GET',
    path: /Documents\/callback-/,
    kind: 'status',
    status: 503,
    times: 2,
  });
  caller.press('1');
  await caller.waitForPrompt(/Something went wrong on our side. You are still in line/);
  await caller.waitForPrompt(/press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  await harness.runOutboxSweep();
  await everyFiveMinutes(harness, 3);
  expect(callbacks(harness).map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
});

test('a caller who heard that they are in line and hung up gets no callback from the booking', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  // nothing of the second round happens, and the entry stays as it was claimed
  harness.injectFault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'reset', times: 1 });
  harness.injectFault({
    host: SYNC,
    method: 'POST',
    path: /Documents\/callback-/,
    kind: 'status',
    status: 503,
    times: 3,
  });
  harness.injectFault({ host: TASKS, method: 'GET', path: /Tasks$/, kind: 'status', status: 503, times: 2 });
  caller.press('1');
  await harness.advance(2_000);
  caller.hangUp();
  await harness.advance(60_000);
  await harness.runOutboxSweep();
  await everyFiveMinutes(harness, 3);
  expect(callbacks(harness)).toEqual([]);
});

test('a promise that was not recorded and a second call before a sweep make one callback', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  harness.injectFault({
    host: SYNC,
    method: 'POST',
    path: /Documents\/callback-/,
    kind: 'status',
    status: 503,
    after: 1,
    times: 4,
  });
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(40_000);
  const again = await reachCallbackOffer(harness);
  again.press('1');
  await harness.advance(60_000);
  await everyFiveMinutes(harness, 3);
  expect(callbacks(harness)).toHaveLength(1);
});

test('when a withdrawal is carried out after the callback was confirmed again, the promise has a task', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  const { sid: queueTaskSid } = harness.waitingTask(caller);
  const toTask = { host: TASKS, method: 'POST' } as const;
  const path = new RegExp(`Tasks/${queueTaskSid}`);
  const keepInLine = harness.injectFault({ ...toTask, path, kind: 'status', status: 429 });
  harness.injectFault({ ...toTask, path: /Tasks\/WT/, kind: 'late', delayMs: 60_000, times: 1 });
  caller.press('1');
  await caller.waitForPrompt(/Something went wrong on our side. You are still in line/);
  keepInLine();
  const [made] = harness.productTasks();
  await caller.waitForPrompt(/press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back at/);
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  expect(made).toMatchObject({ assignmentStatus: 'pending' });
  await harness.advance(60_000);
  await everyFiveMinutes(harness, 3);
  expect(callbacks(harness).map(({ assignmentStatus }) => assignmentStatus)).toEqual(['pending']);
});

test('when a sweep withdraws a callback that is confirmed again, the promise has a task', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  // first try: the task is made, the waiting one cannot be canceled, and the withdrawal cannot cancel the new task either
  harness.injectFault({ host: TASKS, method: 'POST', path: /Tasks\/WT/, kind: 'status', status: 429, times: 4 });
  caller.press('1');
  await caller.waitForPrompt(/Something went wrong on our side. You are still in line/);
  expect(await harness.document(`callback-${caller.sid}`)).toMatchObject({ task: { state: 'withdrawing' } });
  await caller.waitForPrompt(/press star/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  caller.press('1');
  await caller.waitForPrompt(/We can call you back at/);
  const [made] = harness.productTasks();
  // The sweep is about to cancel the task while the caller confirms.
  harness.injectFault({
    host: TASKS,
    method: 'POST',
    path: new RegExp(`Tasks/${made!.sid}`),
    kind: 'delay',
    delayMs: 2_000,
    times: 1,
  });
  await harness.advance(1_000);
  harness.beforeRequest({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${made!.sid}`) }, () =>
    caller.press('1'),
  );
  await harness.runOutboxSweep();
  await harness.advance(30_000);
  await everyFiveMinutes(harness, 3);
  const promised = caller.prompts().some((words) => /We will call you back/.test(words));
  expect(callbacks(harness)).toHaveLength(promised ? 1 : 0);
});

test('create-callback with a recording, refused and repeated, sends one mail', async () => {
  const harness = await openHarness();
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const recordingSid = (harness.productTasks()[0]!.attributes.callBackData as { recordingSid: string }).recordingSid;
  const before = (await harness.mails()).length;
  const asked = {
    numberToCall: '+12025550123',
    numberToCallFrom: '+12025550101',
    callSid: `CA${'1'.repeat(32)}`,
    recordingSid,
    recordingSeconds: '3',
  };
  const removeFault = harness.injectFault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'status', status: 400 });
  for (let n = 0; n < 3; n += 1) expect((await harness.post('studio/create-callback', asked)).status).toBe(400);
  removeFault();
  expect((await harness.post('studio/create-callback', asked)).status).toBe(200);
  await everyFiveMinutes(harness, 2);
  expect((await harness.mails()).length - before).toBe(1);
  expect(caller.status()).toBe('completed');
});

test("a withheld caller who types another caller's number does not move that caller's callback", async () => {
  const harness = await openHarness();
  const otherCaller = await reachCallbackOffer(harness);
  otherCaller.press('2');
  await otherCaller.waitForPrompt(/Please enter/);
  for (const key of '2025550188#') otherCaller.press(key);
  await otherCaller.waitForPrompt(/You entered/);
  otherCaller.press('1');
  await otherCaller.waitForPrompt(/We will call you back/);
  await harness.advance(40_000);
  const other = await harness.dial({ to: harness.numbers.support, from: 'anonymous' });
  await other.waitForPrompt(/press star/);
  other.press('*');
  await other.waitForPrompt(/press 2/);
  other.press('1');
  await other.waitForPrompt(/Please enter/);
  for (const key of '2025550123#') other.press(key);
  await other.waitForPrompt(/You entered/);
  other.press('1');
  await harness.advance(60_000);
  expect(callbacks(harness)[0]!.attributes).toMatchObject({ callBackData: { numberToCall: '+12025550188' } });
});

test('when the queue task is gone and Sync is down, the caller does not hear that they are in line', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  harness.cancelWaitingTask(caller, 'by a supervisor');
  const before = caller.prompts().length;
  harness.injectFault({ host: SYNC, method: 'POST', path: /Documents$/, kind: 'status', status: 503 });
  caller.press('1');
  await harness.advance(8_000);
  expect(caller.prompts().slice(before).join(' ')).not.toMatch(/still in line/);
});

test('when the queue task is gone and TaskRouter refuses, the caller does not hear that they are in line', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  harness.cancelWaitingTask(caller, 'by a supervisor');
  const before = caller.prompts().length;
  harness.injectFault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'status', status: 400 });
  caller.press('1');
  await harness.advance(8_000);
  expect(caller.prompts().slice(before).join(' ')).not.toMatch(/still in line/);
});

test('limits how often a number may be typed, also for valid numbers', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  let entered = 0;
  caller.press('2');
  for (let n = 0; n < 12; n += 1) {
    await caller.waitForPrompt(/Please enter|We could not take a number/);
    if (/could not/.test(caller.prompts().at(-1)!)) break;
    for (const key of '2025550188#') caller.press(key);
    await caller.waitForPrompt(/You entered/);
    caller.press('2');
    entered += 1;
  }
  expect(entered).toBe(3);
  await caller.waitForPrompt(/To leave a voicemail, press 2/);
});

test('numbers typed earlier in the call do not count later', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  caller.press('2');
  for (let n = 0; n < 2; n += 1) {
    await caller.waitForPrompt(/Please enter/);
    for (const key of '2025550188#') caller.press(key);
    await caller.waitForPrompt(/You entered/);
    caller.press(n === 0 ? '2' : '0');
  }
  await caller.waitForPrompt(/still in line/);
  caller.press('*');
  await caller.waitForPrompt(/press 2/);
  caller.press('1');
  await caller.waitForPrompt(/We can call/);
  caller.press('2');
  await caller.waitForPrompt(/Please enter/);
  for (const key of '123#') caller.press(key);
  await caller.waitForPrompt(/We did not understand that number/);
});

test('when TaskRouter never answers and there is no scheduler, promises nothing', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  harness.injectFault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'no-answer', times: 1 });
  caller.press('1');
  await caller.waitForPrompt(/We will call you back/);
  await harness.advance(24 * 60 * 60_000);
  expect(callbacks(harness)).toHaveLength(1);
});

test('when TaskRouter stays unreadable, stops asking and returns the caller to the music', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  const { sid } = harness.waitingTask(caller);
  const faultRemovers = [
    harness.injectFault({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${sid}`), kind: 'reset' }),
    harness.injectFault({
      host: TASKS,
      method: 'GET',
      path: new RegExp(`Tasks/${sid}`),
      kind: 'status',
      status: 503,
      after: 1,
    }),
  ];
  caller.press('1');
  await harness.advance(15 * 60_000);
  const asked = caller.prompts().filter((words) => /Please stay on the line/.test(words)).length;
  await harness.advance(15 * 60_000);
  expect(caller.prompts().filter((words) => /Please stay on the line/.test(words))).toHaveLength(asked);
  for (const removeFault of faultRemovers) removeFault();
  await caller.waitForPrompt(/You are still in line/);
  await everyFiveMinutes(harness, 2);
  expect(callbacks(harness)).toEqual([]);
  expect(harness.waitingTask(caller).assignmentStatus).toBe('pending');
});

test('a callback whose booking was uncertain is confirmed as soon as it is known', async () => {
  const harness = await openHarness();
  const caller = await reachCallbackOffer(harness);
  const { sid } = harness.waitingTask(caller);
  const path = new RegExp(`Tasks/${sid}`);
  harness.injectFault({ host: TASKS, method: 'POST', path, kind: 'done-then-reset', times: 1 });
  const removeFault = harness.injectFault({ host: TASKS, method: 'GET', path, kind: 'status', status: 503, after: 1 });
  caller.press('1');
  await harness.advance(60_000);
  expect(caller.prompts().slice(-4).join(' ')).not.toMatch(/still in line|call you back at .* when/);
  removeFault();
  await caller.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 when it is your turn/);
  await everyFiveMinutes(harness, 2);
  expect(callbacks(harness)).toHaveLength(1);
});

test('a caller with a callback who cannot be moved to the recording gets no second callback', async () => {
  const harness = await openHarness();
  const first = await reachCallbackOffer(harness);
  first.press('1');
  await first.waitForPrompt(/We will call you back/);
  await harness.advance(40_000);
  harness.injectFault({ host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 500 });
  const again = await harness.dialAndChooseVoicemail();
  await again.waitForPrompt(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 instead/);
  await everyFiveMinutes(harness, 2);
  expect(callbacks(harness)).toHaveLength(1);
});

test('does not read out a chosen number to another call that shows the same caller id', async () => {
  const harness = await openHarness();
  const first = await reachCallbackOffer(harness);
  first.press('2');
  await first.waitForPrompt(/Please enter/);
  for (const key of '2025550188#') first.press(key);
  await first.waitForPrompt(/You entered/);
  first.press('1');
  await first.waitForPrompt(/We will call you back/);
  await harness.advance(40_000);
  const again = await harness.dial({ to: harness.numbers.support });
  await again.waitForPrompt(/press star/);
  again.press('*');
  await again.waitForPrompt(/press 2/);
  again.press('1');
  await again.waitForPrompt(/A callback to another number is already booked for you/);
  expect(again.prompts().join(' ')).not.toMatch(/0 1 8 8/);
});

test('create-callback refuses another number under the same call', async () => {
  const harness = await openHarness();
  const asked = { numberToCall: '+12025550123', numberToCallFrom: '+12025550101', callSid: `CA${'1'.repeat(32)}` };
  expect((await harness.post('studio/create-callback', asked)).status).toBe(200);
  const answer = await harness.post('studio/create-callback', { ...asked, numberToCall: '+12025550188' });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'key-taken']);
  expect(callbacks(harness)).toHaveLength(1);
});
