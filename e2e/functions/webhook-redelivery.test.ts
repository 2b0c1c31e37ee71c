import fc from 'fast-check';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

/** Records a voicemail whose webhooks are all held back, to be delivered as a test likes. */
async function recordWithHeldWebhooks(harness: Harness) {
  harness.holdWebhooks(/recording-status|transcription|voicemail-recorded/);
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const held = harness.heldWebhooks();
  expect(held.map(({ url }) => /studio\/([a-z-]+)/.exec(url)![1]).sort()).toEqual([
    'recording-status',
    'transcription',
    'voicemail-recorded',
  ]);
  return held;
}

const oneTaskOneMail = async (harness: Harness) => {
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
  expect(harness.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
};

test('every webhook of a voicemail 1 to 5 times, all at once, in every order: one task, one mail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
      fc.infiniteStream(fc.nat()),
      async (counts, createRng) => {
        const harness = await openHarness();
        const held = await recordWithHeldWebhooks(harness);
        const deliveries = held.flatMap((webhook, index) => Array.from({ length: counts[index]! }, () => webhook));
        const shuffled = deliveries
          .map((webhook) => ({ webhook, at: createRng.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ webhook }) => webhook);
        await Promise.all(shuffled.map((webhook) => harness.redeliver(webhook)));
        await harness.advance(60_000);
        await oneTaskOneMail(harness);
        await closeHarnesses();
      },
    ),
    { numRuns: 30, seed: jest.getSeed() },
  );
});

test('three webhooks in all six orders, three times each, make one task and one mail', async () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const harness = await openHarness();
    const held = await recordWithHeldWebhooks(harness);
    for (const index of order)
      for (let times = 0; times < 3; times += 1) {
        await harness.redeliver(held[index]!);
        await harness.advance(1_000);
      }
    await harness.advance(60_000);
    await oneTaskOneMail(harness);
    await closeHarnesses();
  }
});

test('when webhooks never arrive, the sweep finds the recording', async () => {
  const harness = await openHarness();
  harness.dropWebhooks(/recording-status|transcription|voicemail-recorded/);
  await harness.leaveVoicemail();
  await harness.advance(20 * 60_000);
  expect(harness.productTasks()).toEqual([]);
  await harness.runOutboxSweep();
  await harness.runOutboxSweep();
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});

test('ten simultaneous sweeps do everything once', async () => {
  const harness = await openHarness();
  harness.dropWebhooks(/recording-status|transcription|voicemail-recorded/);
  for (let n = 0; n < 4; n += 1) await harness.leaveVoicemail({ from: `+120255501${20 + n}` });
  await harness.advance(20 * 60_000);
  await Promise.all(Array.from({ length: 10 }, () => harness.runOutboxSweep()));
  await harness.advance(20 * 60_000);
  await harness.runOutboxSweep();
  expect(harness.productTasks()).toHaveLength(4);
  expect(await harness.mails()).toHaveLength(4);
});

test('a late webhook of a finished voicemail changes nothing', async () => {
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  await harness.advance(24 * 3_600_000);
  const before = await harness.document(`voicemail-${caller.sid}-1`);
  for (const webhook of harness.recordedWebhooks()) expect((await harness.redeliver(webhook)).status).toBe(204);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toEqual(before);
  expect(harness.productTasks()).toHaveLength(1);
  expect(await harness.mails()).toHaveLength(1);
});

test('a webhook that is replayed when retention has deleted its entry makes no other one', async () => {
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await runScheduledSweeps(harness, 2);
  await harness.advance(32 * 24 * 3_600_000);
  await runScheduledSweeps(harness, 3);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toBeUndefined();
  for (const webhook of harness.recordedWebhooks()) expect((await harness.redeliver(webhook)).status).toBe(403);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toBeUndefined();
  expect(await harness.mails()).toHaveLength(1);
});

test('webhooks that are delivered again after a deletion bring nothing back', async () => {
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [task] = harness.productTasks();
  const sue = harness.signIn('sue', ['supervisor']);
  expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task!.sid })).status).toBe(200);
  // A sweep looks at each deletion once.
  await harness.advance(60_000);
  await harness.runOutboxSweep();
  const before = await harness.document(`voicemail-${caller.sid}-1`);
  expect(before).toMatchObject({ recording: { state: 'deleted' }, transcript: { state: 'none' } });
  const attributes = harness.task(task!.sid).attributes;
  for (const delay of [0, 10 * 60_000]) {
    await harness.advance(delay);
    for (const webhook of harness.recordedWebhooks()) expect((await harness.redeliver(webhook)).status).toBe(204);
    await harness.runOutboxSweep();
  }
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toEqual(before);
  expect(harness.productTasks()).toHaveLength(1);
  expect(harness.task(task!.sid).attributes).toEqual(attributes);
  expect(await harness.mails()).toHaveLength(1);
});

test('a message deleted while its mail waits is not revived by its webhooks', async () => {
  const harness = await openHarness();
  harness.recordWebhooks(/recording-status|transcription/);
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const [task] = harness.productTasks();
  const sue = harness.signIn('sue', ['supervisor']);
  await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task!.sid });
  removeFault();
  harness.handleTask(task!.sid);
  for (const webhook of harness.recordedWebhooks()) await harness.redeliver(webhook);
  await runScheduledSweeps(harness, 6);
  expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({
    recording: { state: 'deleted' },
    email: { state: 'off' },
  });
  // TaskRouter has forgotten the task that was handled, and there is no other.
  expect(harness.productTasks()).toEqual([]);
  expect(await harness.mails()).toEqual([]);
});
