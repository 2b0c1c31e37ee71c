import { closeHarnesses, openHarness } from '../support/harness';

afterEach(closeHarnesses);

test.each([
  ['a line that begins with it', 'voicemail', ''],
  ['a line with a queue', 'support', '*2'],
  ['a line whose menu opens by itself', 'overflow', '2'],
] as const)('a sample voicemail on %s is complete within three seconds', async (_what, line, keys) => {
  const harness = await openHarness();
  const caller = { from: '+14155550123', to: harness.numbers[line] };
  const message = { wav: harness.sample, transcript: 'Hi, this is Ana.', keys };
  const left = harness.voice.leaveMessage(caller, message);
  await harness.advance(3000);
  const { sid, recorded } = await left;
  expect(recorded).toBe(true);
  expect(harness.recordings()).toMatchObject([{ callSid: sid, status: 'completed', durationSeconds: 7 }]);
  const [task, ...more] = harness.productTasks();
  expect(more).toEqual([]);
  expect(task!.attributes).toMatchObject({
    taskType: 'voicemail',
    callBackData: { numberToCall: '+14155550123', transcriptText: 'Hi, this is Ana.' },
  });
  const [mail, ...others] = await harness.mails();
  expect(others).toEqual([]);
  expect(mail!.subject).toMatch(/\(0:07\)$/);
  expect(harness.sandboxErrors()).toEqual([]);
});
