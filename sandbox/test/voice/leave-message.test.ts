import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import { CALLER, createVoiceHarness, NUMBER, tone, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness();
});
afterEach(() => harness.close());

const message = { wav: writeTelephoneWav(tone(7)), transcript: 'Call me back.' };
const leave = (keys?: string) =>
  harness.voice.leaveMessage({ from: CALLER, to: NUMBER }, { ...message, ...(keys === undefined ? {} : { keys }) });
/** Sleeping for no time takes a millisecond of virtual time. */
const INSTANTLY_MS = 100;
const record = (more = '') =>
  `<Record action="/recorded" recordingStatusCallback="/status" transcribe="true"
    transcribeCallback="/transcribed" ${more}/>`;

test('a message is left in no time, with the recording of its true length and all webhooks in their order', async () => {
  const { product, world, voice, clock } = harness;
  product.on('/voice', `<Say>Please leave your message after the tone.</Say><Pause length="5"/>${record()}`);
  for (const path of ['/recorded', '/status', '/transcribed']) product.on(path, '');
  const events: unknown[] = [];
  voice.subscribe((event) => events.push(event));
  const begun = clock.now();
  const left = leave();
  await clock.advance(INSTANTLY_MS);
  const { sid, recorded } = await left;
  expect(recorded).toBe(true);

  const [recording] = world.recordings.list();
  expect(recording).toMatchObject({ callSid: sid, status: 'completed', durationSeconds: 7 });
  expect(recording!.wav!.subarray(44).equals(tone(7))).toBe(true);
  expect(product.requests.map(({ path }) => path)).toEqual(['/voice', '/recorded', '/status', '/transcribed']);
  expect(product.to('/recorded')[0]!.params).toMatchObject({ Digits: 'hangup', RecordingDuration: '7' });
  expect(product.to('/transcribed')[0]!.params.TranscriptionText).toBe('Call me back.');
  // It all lies in the past, in the order of a call.
  const call = voice.get(sid)!;
  expect(call.status).toBe('completed');
  expect(call.startTime).toBe(begun - 7000);
  expect(recording!.startTime).toBeGreaterThanOrEqual(call.startTime);
  expect(recording!.startTime + 7000).toBe(call.endTime);
  expect(call.endTime!).toBeLessThanOrEqual(clock.now());
  // The telephone is not in this call; the log is.
  expect(events).toEqual([]);
  expect(harness.heard(sid)).toEqual(['say:Please leave your message after the tone.', 'beep', 'ended']);
  expect(harness.logged('info')).toEqual(expect.arrayContaining(['caller speaks for 7 s', 'caller hung up']));
});

test('keys are pressed one by one, each as soon as something listens', async () => {
  const { product, clock } = harness;
  product.on('/voice', '<Gather action="/menu" numDigits="1"><Say>Press star.</Say></Gather>');
  product.on('/menu', ({ params }) =>
    params.Digits === '2' ? record() : '<Gather action="/menu" numDigits="1"><Say>Press 2.</Say></Gather>',
  );
  for (const path of ['/recorded', '/status', '/transcribed']) product.on(path, '');
  const left = leave('*2');
  await clock.advance(INSTANTLY_MS);
  expect((await left).recorded).toBe(true);
  expect(product.to('/menu').map(({ params }) => params.Digits)).toEqual(['*', '2']);
});

test('a message longer than the line records is cut at the limit', async () => {
  const { product, world, clock } = harness;
  product.on('/voice', record('maxLength="3"'));
  for (const path of ['/recorded', '/status', '/transcribed']) product.on(path, '');
  const left = leave();
  await clock.advance(INSTANTLY_MS);
  expect((await left).recorded).toBe(true);
  expect(world.recordings.list()).toMatchObject([{ durationSeconds: 3 }]);
});

test.each([
  ['plays for ever', '<Say loop="0">Please hold.</Say>'],
  ['leads to itself for ever', '<Say>Please hold.</Say><Redirect>/voice</Redirect>'],
])('on a line that %s the call ends soon, and nothing is recorded', async (_what, document) => {
  const { product, world, voice, clock } = harness;
  product.on('/voice', document);
  const left = leave();
  await clock.advance(1000);
  const { sid, recorded } = await left;
  expect(recorded).toBe(false);
  expect(world.recordings.list()).toEqual([]);
  expect(voice.get(sid)!.status).toBe('completed');
});
