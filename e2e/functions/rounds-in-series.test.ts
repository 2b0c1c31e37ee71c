import type { EmailHistoryResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { FIRST_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract';
import { closeHarnesses, openHarness } from '../support/harness';
import { roundsInSeries } from '../support/round-trips';

afterEach(closeHarnesses);

/** Each round in series costs a user the way to Twilio and back. This message has a transcription, deleted before it. */
test('each click in Flex takes few rounds of requests to Twilio', async () => {
  const harness = await openHarness();
  await harness.createIndexMaps();
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const [task] = harness.productTasks();
  harness.accept(sam, task!.sid);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const ask = async (page: string, token: string, params: Record<string, string> = {}) => {
    const mark = harness.requestCount();
    const answer = await harness.postFlex(page, token, params);
    expect([page, answer.status]).toEqual([page, page === 'voicemail-audio' ? 206 : 200]);
    return { answer, rounds: roundsInSeries(harness.requestsSince(mark)) };
  };
  const json = async <T>({ answer }: { answer: Response }) => (await answer.json()) as T;
  // The map of the audit is made at its first use.
  const { settings, revision } = await json<EmailSettingsResponse>(await ask('email-settings', sue.token));
  const save = { Action: 'save', Settings: JSON.stringify(settings), Rules: '{"version":1,"rules":[]}' };
  const saved = await json<EmailSettingsResponse>(
    await ask('email-settings', sue.token, { ...save, Revision: String(revision) }),
  );
  const rules = { version: 1, rules: [{ id: 'a', recipients: [{ address: 'sales@example.com' }] }] };

  harness.setLatency(60);
  const TaskSid = task!.sid;
  const rounds: Record<string, number> = {};
  rounds.card = (await ask('voicemail', sam.token, { TaskSid })).rounds;
  const Length = String(FIRST_AUDIO_RANGE_BYTES);
  rounds.sound = (await ask('voicemail-audio', sam.token, { TaskSid, Start: '0', Length })).rounds;
  const Voicemail = `voicemail-${caller.sid}-1`;
  const requeued = await ask('requeue-callback', sam.token, { TaskSid, Voicemail });
  rounds.requeue = requeued.rounds;
  const { taskSid } = await json<{ taskSid: string }>(requeued);
  rounds.save = (
    await ask('email-settings', sue.token, { ...save, Rules: JSON.stringify(rules), Revision: String(saved.revision) })
  ).rounds;
  const history = await ask('email-history', sue.token);
  rounds.history = history.rounds;
  expect((await json<EmailHistoryResponse>(history)).items).toHaveLength(1);
  rounds.delete = (await ask('delete-voicemail', sue.token, { TaskSid: taskSid, Voicemail })).rounds;
  // A supervisor who is new to the process costs no more: the plugin sends the worker's SID.
  const lea = harness.signIn('lea', ['supervisor'], 'Offline');
  rounds.historyOfAnother = (await ask('email-history', lea.token, { WorkerSid: lea.sid })).rounds;
  expect(rounds).toEqual({ historyOfAnother: 2, card: 3, sound: 3, requeue: 4, save: 4, history: 2, delete: 5 });
});
