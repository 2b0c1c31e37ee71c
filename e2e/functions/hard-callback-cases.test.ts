import type { Caller } from '../support/caller';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);
/** Cases of booking found by looking for them: each lost, doubled or misled somebody once. */
const TASKS = 'taskrouter.twilio.com';
const SYNC = 'sync.twilio.com';
const callbacks = (stage: Stage) =>
  stage.productTasks().filter(({ assignmentStatus }) => assignmentStatus !== 'canceled');
async function everyFiveMinutes(stage: Stage, times: number) {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
  }
}
async function offered(stage: Stage, who: { from?: string; to?: string } = {}): Promise<Caller> {
  const caller = await stage.dial({ to: stage.numbers.support, ...who });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/press 2/);
  caller.press('1');
  await caller.hears(/We can call you back at/);
  return caller;
}

test('made, in doubt, and the waiting task cannot be read the second time: an agent takes the call, and nobody calls back', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  const { sid } = stage.waitingTask(caller);
  // the cancel never arrives; reads fail after the first
  const mend1 = stage.fault({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${sid}`), kind: 'reset' });
  const mend2 = stage.fault({
    host: TASKS,
    method: 'GET',
    path: new RegExp(`Tasks/${sid}`),
    kind: 'status',
    status: 503,
    after: 1,
  });
  caller.press('1');
  await stage.pass(70_000); // several tries
  stage.acceptTaskOf(caller);
  stage.completeTaskOf(caller);
  caller.hangUp();
  mend1();
  mend2();
  await everyFiveMinutes(stage, 3);
  expect(callbacks(stage)).toEqual([]);
});

test('a booking in doubt that was told as trouble, then a voicemail: no callback beside it', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  // The entry is written, its answer lost, and cannot be read.
  stage.fault({ host: SYNC, method: 'POST', path: /Documents$/, kind: 'done-then-reset', times: 1 });
  stage.fault({ host: SYNC, method: 'GET', path: /Documents\/callback-/, kind: 'status', status: 503, times: 2 });
  caller.press('1');
  await caller.hears(/Something went wrong on our side. You are still in line/);
  await caller.hears(/press star/);
  await stage.choosesVoicemailAs(caller);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  await stage.runOutbox();
  await everyFiveMinutes(stage, 3);
  expect(callbacks(stage).map(({ attributes }) => attributes.taskType)).toEqual(['voicemail']);
});

test('whoever was told that they are still in line, and hung up, is not called back for what was left of the booking', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  // nothing of the second round happens, and the entry stays as it was claimed
  stage.fault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'reset', times: 1 });
  stage.fault({ host: SYNC, method: 'POST', path: /Documents\/callback-/, kind: 'status', status: 503, times: 3 });
  stage.fault({ host: TASKS, method: 'GET', path: /Tasks$/, kind: 'status', status: 503, times: 2 });
  caller.press('1');
  await stage.pass(2_000);
  caller.hangUp();
  await stage.pass(60_000);
  await stage.runOutbox();
  await everyFiveMinutes(stage, 3);
  expect(callbacks(stage)).toEqual([]);
});

test('promised but not written down, and the caller calls again before a sweep: one callback', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  stage.fault({
    host: SYNC,
    method: 'POST',
    path: /Documents\/callback-/,
    kind: 'status',
    status: 503,
    after: 1,
    times: 2,
  });
  caller.press('1');
  await caller.hears(/We will call you back/);
  await stage.pass(40_000);
  const again = await offered(stage);
  again.press('1');
  await stage.pass(60_000);
  await everyFiveMinutes(stage, 3);
  expect(callbacks(stage)).toHaveLength(1);
});

test('the sweep withdraws a callback while its caller confirms it again: what is promised has a task', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  // first try: the task is made, the waiting one cannot be cancelled, and the withdrawal cannot cancel the new task either
  stage.fault({ host: TASKS, method: 'POST', path: /Tasks\/WT/, kind: 'status', status: 429, times: 2 });
  caller.press('1');
  await caller.hears(/Something went wrong on our side. You are still in line/);
  expect(await stage.document(`callback-${caller.sid}`)).toMatchObject({ task: { state: 'withdrawing' } });
  await caller.hears(/press star/);
  caller.press('*');
  await caller.hears(/press 2/);
  caller.press('1');
  await caller.hears(/We can call you back at/);
  const [made] = stage.productTasks();
  // The sweep is about to cancel the task while the caller confirms.
  stage.fault({
    host: TASKS,
    method: 'POST',
    path: new RegExp(`Tasks/${made!.sid}`),
    kind: 'delay',
    delayMs: 2_000,
    times: 1,
  });
  await stage.pass(1_000);
  stage.onRequest({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${made!.sid}`) }, () => caller.press('1'));
  await stage.runOutbox();
  await stage.pass(30_000);
  await everyFiveMinutes(stage, 3);
  const promised = caller.heard().some((words) => /We will call you back/.test(words));
  expect(callbacks(stage)).toHaveLength(promised ? 1 : 0);
});

test('create-callback with a recording whose task is refused, and asked for again: one mail', async () => {
  const stage = await openStage();
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  const recordingSid = (stage.productTasks()[0]!.attributes.callBackData as { recordingSid: string }).recordingSid;
  const before = (await stage.mails()).length;
  const asked = {
    numberToCall: '+12025550123',
    numberToCallFrom: '+12025550101',
    callSid: `CA${'1'.repeat(32)}`,
    recordingSid,
    recordingSeconds: '3',
  };
  const mend = stage.fault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'status', status: 400 });
  for (let n = 0; n < 3; n += 1) expect((await stage.post('studio/create-callback', asked)).status).toBe(400);
  mend();
  expect((await stage.post('studio/create-callback', asked)).status).toBe(200);
  await everyFiveMinutes(stage, 2);
  expect((await stage.mails()).length - before).toBe(1);
  expect(caller.status()).toBe('completed');
});

test('a withheld caller who types the number of somebody else does not move their callback', async () => {
  const stage = await openStage();
  const victim = await offered(stage);
  victim.press('2');
  await victim.hears(/Please enter/);
  for (const key of '2025550188#') victim.press(key);
  await victim.hears(/You entered/);
  victim.press('1');
  await victim.hears(/We will call you back/);
  await stage.pass(40_000);
  const other = await stage.dial({ to: stage.numbers.support, from: 'anonymous' });
  await other.hears(/press star/);
  other.press('*');
  await other.hears(/press 2/);
  other.press('1');
  await other.hears(/Please enter/);
  for (const key of '2025550123#') other.press(key);
  await other.hears(/You entered/);
  other.press('1');
  await stage.pass(60_000);
  expect(callbacks(stage)[0]!.attributes).toMatchObject({ callBackData: { numberToCall: '+12025550188' } });
});

test('the waiting task is gone and Sync is down: nobody is told that they are still in line', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  stage.cancelTaskOf(caller, 'by a supervisor');
  const before = caller.heard().length;
  stage.fault({ host: SYNC, method: 'POST', path: /Documents$/, kind: 'status', status: 503 });
  caller.press('1');
  await stage.pass(8_000);
  expect(caller.heard().slice(before).join(' ')).not.toMatch(/still in line/);
});

test('the waiting task is gone and TaskRouter refuses the callback: nobody is told that they are still in line', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  stage.cancelTaskOf(caller, 'by a supervisor');
  const before = caller.heard().length;
  stage.fault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'status', status: 400 });
  caller.press('1');
  await stage.pass(8_000);
  expect(caller.heard().slice(before).join(' ')).not.toMatch(/still in line/);
});

test('a number is typed again a bounded number of times, also when each was understood', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  let entered = 0;
  caller.press('2');
  for (let n = 0; n < 12; n += 1) {
    await caller.hears(/Please enter|We could not take a number/);
    if (/could not/.test(caller.heard().at(-1)!)) break;
    for (const key of '2025550188#') caller.press(key);
    await caller.hears(/You entered/);
    caller.press('2');
    entered += 1;
  }
  expect(entered).toBe(3);
  await caller.hears(/To leave a voicemail, press 2/);
});

test('numbers typed earlier in the call cost no try later', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  caller.press('2');
  for (let n = 0; n < 2; n += 1) {
    await caller.hears(/Please enter/);
    for (const key of '2025550188#') caller.press(key);
    await caller.hears(/You entered/);
    caller.press(n === 0 ? '2' : '0');
  }
  await caller.hears(/still in line/);
  caller.press('*');
  await caller.hears(/press 2/);
  caller.press('1');
  await caller.hears(/We can call/);
  caller.press('2');
  await caller.hears(/Please enter/);
  for (const key of '123#') caller.press(key);
  await caller.hears(/We did not understand that number/);
});

test('TaskRouter never answers nor makes the task, and there is no scheduler: nobody is promised what nobody makes', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  stage.fault({ host: TASKS, method: 'POST', path: /Tasks$/, kind: 'no-answer', times: 1 });
  caller.press('1');
  await caller.hears(/We will call you back/);
  await stage.pass(24 * 60 * 60_000);
  expect(callbacks(stage)).toHaveLength(1);
});

test('TaskRouter cannot be read for long: the questions end, and the caller goes on from the music', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  const { sid } = stage.waitingTask(caller);
  const mends = [
    stage.fault({ host: TASKS, method: 'POST', path: new RegExp(`Tasks/${sid}`), kind: 'reset' }),
    stage.fault({
      host: TASKS,
      method: 'GET',
      path: new RegExp(`Tasks/${sid}`),
      kind: 'status',
      status: 503,
      after: 1,
    }),
  ];
  caller.press('1');
  await stage.pass(15 * 60_000);
  const asked = caller.heard().filter((words) => /Please stay on the line/.test(words)).length;
  await stage.pass(15 * 60_000);
  expect(caller.heard().filter((words) => /Please stay on the line/.test(words))).toHaveLength(asked);
  for (const mend of mends) mend();
  await caller.hears(/You are still in line/);
  await everyFiveMinutes(stage, 2);
  expect(callbacks(stage)).toEqual([]);
  expect(stage.waitingTask(caller).assignmentStatus).toBe('pending');
});

test('the callback is booked when nobody can say so: told as soon as somebody can', async () => {
  const stage = await openStage();
  const caller = await offered(stage);
  const { sid } = stage.waitingTask(caller);
  const path = new RegExp(`Tasks/${sid}`);
  stage.fault({ host: TASKS, method: 'POST', path, kind: 'done-then-reset', times: 1 });
  const mend = stage.fault({ host: TASKS, method: 'GET', path, kind: 'status', status: 503, after: 1 });
  caller.press('1');
  await stage.pass(60_000);
  expect(caller.heard().slice(-4).join(' ')).not.toMatch(/still in line|call you back at .* when/);
  mend();
  await caller.hears(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 when it is your turn/);
  await everyFiveMinutes(stage, 2);
  expect(callbacks(stage)).toHaveLength(1);
});

test('who has a callback already, and cannot be moved to the recording, hears of it and gets no second one', async () => {
  const stage = await openStage();
  const first = await offered(stage);
  first.press('1');
  await first.hears(/We will call you back/);
  await stage.pass(40_000);
  stage.fault({ host: 'api.twilio.com', method: 'POST', path: /Calls\/CA/, kind: 'status', status: 500 });
  const again = await stage.choosesVoicemail();
  await again.hears(/We will call you back at 2 0 2, 5 5 5, 0 1 2 3 instead/);
  await everyFiveMinutes(stage, 2);
  expect(callbacks(stage)).toHaveLength(1);
});

test('a number that somebody chose is not read out to whoever seems to call from theirs', async () => {
  const stage = await openStage();
  const first = await offered(stage);
  first.press('2');
  await first.hears(/Please enter/);
  for (const key of '2025550188#') first.press(key);
  await first.hears(/You entered/);
  first.press('1');
  await first.hears(/We will call you back/);
  await stage.pass(40_000);
  const again = await stage.dial({ to: stage.numbers.support });
  await again.hears(/press star/);
  again.press('*');
  await again.hears(/press 2/);
  again.press('1');
  await again.hears(/A callback to another number is already booked for you/);
  expect(again.heard().join(' ')).not.toMatch(/0 1 8 8/);
});

test('create-callback does not say yes to another number under the same call', async () => {
  const stage = await openStage();
  const asked = { numberToCall: '+12025550123', numberToCallFrom: '+12025550101', callSid: `CA${'1'.repeat(32)}` };
  expect((await stage.post('studio/create-callback', asked)).status).toBe(200);
  const answer = await stage.post('studio/create-callback', { ...asked, numberToCall: '+12025550188' });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'key-taken']);
  expect(callbacks(stage)).toHaveLength(1);
});
