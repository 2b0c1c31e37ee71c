import fc from 'fast-check';
import { closeStages, openStage, type Stage } from '../support/stage';

afterEach(closeStages);

/** Records a voicemail whose webhooks are all held back, to be delivered as a test likes. */
async function recordedButUntold(stage: Stage) {
  stage.holdWebhooks(/recording-status|transcription|voicemail-recorded/);
  await stage.leavesVoicemail();
  await stage.pass(60_000);
  const held = stage.heldWebhooks();
  expect(held.map(({ url }) => /studio\/([a-z-]+)/.exec(url)![1]).sort()).toEqual([
    'recording-status',
    'transcription',
    'voicemail-recorded',
  ]);
  return held;
}

const oneTaskOneMail = async (stage: Stage) => {
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
  expect(stage.productTasks()[0]!.attributes).toMatchObject({ callBackData: { transcriptText: expect.any(String) } });
};

test('every webhook of a voicemail 1 to 5 times, all at once, in every order: one task, one mail', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
      fc.infiniteStream(fc.nat()),
      async (counts, dice) => {
        const stage = await openStage();
        const held = await recordedButUntold(stage);
        const deliveries = held.flatMap((webhook, index) => Array.from({ length: counts[index]! }, () => webhook));
        const shuffled = deliveries
          .map((webhook) => ({ webhook, at: dice.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ webhook }) => webhook);
        await Promise.all(shuffled.map((webhook) => stage.redeliver(webhook)));
        await stage.pass(60_000);
        await oneTaskOneMail(stage);
        await closeStages();
      },
    ),
    { numRuns: 30, seed: 20_261_122 },
  );
});

test('one after the other, in each of the six orders, each three times', async () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  for (const order of orders) {
    const stage = await openStage();
    const held = await recordedButUntold(stage);
    for (const index of order)
      for (let times = 0; times < 3; times += 1) {
        await stage.redeliver(held[index]!);
        await stage.pass(1_000);
      }
    await stage.pass(60_000);
    await oneTaskOneMail(stage);
    await closeStages();
  }
});

test('webhooks that never come: the sweep finds the recording', async () => {
  const stage = await openStage();
  stage.dropWebhooks(/recording-status|transcription|voicemail-recorded/);
  await stage.leavesVoicemail();
  await stage.pass(20 * 60_000);
  expect(stage.productTasks()).toEqual([]);
  await stage.runOutbox();
  await stage.runOutbox();
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
});

test('ten sweeps at once do everything once', async () => {
  const stage = await openStage();
  stage.dropWebhooks(/recording-status|transcription|voicemail-recorded/);
  for (let n = 0; n < 4; n += 1) await stage.leavesVoicemail({ from: `+120255501${20 + n}` });
  await stage.pass(20 * 60_000);
  await Promise.all(Array.from({ length: 10 }, () => stage.runOutbox()));
  await stage.pass(20 * 60_000);
  await stage.runOutbox();
  expect(stage.productTasks()).toHaveLength(4);
  expect(await stage.mails()).toHaveLength(4);
});

test('late news of a finished voicemail changes nothing', async () => {
  const stage = await openStage();
  stage.recordWebhooks(/recording-status|transcription/);
  const caller = await stage.leavesVoicemail();
  await stage.pass(60_000);
  await stage.pass(3 * 24 * 3_600_000);
  const before = await stage.document(`voicemail-${caller.sid}-1`);
  for (const webhook of stage.recordedWebhooks()) expect((await stage.redeliver(webhook)).status).toBe(204);
  expect(await stage.document(`voicemail-${caller.sid}-1`)).toEqual(before);
  expect(stage.productTasks()).toHaveLength(1);
  expect(await stage.mails()).toHaveLength(1);
});
