import { createVoiceHarness, NUMBER, type VoiceHarness } from './voice-harness';

const TELEPHONE = '+15550100042';

let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness();
  harness.product.on('/ask', '<Gather numDigits="1" timeout="5" action="/key"><Say>Press 1.</Say></Gather>');
  harness.product.on('/key', ({ form }) => `<Say>You pressed ${form.Digits}.</Say>`);
  harness.product.on('/ended', { status: 204 });
});
afterEach(() => harness.close());

/** The account rings a telephone. */
async function ring(change: { timeoutSeconds?: number; timeLimitSeconds?: number; from?: string } = {}) {
  const { url } = harness.product;
  const call = harness.world.calls.create({
    ...{ from: NUMBER, to: TELEPHONE, url: `${url}/ask`, method: 'POST', timeoutSeconds: 20 },
    ...{ statusCallback: `${url}/ended`, statusCallbackMethod: 'POST' },
    ...change,
  });
  await harness.clock.settle();
  return call;
}
const ended = () => harness.product.to('/ended').map(({ form }) => [form.CallStatus, form.CallSid, form.CallDuration]);

test('a call of the account plays its TwiML when somebody has answered', async () => {
  const { sid } = await ring();
  await harness.clock.advance(3_000);
  expect(harness.product.requests).toEqual([]);
  harness.voice.pickUp(sid);
  await harness.clock.advance(1_500);
  harness.voice.press(sid, '1');
  await harness.clock.advance(5_000);
  expect(harness.heard(sid)).toEqual(['say:Press 1.', 'say:You pressed 1.', 'ended']);
  const [asked] = harness.product.to('/ask');
  expect(asked).toMatchObject({
    method: 'POST',
    form: { CallSid: sid, From: NUMBER, To: TELEPHONE, Direction: 'outbound-api', CallStatus: 'in-progress' },
  });
  expect(ended()).toEqual([['completed', sid, expect.stringMatching(/^[1-9]/)]]);
});

test.each([
  ['nobody answers', 'no-answer', () => harness.clock.advance(21_000)],
  [
    'the telephone is declined',
    'busy',
    async (sid: string) => {
      harness.voice.hangUp(sid);
      await harness.clock.settle();
    },
  ],
])('when %s, the status callback of a call says %s', async (_what, status, act) => {
  const { sid } = await ring();
  await act(sid);
  expect(ended()).toEqual([[status, sid, '0']]);
  expect(harness.product.to('/ask')).toEqual([]);
});

test('a call of the account ends at its time limit', async () => {
  harness.product.on('/ask', '<Pause length="600"/>');
  const { sid } = await ring({ timeLimitSeconds: 30 });
  harness.voice.pickUp(sid);
  await harness.clock.advance(29_000);
  expect(ended()).toEqual([]);
  await harness.clock.advance(2_000);
  expect(ended()).toEqual([['completed', sid, '30']]);
});

test('a call from a number that the account does not have is refused', async () => {
  await expect(ring({ from: TELEPHONE })).rejects.toMatchObject({ status: 400, code: 21210 });
});
