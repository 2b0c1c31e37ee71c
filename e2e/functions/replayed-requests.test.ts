import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { forgetEntry } from '../support/personal-data';
import { roundsInSeries } from '../support/round-trips';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';

afterEach(closeHarnesses);

const DAY_MS = 24 * 60 * 60_000;
const ANA = '+12025550123';

/** Somebody has recorded the first request of each call, which Twilio signs and we do not. Nothing is left of the calls. */
async function recordFirstRequest(page: RegExp, numberOf: (harness: Harness) => string) {
  const harness = await openHarness();
  harness.recordWebhooks(page);
  const caller = await harness.dial({ to: numberOf(harness), from: ANA });
  return { harness, caller };
}
const namesIn = ({ world }: Harness) =>
  storedValues(world)
    .filter(({ value }) => JSON.stringify(value.data).includes(ANA.slice(1)))
    .map(({ name }) => name);

/**
 * A caller who left a message long ago: the task is handled, and the entry is gone, as after its 30 days. Of a younger
 * message without an entry, the daily comparison would make a new one (ADR 0134).
 */
async function replayOldVoicemail(whileTwilio: (harness: Harness) => () => void) {
  const { harness, caller } = await recordFirstRequest(/studio\/voicemail$/, ({ numbers }) => numbers.voicemail);
  await caller.waitForBeep();
  await caller.speak(harness.sample);
  caller.hangUp();
  await harness.advance(60_000);
  harness.handleTask(harness.productTasks()[0]!.sid);
  await runScheduledSweeps(harness, 2);
  await harness.advance(31 * DAY_MS);
  forgetEntry(harness, `voicemail-${caller.sid}-1`);
  const before = namesIn(harness);
  const removeFault = whileTwilio(harness);
  const [first] = harness.recordedWebhooks();
  const answer = await harness.redeliver(first!);
  removeFault();
  return { harness, answer, id: `voicemail-${caller.sid}-1`, before };
}

test('the first request of a call that ended long ago writes nothing and calls nobody back', async () => {
  const { harness, answer, id, before } = await replayOldVoicemail(() => () => undefined);
  expect(await answer.text()).toMatch(/<Response><Hangup\/><\/Response>/);
  expect(await harness.document(id)).toBeUndefined();
  expect(namesIn(harness)).toEqual(before);
  expect((await harness.indexKeys()).filter((key) => key.includes(id))).toEqual([]);
  await harness.advance(DAY_MS);
  await runScheduledSweeps(harness, 3);
  expect(harness.productTasks()).toEqual([]);
});

test('a sweep removes what the first request of an ended call wrote while calls could not be looked up', async () => {
  const { harness, id, before } = await replayOldVoicemail((one) =>
    one.injectFault({ host: 'api.twilio.com', path: /Calls\/CA/, kind: 'status', status: 503 }),
  );
  expect(await harness.document(id)).toMatchObject({ from: ANA });
  await harness.advance(DAY_MS);
  await runScheduledSweeps(harness, 3);
  expect(await harness.document(id)).toBeUndefined();
  expect(namesIn(harness)).toEqual(before);
  expect(harness.productTasks()).toEqual([]);
});

test('the first request of a wait that is over changes nothing', async () => {
  const { harness, caller } = await recordFirstRequest(/studio\/wait-experience/, ({ numbers }) => numbers.support);
  await caller.waitForPrompt(/For other options, press star/);
  caller.hangUp();
  await harness.advance(DAY_MS);
  const before = namesIn(harness);
  const mark = harness.requestCount();
  await harness.redeliver(harness.recordedWebhooks()[0]!);
  expect(harness.requestsSince(mark).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(namesIn(harness)).toEqual(before);
});

test('create-callback makes none for a call that ended more than seven days ago', async () => {
  const { harness, caller } = await recordFirstRequest(/studio\/voicemail$/, ({ numbers }) => numbers.voicemail);
  await caller.waitForBeep();
  caller.hangUp();
  await harness.advance(60_000);
  const ask = () =>
    harness.post('studio/create-callback', {
      ...{ numberToCall: ANA, numberToCallFrom: harness.numbers.support, callSid: caller.sid },
    });
  const open = harness.productTasks().length;
  await harness.advance(6 * DAY_MS);
  const first = await ask();
  expect(first.status).toBe(200);
  const { voicemail_id: id } = (await first.json()) as { voicemail_id: string };
  for (const { sid } of harness.productTasks()) harness.handleTask(sid);
  await runScheduledSweeps(harness, 2);
  await harness.advance(2 * DAY_MS);
  forgetEntry(harness, id);
  const replayed = await ask();
  expect([replayed.status, await replayed.json()]).toEqual([410, expect.objectContaining({ code: 'call-too-old' })]);
  expect(await harness.document(id)).toBeUndefined();
  await runScheduledSweeps(harness, 2);
  expect(harness.productTasks().length).toBeLessThanOrEqual(open);
});

test('a caller who comes straight to the voicemail waits for one round of requests', async () => {
  const harness = await openHarness();
  await harness.createIndexMaps();
  harness.setLatency(60);
  const mark = harness.requestCount();
  const caller = await harness.dial({ to: harness.numbers.voicemail });
  await caller.waitForBeep();
  const requests = harness.requestsSince(mark);
  expect(requests.map(({ host }) => host).sort()).toEqual(['api.twilio.com', 'sync.twilio.com', 'sync.twilio.com']);
  expect(roundsInSeries(requests)).toBe(1);
});
