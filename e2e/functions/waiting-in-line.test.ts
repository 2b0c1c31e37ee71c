import { closeStages, openStage } from '../support/stage';

afterEach(closeStages);

test('a call among 500 waiting ones is still found', async () => {
  const stage = await openStage();
  const first = await stage.dial({ to: stage.numbers.support });
  for (let n = 0; n < 500; n += 1) stage.addWaitingTask(n);
  await first.hears(/For other options, press star/);
  await stage.choosesVoicemailAs(first);
  await first.hears(/leave your message after the tone/);
  expect(stage.waitingTask(first)).toMatchObject({ assignmentStatus: 'canceled' });
  expect(stage.errors()).toEqual([]);
});

test('a waiting task that appears late is found on a later turn of the loop', async () => {
  const stage = await openStage();
  stage.fault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503, times: 4 });
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/We cannot do that just now. You are still in line/);
  await caller.hears(/For other options, press star/);
  await stage.choosesVoicemailAs(caller);
  await caller.hears(/leave your message after the tone/);
});

test('without its task the caller is told the truth, and stays in line', async () => {
  const stage = await openStage();
  stage.fault({ host: 'taskrouter.twilio.com', method: 'GET', kind: 'status', status: 503 });
  const caller = await stage.choosesVoicemail();
  await caller.hears(/We cannot do that just now. You are still in line/);
  await caller.hears(/For other options, press star/);
  expect(stage.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
  expect(stage.productTasks()).toEqual([]);
});

test('the loop looks at its task at most every two minutes, and asks Twilio nothing else', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  const before = stage.requestCount();
  await stage.pass(30 * 60_000);
  const requests = stage.requestsSince(before);
  expect(requests.length).toBeGreaterThanOrEqual(8);
  expect(requests.length).toBeLessThanOrEqual(15);
  expect(new Set(requests.map(({ method, path }) => `${method} ${path.replace(/WT\w+/, 'WT')}`)).size).toBe(1);
});

test.each(['9', '3', '0', '#', '*'])('any other key (%s) holds on', async (key) => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  caller.press(key);
  await caller.hears(/You are still in line/);
  expect(stage.waitingTask(caller)).toMatchObject({ assignmentStatus: 'pending' });
});

test('the menu repeats once and falls back to the music', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  await caller.hears(/To leave a voicemail, press 2/);
  await caller.hears(/You are still in line/);
});

test('an agent who takes the call while the key is pressed wins, and no entry stays open', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  // The task is accepted between the reading and the cancelling.
  stage.onRequest({ host: 'sync.twilio.com', method: 'POST', path: /Documents$/ }, () => stage.acceptTaskOf(caller));
  caller.press('2');
  await stage.pass(30_000);
  expect(stage.waitingTask(caller)).toMatchObject({ assignmentStatus: 'assigned' });
  expect(stage.productTasks()).toEqual([]);
  expect(await stage.openKeys()).toEqual([]);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toMatchObject({ recording: { state: 'withdrawn' } });
});

test('a line that was closed meanwhile is said, and a voicemail offered', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  stage.cancelTaskOf(caller, 'Task TTL Exceeded');
  await caller.hears(/nobody could take your call/, 10 * 60_000);
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
});

test('the workflow given in the URL saves the look at the queue', async () => {
  const stage = await openStage({ waitUrlQuery: 'workflow' });
  const before = stage.requestCount();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  expect(stage.requestsSince(before)).toHaveLength(1);
});

test('without it, the first request makes two calls', async () => {
  const stage = await openStage();
  const before = stage.requestCount();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  expect(stage.requestsSince(before)).toHaveLength(2);
});

test('choosing twice (a webhook delivered again) records once', async () => {
  const stage = await openStage();
  const caller = await stage.dial({ to: stage.numbers.support });
  await caller.hears(/For other options, press star/);
  caller.press('*');
  await caller.hears(/To leave a voicemail, press 2/);
  stage.duplicateWebhooks(/state=menu.*heard=1/, 3);
  caller.press('2');
  await caller.hearsBeep();
  await caller.speaks(stage.sample);
  caller.hangUp();
  await stage.pass(60_000);
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
});
