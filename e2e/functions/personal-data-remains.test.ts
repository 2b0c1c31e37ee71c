import type { PersonalDataResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { askPersonalData, placesOf } from '../support/personal-data';
import { leaveMessageRecordedAgain } from '../support/recorded-again';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';
import { acceptVoicemailAsSam, codeOf } from '../support/task-of-sam';

afterEach(closeHarnesses);

/** What a deletion by number must find although no history row, or no entry, leads to it any more. */
const ANA = '+12025550123';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function supervisor(harness: Harness, name = 'sue') {
  const { sid } = harness.signIn(name, ['supervisor'], 'Offline');
  // A Flex token does not last for days.
  return () => harness.world.flexTokens.issue({ identity: name, roles: ['supervisor'], workerSid: sid });
}
const post = (harness: Harness, { token }: { token: string }, params: Record<string, string>) =>
  harness.postFlex('personal-data', token, { Number: ANA, ...params });
async function sweepDaily(harness: Harness, days: number) {
  for (let day = 0; day < days; day += 1) {
    await harness.advance(DAY);
    await harness.runOutboxSweep();
  }
}
const certified = (certificate: { json: string } | undefined) =>
  JSON.parse(certificate!.json) as {
    deleted: { id: string; recordings: { sid: string }[]; sync: { rows: string }; state: string }[];
    notFound: string[];
  };

describe('a certificate', () => {
  test.each(['end', 'calls', 'tasks'])('is not issued for the place "%s" that nobody has walked to', async (Cursor) => {
    const harness = await openHarness();
    const caller = await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    const answer = await post(harness, supervisor(harness)(), { Action: 'erase', Cursor });
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid']);
    expect(harness.recordings().filter(({ callSid }) => callSid === caller.sid)).toHaveLength(1);
  });

  test('is not issued for the walk of another supervisor, or of a search', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    const [sue, max] = [supervisor(harness), supervisor(harness, 'max')];
    const walked = (await (await post(harness, sue(), { Action: 'erase' })).json()) as PersonalDataResponse;
    expect(walked.cursor).toMatch(/ end$/);
    for (const [who, Action] of [
      [max, 'erase'],
      [sue, 'find'],
    ] as const)
      expect((await post(harness, who(), { Action, Cursor: walked.cursor! })).status).toBe(422);
    expect((await post(harness, sue(), { Action: 'erase', Cursor: walked.cursor! })).status).toBe(200);
  });

  test('says what is to be checked, and when it is had again, that all is complete', async () => {
    const harness = await openHarness();
    await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    const sue = supervisor(harness);
    const first = await askPersonalData(harness, sue(), 'erase', ANA);
    expect(first.certificate).toMatchObject({ isComplete: false });
    expect(certified(first.certificate).deleted).toMatchObject([
      { state: 'to be checked', sync: { rows: 'deleted, to be checked' } },
    ]);
    await runScheduledSweeps(harness, 3);
    const found = (await (await post(harness, sue(), { Action: 'find' })).json()) as PersonalDataResponse;
    expect(found).toEqual({ items: [], erasedBefore: true });
    const again = await askPersonalData(harness, sue(), 'erase', ANA);
    expect(again.certificate).toMatchObject({ isComplete: true });
    expect(certified(again.certificate).deleted).toMatchObject([{ state: 'complete', sync: { rows: 'deleted' } }]);
  });

  test('that the audit does not take is refused, and says that everything was deleted', async () => {
    const harness = await openHarness({ environment: { AUDIT_REQUIRED: 'true' } });
    await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    const sue = supervisor(harness);
    const { cursor } = (await (await post(harness, sue(), { Action: 'erase' })).json()) as PersonalDataResponse;
    const removeFault = harness.injectFault({ host: 'sync.twilio.com', path: /audit-/, kind: 'status', status: 503 });
    const refused = await post(harness, sue(), { Action: 'erase', Cursor: cursor! });
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'certificate-unavailable']);
    removeFault();
    expect((await post(harness, sue(), { Action: 'erase', Cursor: cursor! })).status).toBe(200);
  });
});

test('a message that the caller recorded again is deleted days later, with its entry', async () => {
  const harness = await openHarness();
  const caller = await leaveMessageRecordedAgain(harness);
  expect(harness.recordings()).toHaveLength(2);
  await sweepDaily(harness, 3);
  const { certificate } = await askPersonalData(harness, supervisor(harness)(), 'erase', ANA);
  expect(harness.recordings()).toEqual([]);
  expect(
    certified(certificate)
      .deleted.map(({ id }) => id)
      .sort(),
  ).toEqual([`voicemail-${caller.sid}-1`, `voicemail-${caller.sid}-2`]);
  await runScheduledSweeps(harness, 3);
  expect(placesOf(harness, ANA)).toEqual([]);
});

test('a recording is deleted although retention has deleted its entry', async () => {
  const harness = await openHarness({ settings: { retention: { entries: 7, history: 350, audit: 365 } } });
  const caller = await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await sweepDaily(harness, 12);
  const id = `voicemail-${caller.sid}-1`;
  expect(await harness.document(id)).toBeUndefined();
  const { sid } = harness.recordings()[0]!;

  const { certificate } = await askPersonalData(harness, supervisor(harness)(), 'erase', ANA);
  expect(harness.recordings()).toEqual([]);
  expect(harness.transcriptions(sid)).toEqual([]);
  expect(certified(certificate)).toMatchObject({ deleted: [{ id, recordings: [{ sid }] }] });
  expect(certified(certificate).notFound).not.toContain('recordings');
  await runScheduledSweeps(harness, 3);
  expect(placesOf(harness, ANA)).toEqual([]);
});

test('what is stored of a call without a message is found and deleted within the week that it is kept', async () => {
  const harness = await openHarness({ settings: { missed_voicemail: 'cancel' } });
  const caller = await harness.dialToRecording();
  caller.hangUp();
  await sweepDaily(harness, 3);
  expect(placesOf(harness, ANA)).not.toEqual([]);
  const sue = supervisor(harness);
  expect((await askPersonalData(harness, sue(), 'find', ANA)).items).toHaveLength(1);
  await askPersonalData(harness, sue(), 'erase', ANA);
  expect(placesOf(harness, ANA)).toEqual([]);
});

test('a transcript that comes after its recording was deleted on the card does not stay at Twilio', async () => {
  const harness = await openHarness();
  harness.holdWebhooks(/studio\/transcription/);
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  const { sid } = harness.recordings()[0]!;
  const TaskSid = harness.productTasks()[0]!.sid;
  const deleted = await harness.postFlex('delete-voicemail', supervisor(harness)().token, { TaskSid });
  expect(deleted.status).toBe(200);
  const [webhook] = harness.heldWebhooks();
  // As if Twilio had been transcribing when the recording went.
  const late = harness.world.recordings.addTranscription(sid, 'completed', 'Call me back');
  await harness.redeliver({ ...webhook!, params: { ...webhook!.params, TranscriptionSid: late.sid } });
  expect(harness.transcriptions(sid)).toEqual([]);
});

test('an agent’s task that is filled again by a request of before is emptied again', async () => {
  const { harness, task } = await acceptVoicemailAsSam();
  const before = harness.task(task.sid).attributes;
  await askPersonalData(harness, supervisor(harness)(), 'erase', ANA);
  harness.world.tasks.update(task.sid, { attributes: JSON.stringify(before) });
  await runScheduledSweeps(harness, 3);
  expect(placesOf(harness, ANA)).toEqual([]);
  expect(JSON.stringify(harness.task(task.sid).attributes)).not.toMatch(/transcriptText|recordingSid/);
});

describe('retention', () => {
  test('deletes a message that was recorded again although the sent one was deleted before', async () => {
    const harness = await openHarness({
      settings: { retention: { recordings: 5, entries: 7, history: 7, audit: 365 } },
    });
    await leaveMessageRecordedAgain(harness);
    const TaskSid = harness.productTasks()[0]!.sid;
    await harness.postFlex('delete-voicemail', supervisor(harness)().token, { TaskSid });
    expect(harness.recordings()).toHaveLength(1);
    harness.handleTask(TaskSid);
    await sweepDaily(harness, 10);
    expect(harness.recordings()).toEqual([]);
    expect(placesOf(harness, ANA)).toEqual([]);
  });

  test('deletes an entry that nobody can read, with its recording', async () => {
    const harness = await openHarness({
      settings: { retention: { recordings: 5, entries: 7, history: 7, audit: 365 } },
    });
    const caller = await harness.leaveVoicemail();
    await harness.advance(MINUTE);
    harness.handleTask(harness.productTasks()[0]!.sid);
    const { value } = storedValues(harness.world).find(({ name }) => name === `voicemail-${caller.sid}-1`)!;
    value.data = { ...(value.data as object), priority: 'high' } as typeof value.data;
    await sweepDaily(harness, 10);
    expect(harness.recordings()).toEqual([]);
    expect(placesOf(harness, ANA)).toEqual([]);
  });
});
