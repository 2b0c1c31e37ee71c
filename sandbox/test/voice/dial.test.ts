import { CALLER, createVoiceHarness, NUMBER, type VoiceHarness } from './voice-harness';

/** The first number is called by REST, the second by `<Dial>`. */
const AGENT = '+15550100042';
const CUSTOMER = '+15550100043';

let harness: VoiceHarness;
beforeEach(async () => {
  harness = await createVoiceHarness({ statusCallback: true });
  const { product } = harness;
  product.on('/ask', '<Gather input="dtmf" numDigits="1" action="/key"><Say>Press 1.</Say></Gather>');
  product.on('/key', dial());
  product.on('/after', ({ form }) => `<Say>It was ${form.DialCallStatus}.</Say>`);
  for (const path of ['/ended', '/leg', '/status']) product.on(path, { status: 204 });
});
afterEach(() => harness.close());

const EVENTS = 'initiated ringing answered completed';
const dial = (attributes = `callerId="${NUMBER}" timeout="25" action="/after" answerOnBridge="true"`) =>
  `<Dial ${attributes}><Number statusCallback="/leg" statusCallbackEvent="${EVENTS}">${CUSTOMER}</Number></Dial>`;
const legs = () => harness.voice.list().filter(({ direction }) => direction === 'outbound-dial');
const to = (path: string) => harness.product.to(path).map(({ form }) => form);
const inOrder = () => to('/leg').sort((a, b) => Number(a.SequenceNumber) - Number(b.SequenceNumber));

/** The account calls the agent, who presses 1. @returns the calls of both, the second of which rings */
async function ringBoth(twiml?: string) {
  if (twiml !== undefined) harness.product.on('/key', twiml);
  const first = harness.world.calls.create({
    ...{ from: NUMBER, to: AGENT, url: `${harness.product.url}/ask`, method: 'POST' },
    ...{ statusCallback: `${harness.product.url}/ended` },
  });
  harness.voice.pickUp(first.sid);
  await harness.clock.advance(1_500);
  harness.voice.press(first.sid, '1');
  await harness.clock.settle();
  return { first, leg: legs().at(-1)! };
}
/** Both talk. */
async function connect(twiml?: string) {
  const calls = await ringBoth(twiml);
  await harness.clock.advance(4_000);
  harness.voice.pickUp(calls.leg.sid);
  await harness.clock.settle();
  return calls;
}
async function hangUp({ sid }: { sid: string }) {
  harness.voice.hangUp(sid);
  await harness.clock.settle();
}

test('Dial rings a second call of its own, which belongs to the first', async () => {
  const { first, leg } = await ringBoth();
  expect(leg).toMatchObject({
    ...{ from: NUMBER, to: CUSTOMER, status: 'ringing', direction: 'outbound-dial', parentCallSid: first.sid },
  });
  expect(harness.voice.callEvents(leg.sid)[0]).toMatchObject({ type: 'rings', from: NUMBER, to: CUSTOMER });
});

test('each party is shown when the other one is called and connected', async () => {
  const { first, leg } = await connect();
  const shown = (sid: string) => harness.voice.callEvents(sid).filter(({ type }) => type === 'dial');
  expect(shown(first.sid)).toMatchObject([
    { number: CUSTOMER, connected: false },
    { number: CUSTOMER, connected: true },
  ]);
  expect(shown(leg.sid)).toMatchObject([{ number: AGENT, connected: true }]);
});

test('a dialed inbound caller is shown by the number that called', async () => {
  harness.product.on('/voice', dial());
  await harness.call();
  harness.voice.pickUp(legs()[0]!.sid);
  expect(harness.voice.callEvents(legs()[0]!.sid)).toContainEqual(
    expect.objectContaining({ type: 'dial', number: CALLER, connected: true }),
  );
});

test('the dialed party hangs up: the action is requested, and its answer goes on with the first call', async () => {
  const { first, leg } = await connect();
  await harness.clock.advance(20_000);
  await hangUp(leg);
  expect(to('/after')).toMatchObject([
    {
      ...{ CallSid: first.sid, CallStatus: 'in-progress', Direction: 'outbound-api' },
      ...{ DialCallStatus: 'completed', DialCallSid: leg.sid, DialCallDuration: '20', DialBridged: 'true' },
    },
  ]);
  expect(leg).toMatchObject({ status: 'completed' });
  await harness.clock.advance(5_000);
  expect(harness.heard(first.sid)).toEqual(['say:Press 1.', 'say:It was completed.', 'ended']);
});

test('the first call hangs up: the dialed call ends, and what the action answers is ignored', async () => {
  const { first, leg } = await connect();
  await harness.clock.advance(10_000);
  await hangUp(first);
  expect(leg).toMatchObject({ status: 'completed' });
  expect(to('/after')).toMatchObject([
    { CallSid: first.sid, CallStatus: 'completed', DialCallStatus: 'completed', DialCallDuration: '10' },
  ]);
  await harness.clock.advance(5_000);
  expect(harness.heard(first.sid)).toEqual(['say:Press 1.', 'ended']);
});

test('when the first call hangs up while the second rings, the second is canceled', async () => {
  const { first, leg } = await ringBoth();
  await hangUp(first);
  expect(leg).toMatchObject({ status: 'canceled' });
  expect(to('/after')).toMatchObject([{ CallStatus: 'completed', DialCallStatus: 'canceled', DialBridged: 'false' }]);
  expect(inOrder().at(-1)).toMatchObject({ CallStatus: 'canceled', CallDuration: '0' });
});

test.each([
  ['nobody answers within the timeout', 'no-answer', () => harness.clock.advance(25_500)],
  ['the dialed party declines', 'busy', () => hangUp(legs()[0]!)],
  ['the line is busy', 'busy', () => endRinging('busy')],
  ['there is no such number', 'failed', () => endRinging('failed')],
  ['REST cancels the ringing call', 'canceled', () => cancel()],
])('when %s, the action says %s and the first call goes on', async (_what, status, act) => {
  const { first, leg } = await ringBoth();
  await act();
  await harness.clock.settle();
  expect(to('/after')).toEqual([
    expect.objectContaining({ CallStatus: 'in-progress', DialCallStatus: status, DialCallSid: leg.sid }),
  ]);
  expect(to('/after')[0]).not.toHaveProperty('DialCallDuration');
  await harness.clock.advance(5_000);
  expect(harness.heard(first.sid)).toEqual(['say:Press 1.', `say:It was ${status}.`, 'ended']);
});
async function endRinging(status: 'busy' | 'failed') {
  harness.voice.endRinging(legs()[0]!.sid, status);
}
async function cancel() {
  harness.world.calls.update(legs()[0]!.sid, { status: 'canceled' });
}

test('a dialed call rings for 30 seconds if Dial names no timeout', async () => {
  const { leg } = await ringBoth(dial('action="/after"'));
  await harness.clock.advance(29_500);
  expect(leg.status).toBe('ringing');
  await harness.clock.advance(1_000);
  expect(leg.status).toBe('no-answer');
});

test('timeLimit ends the talk, counted from the answer, and the first call goes on', async () => {
  const { first, leg } = await connect(dial('timeLimit="60" action="/after"'));
  await harness.clock.advance(59_000);
  expect(leg.status).toBe('in-progress');
  await harness.clock.advance(1_500);
  expect(to('/after')).toMatchObject([{ DialCallStatus: 'completed', DialCallDuration: '60' }]);
  expect(harness.voice.get(first.sid)?.status).toBe('in-progress');
});

test('the time limit of the first call ends both', async () => {
  harness.product.on('/ask', dial());
  const first = harness.world.calls.create({
    ...{ from: NUMBER, to: AGENT, url: `${harness.product.url}/ask`, method: 'POST', timeLimitSeconds: 30 },
  });
  harness.voice.pickUp(first.sid);
  await harness.clock.settle();
  harness.voice.pickUp(legs()[0]!.sid);
  await harness.clock.advance(31_000);
  expect([first.status, legs()[0]!.status]).toEqual(['completed', 'completed']);
});

test('without an action, the next verb goes on', async () => {
  const { first, leg } = await connect(`${dial('')}<Say>Next.</Say>`);
  await hangUp(leg);
  expect(harness.heard(first.sid)).toEqual(['say:Press 1.', 'say:Next.']);
});

test('without an action and a next verb, the call ends', async () => {
  const { first, leg } = await connect(`<Dial>${CUSTOMER}</Dial>`);
  await hangUp(leg);
  expect(harness.voice.get(first.sid)?.status).toBe('completed');
});

test('the callback of a Number is told of each event, signed, with the sid of the first call', async () => {
  const { first, leg } = await connect();
  await harness.clock.advance(20_000);
  await hangUp(leg);
  const common = { CallSid: leg.sid, ParentCallSid: first.sid, Direction: 'outbound-dial', From: NUMBER, To: CUSTOMER };
  expect(inOrder()).toMatchObject(
    ['initiated', 'ringing', 'in-progress', 'completed'].map((CallStatus, n) => ({
      ...common,
      ...{ CallStatus, SequenceNumber: String(n), CallbackSource: 'call-progress-events' },
    })),
  );
  expect(inOrder().map(({ CallDuration }) => CallDuration)).toEqual([undefined, undefined, undefined, '20']);
  for (const { headers } of harness.product.to('/leg')) expect(headers['x-twilio-signature']).toMatch(/^[\w+/]{27}=$/);
});

test.each([
  [' statusCallbackEvent="answered completed"', ['in-progress', 'completed']],
  ['', ['completed']],
])('the callback of a Number with%s is told of those events only', async (attribute, statuses) => {
  const { leg } = await connect(`<Dial><Number statusCallback="/leg"${attribute}>${CUSTOMER}</Number></Dial>`);
  await hangUp(leg);
  expect(inOrder().map(({ CallStatus }) => CallStatus)).toEqual(statuses);
});

test.each([
  ['a number of the account', NUMBER, NUMBER],
  ['the number that called', CALLER, CALLER],
  ['none', undefined, CALLER],
])('an inbound caller may be dialed on with this caller id: %s', async (_what, callerId, from) => {
  harness.product.on('/voice', dial(callerId === undefined ? '' : `callerId="${callerId}"`));
  await harness.call();
  expect(legs()).toMatchObject([{ from }]);
});

test.each([
  ['another number’s caller id', `callerId="${CUSTOMER}"`, CUSTOMER, 'warning', '13214 Dial: Invalid callerId value'],
  ['a number that is not E.164', '', '(555) 010-0043', 'warning', '13223 Dial: Invalid phone number format'],
  ['no number', '', '', 'warning', '13223 Dial: Invalid phone number format'],
  ['a country that there is not', '', '+99912345678', 'error', '13224 Dial: Twilio does not support calling'],
] as const)('Dial fails with %s, and the debugger notes why', async (_what, attributes, number, level, text) => {
  const { first, leg } = await ringBoth(`<Dial action="/after" ${attributes}><Number>${number}</Number></Dial>`);
  expect(leg).toBeUndefined();
  expect(harness.logged(level).join('\n')).toContain(text);
  expect(to('/after')).toMatchObject([{ CallSid: first.sid, DialCallStatus: 'failed' }]);
  expect(harness.heard(first.sid)).toEqual(['say:Press 1.', 'say:It was failed.']);
});

test.each([
  ['<Dial record>', `<Dial record="true">${CUSTOMER}</Dial>`],
  ['<Dial hangupOnStar>', `<Dial hangupOnStar="true">${CUSTOMER}</Dial>`],
  ['<Number url>', `<Dial><Number url="/whisper">${CUSTOMER}</Number></Dial>`],
  ['several numbers in <Dial>', `<Dial><Number>${CUSTOMER}</Number><Number>${AGENT}</Number></Dial>`],
  ...['Application', 'Client', 'Conference', 'Queue', 'Sim', 'Sip', 'WhatsApp'].map((noun) => [
    `<${noun}> in <Dial>`,
    `<Dial><${noun}>joey</${noun}></Dial>`,
  ]),
])('the sandbox refuses, in one line, %s', async (named, twiml) => {
  const { first } = await ringBoth(`<Say>Wait.</Say>${twiml}`);
  await harness.clock.advance(1_500);
  expect(legs()).toEqual([]);
  expect(harness.logged('error').join('\n')).toContain(`the sandbox does not model ${named}`);
  expect(harness.heard(first.sid).at(-1)).toContain('application error');
});

test('an element that no Dial may hold is refused as Twilio does', async () => {
  await ringBoth('<Dial><Say>Hello</Say></Dial>');
  expect(harness.logged('error').join('\n')).toContain('12200 Schema validation: <Dial> may not hold <Say>');
});

test.each([
  ['false', 'in-progress'],
  ['true', 'ringing'],
])('with answerOnBridge="%s" an inbound call is %s until the dialed party answers', async (value, status) => {
  harness.product.on('/voice', dial(`answerOnBridge="${value}"`));
  const sid = await harness.call();
  expect(harness.voice.get(sid)?.status).toBe(status);
  harness.voice.pickUp(legs()[0]!.sid);
  await harness.clock.settle();
  expect(harness.voice.get(sid)?.status).toBe('in-progress');
});

test('new TwiML for the first call ends the dialed one, without a request to the action', async () => {
  const { first, leg } = await connect();
  harness.world.calls.update(first.sid, { twiml: '<Response><Say>Instead.</Say></Response>' });
  await harness.clock.settle();
  expect(leg.status).toBe('completed');
  expect(to('/after')).toEqual([]);
  expect(harness.heard(first.sid).at(-1)).toBe('say:Instead.');
});

test('new TwiML for the dialed call is refused', async () => {
  const { leg } = await connect();
  const change = () => harness.world.calls.update(leg.sid, { twiml: '<Response/>' });
  expect(change).toThrow(/does not model new TwiML for a dialed call/);
});

test('an interceptor can lose the requests of Dial, as all others', async () => {
  await harness.close();
  const lost: string[] = [];
  harness = await createVoiceHarness({
    webhooks: {
      async intercept(webhook, send) {
        if (!webhook.kind.startsWith('dial-')) return send();
        lost.push(webhook.kind);
        return { ok: false, code: 11200, message: 'lost' };
      },
    },
  });
  harness.product.on('/ask', dial());
  const first = harness.world.calls.create({
    ...{ from: NUMBER, to: AGENT, url: `${harness.product.url}/ask`, method: 'POST' },
  });
  harness.voice.pickUp(first.sid);
  await harness.clock.settle();
  await hangUp(legs()[0]!);
  expect(lost).toEqual(['dial-status', 'dial-status', 'dial-status', 'dial-action']);
  expect(harness.heard(first.sid).at(-1)).toContain('application error');
});
