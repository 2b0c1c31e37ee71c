import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import type { ProductRequest } from './product-app';
import { type Scene, stage, tone } from './stage-a-call';

let scene: Scene;
let workflowSid: string;
beforeEach(async () => {
  scene = await stage({ statusCallback: true });
  workflowSid = [...scene.world.workflows.keys()][0]!;
  scene.product.on('/status', { status: 204 });
  scene.product.on('/new', '<Say>New words</Say>');
  scene.product.on('/wait', '<Say>Please hold the line for an agent.</Say>');
});
afterEach(() => scene.close());

const forms = (path: string) => scene.product.to(path).map(({ form }) => form);

describe('a REST update of a call', () => {
  it('stops the document under way and plays another', async () => {
    scene.product.on('/voice', '<Say>A very long introduction nobody needs</Say><Say>More</Say>');
    const sid = await scene.call();
    await scene.clock.advance(1000);
    const view = scene.world.calls.update(sid, { url: `${scene.product.url}/new`, method: 'GET' });
    expect(view).toMatchObject({ sid, status: 'in-progress' });
    await scene.clock.advance(10_000);
    expect(scene.heard(sid)).toEqual(['say:A very long introduction nobody needs', 'stop', 'say:New words', 'ended']);
    expect(scene.product.to('/new')).toMatchObject([{ method: 'GET' }]);
  });

  it('ignores the answer of a webhook that was under way', async () => {
    let answer: (twiml: string) => void = () => undefined;
    scene.product.on('/slow', () => new Promise<string>((resolve) => (answer = resolve)));
    scene.product.on('/voice', '<Redirect>/slow</Redirect>');
    const sid = await scene.call();
    scene.world.calls.update(sid, { url: `${scene.product.url}/new` });
    await scene.clock.settle();
    answer('<Say>Too late</Say>');
    await scene.clock.advance(5000);
    expect(scene.heard(sid)).toEqual(['stop', 'say:New words', 'ended']);
  });

  it('takes the call out of the queue and cancels its task before REST answers', async () => {
    scene.product.on('/voice', `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait" action="/done"/>`);
    scene.product.on('/done', '<Say>Never heard</Say>');
    const sid = await scene.call();
    scene.world.calls.update(sid, { url: `${scene.product.url}/new` });
    expect(scene.world.tasks.list()).toMatchObject([{ assignmentStatus: 'canceled', reason: 'redirected' }]);
    expect(scene.world.queues.list()[0]?.members).toEqual([]);
    await scene.clock.advance(10_000);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'redirected' }]);
    expect(scene.heard(sid)).not.toContain('say:Never heard');
    expect(scene.heard(sid)).toContain('say:New words');
  });

  it('keeps a recording under way, without asking its action', async () => {
    scene.product.on('/voice', '<Record playBeep="false" action="/left" recordingStatusCallback="/recorded"/>');
    scene.product.on('/recorded', { status: 204 });
    const sid = await scene.call();
    scene.voice.speak(sid, writeTelephoneWav(tone(5)));
    await scene.clock.advance(3000);
    scene.world.calls.update(sid, { url: `${scene.product.url}/new` });
    await scene.clock.advance(3000);
    expect(forms('/left')).toEqual([]);
    expect(forms('/recorded')).toMatchObject([{ RecordingStatus: 'completed', RecordingDuration: '3' }]);
  });

  it('plays TwiML given as text', async () => {
    scene.product.on('/voice', '<Pause length="60"/>');
    const sid = await scene.call();
    scene.world.calls.update(sid, { twiml: '<Response><Say>From text</Say></Response>' });
    await scene.clock.advance(1000);
    expect(scene.heard(sid)).toEqual(['stop', 'say:From text', 'ended']);
  });

  it('lets the caller hear that the text was wrong', async () => {
    scene.product.on('/voice', '<Pause length="60"/>');
    const sid = await scene.call();
    scene.world.calls.update(sid, { twiml: '<Response><Say>' });
    await scene.clock.advance(6000);
    expect(scene.heard(sid)).toContain('say:We are sorry, an application error has occurred. Goodbye.');
  });

  it('ends the call', async () => {
    scene.product.on('/voice', '<Pause length="60"/>');
    const sid = await scene.call();
    expect(scene.world.calls.update(sid, { status: 'completed' })).toMatchObject({ status: 'completed' });
    await scene.clock.settle();
    expect(scene.heard(sid)).toEqual(['ended']);
  });

  it('is refused in Twilio’s shape', async () => {
    scene.product.on('/voice', '<Hangup/>');
    const sid = await scene.call();
    const refusal = (change: Parameters<typeof scene.world.calls.update>[1], call = sid) => {
      try {
        scene.world.calls.update(call, change);
      } catch (error) {
        return { status: (error as { status: number }).status, code: (error as { code: number }).code };
      }
      return null;
    };
    expect(refusal({ url: `${scene.product.url}/new` })).toEqual({ status: 400, code: 21220 });
    expect(refusal({ url: `${scene.product.url}/new` }, `CA${'0'.repeat(32)}`)).toEqual({ status: 404, code: 20404 });
    scene.product.on('/voice', '<Say>Hi</Say><Pause length="60"/>');
    const live = await scene.call();
    expect(refusal({ url: 'no url' }, live)).toEqual({ status: 400, code: 21205 });
    expect(refusal({ twiml: `<Response>${' '.repeat(4000)}</Response>` }, live)).toEqual({ status: 400, code: 32018 });
    expect(scene.voice.get(live)?.status).toBe('in-progress');
  });
});

describe('hanging up', () => {
  const cases: [string, string, (sid: string) => Promise<unknown>][] = [
    ['during a prompt', '<Say>Hello</Say><Redirect>/after</Redirect>', () => scene.clock.advance(500)],
    [
      'while keys are gathered',
      '<Gather timeout="9" action="/after"/><Redirect>/after</Redirect>',
      () => scene.clock.advance(1),
    ],
    ['between digits', '<Gather action="/after"/>', async (sid) => scene.voice.press(sid, '1')],
    ['during a pause', '<Say>Hi</Say><Pause length="9"/><Redirect>/after</Redirect>', () => scene.clock.advance(5000)],
  ];

  it.each(cases)('%s ends everything and asks nothing more', async (_when, verbs, before) => {
    scene.product.on('/voice', verbs);
    const sid = await scene.call();
    await before(sid);
    scene.voice.hangUp(sid);
    await scene.clock.advance(60_000);
    expect(scene.product.to('/after')).toEqual([]);
    expect(scene.voice.get(sid)).toMatchObject({ status: 'completed' });
    expect(scene.heard(sid).filter((what) => what === 'ended')).toHaveLength(1);
    expect(() => scene.voice.press(sid, '1')).toThrow(expect.objectContaining({ code: 21220 }));
    expect(() => scene.voice.hangUp(sid)).toThrow(expect.objectContaining({ code: 21220 }));
  });

  it('while a webhook is under way ignores its answer', async () => {
    let answer: (twiml: string) => void = () => undefined;
    const seen: ProductRequest[] = [];
    scene.product.on('/voice', (request) => {
      seen.push(request);
      return new Promise<string>((resolve) => (answer = resolve));
    });
    const sid = await scene.call();
    scene.voice.hangUp(sid);
    answer('<Say>Hello?</Say>');
    await scene.clock.advance(5000);
    expect(seen).toHaveLength(1);
    expect(scene.heard(sid)).toEqual([]);
    expect(scene.voice.get(sid)).toMatchObject({ status: 'no-answer' });
  });

  it('is told to the number’s status callback', async () => {
    scene.product.on('/voice', '<Pause length="90"/>');
    const sid = await scene.call();
    await scene.clock.advance(61_000);
    scene.voice.hangUp(sid);
    await scene.clock.settle();
    expect(forms('/status')).toMatchObject([
      { CallSid: sid, CallDuration: '61', Duration: '2', CallbackSource: 'call-progress-events' },
    ]);
  });
});
