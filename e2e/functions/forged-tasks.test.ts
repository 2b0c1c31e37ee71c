import { createHash } from 'node:crypto';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { acceptVoicemailAsSam } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** What an agent writes into the attributes of a task they hold proves nothing. */
const ownTaskOf = (harness: Harness, other: string) => harness.productTasks().find(({ sid }) => sid !== other)!;

/** Eve holds a voicemail of her own. */
async function holdOwnTask() {
  const harness = await openHarness();
  await harness.createIndexMaps();
  await harness.leaveVoicemail({ from: '+12025550199' });
  await harness.advance(60_000);
  const eve = harness.signIn('eve');
  await harness.advance(1_000);
  const own = harness.productTasks()[0]!;
  harness.accept(eve, own.sid);
  return { harness, eve, own };
}

test('an agent who names a voicemail in a held task before it is recorded does not get it', async () => {
  const { harness, eve, own } = await holdOwnTask();
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  const id = `voicemail-${caller.sid}-1`;
  const { callback_and_voicemail: feature } = own.attributes as { callback_and_voicemail: object };
  harness.setAttributes(own.sid, { ...own.attributes, callback_and_voicemail: { ...feature, voicemail_id: id } });
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  expect(harness.productTasks()).toHaveLength(2);
  expect(await harness.document(id)).toMatchObject({
    task: { state: 'created', sid: ownTaskOf(harness, own.sid).sid },
  });
  expect((await harness.postFlex('voicemail', eve.token, { TaskSid: own.sid })).status).toBe(403);
});

test('an agent who copies the proof of a task that was put back does not get the next one', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  await harness.leaveVoicemail({ from: '+12025550199' });
  await harness.advance(60_000);
  const eve = harness.signIn('eve');
  await harness.advance(1_000);
  const own = ownTaskOf(harness, task.sid);
  harness.accept(eve, own.sid);
  harness.setAttributes(own.sid, task.attributes);
  expect((await harness.postFlex('requeue-callback', sam.token, { TaskSid: task.sid })).status).toBe(200);
  await runScheduledSweeps(harness, 3);
  expect((await harness.postFlex('voicemail', eve.token, { TaskSid: own.sid })).status).toBe(403);
});

test('an entry is not rebuilt from a task that only names it', async () => {
  const { harness, eve, own } = await holdOwnTask();
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  const id = `voicemail-${caller.sid}-9`;
  harness.setAttributes(own.sid, { ...own.attributes, callback_and_voicemail: { voicemail_id: id } });
  const answer = await harness.postFlex('voicemail', eve.token, { TaskSid: own.sid });
  expect(answer.status).toBe(404);
  expect(await harness.document(id)).toBeUndefined();
});

/** What another program will ask for, by a key that an agent may guess, such as the number of an order. */
const CALLBACK = { numberToCall: '+12025550123', numberToCallFrom: '+12025550101' };
const CALLBACK_KEYS = [
  ['a guessed key', { idempotencyKey: 'order 4711' }, 'key order 4711'],
  ['the call', { callSid: `CA${'a'.repeat(32)}` }, `call CA${'a'.repeat(32)}`],
] as const;

test.each(
  CALLBACK_KEYS.flatMap(([by, key, hashed]) =>
    [false, true].map((isAnswerLost) => [by, isAnswerLost ? ' (answer lost)' : '', key, hashed] as const),
  ),
)('an agent who names a callback by %s before it is made does not get it%s', async (_by, lost, key, hashed) => {
  const { harness, eve, own } = await holdOwnTask();
  const id = `callback-${createHash('sha256').update(hashed).digest('hex').slice(0, 32)}`;
  const { callback_and_voicemail: feature } = own.attributes as { callback_and_voicemail: object };
  harness.setAttributes(own.sid, {
    ...own.attributes,
    taskType: 'callback',
    callBackData: { numberToCall: CALLBACK.numberToCall },
    callback_and_voicemail: { ...feature, voicemail_id: id },
  });
  if (lost !== '')
    harness.injectFault({
      host: 'taskrouter.twilio.com',
      method: 'POST',
      path: /\/Tasks$/,
      kind: 'done-then-reset',
      times: 1,
    });
  const answer = await harness.post('studio/create-callback', { ...CALLBACK, ...key });
  expect(await answer.json()).toMatchObject({ ok: true, voicemail_id: id });
  await runScheduledSweeps(harness, 3);
  expect(harness.productTasks()).toHaveLength(2);
  expect(await harness.document(id)).toMatchObject({
    task: { state: 'created', sid: ownTaskOf(harness, own.sid).sid },
  });
  for (const page of ['voicemail', 'requeue-callback'])
    expect((await harness.postFlex(page, eve.token, { TaskSid: own.sid })).status).toBe(403);
});

/** As the first request of the call is about to be answered, another agent's task names the call. */
function forgeQueueTask(harness: Harness, hide = false) {
  harness.beforeRequest({ host: 'taskrouter.twilio.com', method: 'GET', path: /Tasks$/ }, () => {
    const call = harness.world.tasks.list().find(({ attributes }) => attributes.includes('call_sid'));
    const { attributes } = call!;
    if (hide) harness.hideWaitingTasks();
    const forged = harness.world.tasks.create({ workflowSid: harness.workflows.callback, attributes: '{}' });
    harness.world.tasks.update(forged.sid, { attributes, assignmentStatus: 'assigned' });
  });
}

test("another call's SID in a held task leaves its caller in line, who can still choose", async () => {
  const harness = await openHarness();
  forgeQueueTask(harness);
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/leave your message after the tone/);
});

test('a held task that alone names the call is not taken for its place in line', async () => {
  const harness = await openHarness();
  forgeQueueTask(harness, true);
  const caller = await harness.dial({ to: harness.numbers.support });
  await caller.waitForPrompt(/For other options, press star/);
  await harness.chooseVoicemail(caller);
  await caller.waitForPrompt(/We cannot do that just now. You are still in line/);
});
