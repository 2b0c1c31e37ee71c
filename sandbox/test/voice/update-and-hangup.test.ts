import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import type { ProductRequest } from './product-app';
import { createVoiceHarness, tone, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
let workflowSid: string;
beforeEach(async () => {
  harness = await createVoiceHarness({ statusCallback: true });
  workflowSid = [...harness.world.workflows.keys()][0]!;
  harness.product.on('/status', { status: 204 });
  harness.product.on('/new', '<Say>New words</Say>');
  harness.product.on('/wait', '<Say>Please hold the line for an agent.</Say>');
});
afterEach(() => harness.close());

const forms = (path: string) => harness.product.to(path).map(({ form }) => form);

describe('a REST update of a call', () => {
  it('stops the document under way and plays another', async () => {
    harness.product.on('/voice', '<Say>A very long introduction nobody needs</Say><Say>More</Say>');
    const sid = await harness.call();
    await harness.clock.advance(1000);
    const view = harness.world.calls.update(sid, { url: `${harness.product.url}/new`, method: 'GET' });
    expect(view).toMatchObject({ sid, status: 'in-progress' });
    await harness.clock.advance(10_000);
    expect(harness.heard(sid)).toEqual(['say:A very long introduction nobody needs', 'stop', 'say:New words', 'ended']);
    expect(harness.product.to('/new')).toMatchObject([{ method: 'GET' }]);
  });

  it('ignores the answer of a webhook that was under way', async () => {
    let answer: (twiml: string) => void = () => undefined;
    harness.product.on('/slow', () => new Promise<string>((resolve) => (answer = resolve)));
    harness.product.on('/voice', '<Redirect>/slow</Redirect>');
    const sid = await harness.call();
    harness.world.calls.update(sid, { url: `${harness.product.url}/new` });
    await harness.clock.settle();
    answer('<Say>Too late</Say>');
    await harness.clock.advance(5000);
    expect(harness.heard(sid)).toEqual(['stop', 'say:New words', 'ended']);
  });

  it('takes the call out of the queue and cancels its task before REST answers', async () => {
    harness.product.on('/voice', `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait" action="/done"/>`);
    harness.product.on('/done', '<Say>Never heard</Say>');
    const sid = await harness.call();
    harness.world.calls.update(sid, { url: `${harness.product.url}/new` });
    expect(harness.world.tasks.list()).toMatchObject([{ assignmentStatus: 'canceled', reason: 'redirected' }]);
    expect(harness.world.queues.list()[0]?.members).toEqual([]);
    await harness.clock.advance(10_000);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'redirected' }]);
    expect(harness.heard(sid)).not.toContain('say:Never heard');
    expect(harness.heard(sid)).toContain('say:New words');
  });

  it('keeps a recording under way, without asking its action', async () => {
    harness.product.on('/voice', '<Record playBeep="false" action="/left" recordingStatusCallback="/recorded"/>');
    harness.product.on('/recorded', { status: 204 });
    const sid = await harness.call();
    harness.voice.speak(sid, writeTelephoneWav(tone(5)));
    await harness.clock.advance(3000);
    harness.world.calls.update(sid, { url: `${harness.product.url}/new` });
    await harness.clock.advance(3000);
    expect(forms('/left')).toEqual([]);
    expect(forms('/recorded')).toMatchObject([{ RecordingStatus: 'completed', RecordingDuration: '3' }]);
  });

  it('plays TwiML given as text', async () => {
    harness.product.on('/voice', '<Pause length="60"/>');
    const sid = await harness.call();
    harness.world.calls.update(sid, { twiml: '<Response><Say>From text</Say></Response>' });
    await harness.clock.advance(1000);
    expect(harness.heard(sid)).toEqual(['stop', 'say:From text', 'ended']);
  });

  it('lets the caller hear that the text was wrong', async () => {
    harness.product.on('/voice', '<Pause length="60"/>');
    const sid = await harness.call();
    harness.world.calls.update(sid, { twiml: '<Response><Say>' });
    await harness.clock.advance(6000);
    expect(harness.heard(sid)).toContain('say:We are sorry, an application error has occurred. Goodbye.');
  });

  it('ends the call', async () => {
    harness.product.on('/voice', '<Pause length="60"/>');
    const sid = await harness.call();
    expect(harness.world.calls.update(sid, { status: 'completed' })).toMatchObject({ status: 'completed' });
    await harness.clock.settle();
    expect(harness.heard(sid)).toEqual(['ended']);
  });

  it('is refused in Twilio’s shape', async () => {
    harness.product.on('/voice', '<Hangup/>');
    const sid = await harness.call();
    const refusal = (change: Parameters<typeof harness.world.calls.update>[1], call = sid) => {
      try {
        harness.world.calls.update(call, change);
      } catch (error) {
        return { status: (error as { status: number }).status, code: (error as { code: number }).code };
      }
      return null;
    };
    expect(refusal({ url: `${harness.product.url}/new` })).toEqual({ status: 400, code: 21220 });
    expect(refusal({ url: `${harness.product.url}/new` }, `CA${'0'.repeat(32)}`)).toEqual({ status: 404, code: 20404 });
    harness.product.on('/voice', '<Say>Hi</Say><Pause length="60"/>');
    const live = await harness.call();
    expect(refusal({ url: 'no url' }, live)).toEqual({ status: 400, code: 21205 });
    expect(refusal({ twiml: `<Response>${' '.repeat(4000)}</Response>` }, live)).toEqual({ status: 400, code: 32018 });
    expect(harness.voice.get(live)?.status).toBe('in-progress');
  });
});

describe('hanging up', () => {
  const cases: [string, string, (sid: string) => Promise<unknown>][] = [
    ['during a prompt', '<Say>Hello</Say><Redirect>/after</Redirect>', () => harness.clock.advance(500)],
    [
      'while keys are gathered',
      '<Gather timeout="9" action="/after"/><Redirect>/after</Redirect>',
      () => harness.clock.advance(1),
    ],
    ['between digits', '<Gather action="/after"/>', async (sid) => harness.voice.press(sid, '1')],
    [
      'during a pause',
      '<Say>Hi</Say><Pause length="9"/><Redirect>/after</Redirect>',
      () => harness.clock.advance(5000),
    ],
  ];

  it.each(cases)('%s ends everything and asks nothing more', async (_when, verbs, before) => {
    harness.product.on('/voice', verbs);
    const sid = await harness.call();
    await before(sid);
    harness.voice.hangUp(sid);
    await harness.clock.advance(60_000);
    expect(harness.product.to('/after')).toEqual([]);
    expect(harness.voice.get(sid)).toMatchObject({ status: 'completed' });
    expect(harness.heard(sid).filter((what) => what === 'ended')).toHaveLength(1);
    expect(() => harness.voice.press(sid, '1')).toThrow(expect.objectContaining({ code: 21220 }));
    expect(() => harness.voice.hangUp(sid)).toThrow(expect.objectContaining({ code: 21220 }));
  });

  it('while a webhook is under way ignores its answer', async () => {
    let answer: (twiml: string) => void = () => undefined;
    const seen: ProductRequest[] = [];
    harness.product.on('/voice', (request) => {
      seen.push(request);
      return new Promise<string>((resolve) => (answer = resolve));
    });
    const sid = await harness.call();
    harness.voice.hangUp(sid);
    answer('<Say>Hello?</Say>');
    await harness.clock.advance(5000);
    expect(seen).toHaveLength(1);
    expect(harness.heard(sid)).toEqual([]);
    expect(harness.voice.get(sid)).toMatchObject({ status: 'no-answer' });
  });

  it('is reported to the number’s status callback', async () => {
    harness.product.on('/voice', '<Pause length="90"/>');
    const sid = await harness.call();
    await harness.clock.advance(61_000);
    harness.voice.hangUp(sid);
    await harness.clock.settle();
    expect(forms('/status')).toMatchObject([
      { CallSid: sid, CallDuration: '61', Duration: '2', CallbackSource: 'call-progress-events' },
    ]);
  });
});
