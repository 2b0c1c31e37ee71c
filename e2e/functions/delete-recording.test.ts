import { closeHarnesses, openHarnessOverHttp } from '../support/harness';
import { acceptVoicemailAsSam, codeOf, readCard } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** A supervisor deletes a message. */
test('deleting removes recording and transcript from Twilio, entry and task, also when repeated', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor']);
  const [recording] = harness.recordings();
  expect(harness.transcriptions(recording!.sid)).toHaveLength(1);
  for (let n = 0; n < 2; n += 1) {
    const answer = await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task.sid });
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
  }
  expect(harness.recordings()).toEqual([]);
  expect(harness.transcriptions(recording!.sid)).toEqual([]);
  expect(await readCard(harness, sam, task.sid)).toMatchObject({
    recording: { state: 'deleted' },
    transcript: { state: 'none' },
  });
  expect(harness.task(task.sid).attributes.callBackData).toMatchObject({ isDeleted: true });
  expect(JSON.stringify(harness.task(task.sid).attributes)).not.toMatch(/transcriptText|recordingSid/);
  const sound = await harness.postFlex('voicemail-audio', sam.token, { TaskSid: task.sid });
  expect([sound.status, await codeOf(sound)]).toEqual([410, 'recording-deleted']);
});

test('a transcript that arrives after deletion is discarded', async () => {
  const harness = await openHarnessOverHttp();
  const caller = await harness.leaveVoicemail();
  const sue = harness.signIn('sue', ['supervisor']);
  for (let n = 0; n < 100 && harness.productTasks().length === 0; n += 1) await harness.advance(200);
  const [task] = harness.productTasks();
  expect(await readCard(harness, sue, task!.sid)).toMatchObject({ transcript: { state: 'pending' } });
  expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task!.sid })).status).toBe(200);
  await harness.advance(60_000);
  expect(await readCard(harness, sue, task!.sid)).toMatchObject({
    recording: { state: 'deleted' },
    transcript: { state: 'none' },
  });
  expect(harness.task(task!.sid).attributes.callBackData).not.toHaveProperty('transcriptText');
  expect(await harness.document(`voicemail-${caller.sid}-1`)).not.toHaveProperty('transcript.text');
});

test('after deletion, a waiting mail is not sent', async () => {
  const harness = await openHarnessOverHttp();
  const removeFault = harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sue = harness.signIn('sue', ['admin']);
  await harness.advance(1_000);
  await harness.postFlex('delete-voicemail', sue.token, { TaskSid: harness.productTasks()[0]!.sid });
  removeFault();
  for (let n = 0; n < 4; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
  expect(await harness.mails()).toEqual([]);
});

test('when Twilio cannot delete the recording, says so and keeps everything', async () => {
  const { harness, sam, task } = await acceptVoicemailAsSam();
  const sue = harness.signIn('sue', ['supervisor']);
  harness.injectFault({ host: 'api.twilio.com', method: 'DELETE', kind: 'status', status: 500 });
  expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid: task.sid })).status).toBe(502);
  expect(await readCard(harness, sam, task.sid)).toMatchObject({ recording: { state: 'ready' } });
});
