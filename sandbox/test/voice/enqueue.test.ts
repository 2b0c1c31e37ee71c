import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import { CALLER, createVoiceHarness, NUMBER, tone, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
let workflowSid: string;
beforeEach(async () => {
  harness = await createVoiceHarness();
  workflowSid = [...harness.world.workflows.keys()][0]!;
  harness.product.on('/tune.wav', { type: 'audio/wav', body: writeTelephoneWav(tone(10)) });
  harness.product.on('/wait', `<Play>${harness.product.url}/tune.wav</Play>`);
  harness.product.on('/done', '<Say>Out of the queue</Say>');
  harness.product.on(
    '/voice',
    `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait" action="/done"><Task priority="5" timeout="600">{"name":"Ana","from":"sip:other"}</Task></Enqueue>`,
  );
});
afterEach(() => harness.close());

const task = () => harness.world.tasks.list()[0]!;
const forms = (path: string) => harness.product.to(path).map(({ form }) => form);

describe('Enqueue', () => {
  it('makes a task with the call’s attributes and its own', async () => {
    const sid = await harness.call();
    expect(task()).toMatchObject({
      assignmentStatus: 'pending',
      priority: 5,
      timeoutSeconds: 600,
      taskChannelUniqueName: 'voice',
      workflowSid,
    });
    const attributes = JSON.parse(task().attributes) as Record<string, string>;
    expect(attributes).toMatchObject({
      account_sid: harness.world.account.accountSid,
      api_version: '2010-04-01',
      call_sid: sid,
      call_status: 'in-progress',
      called: NUMBER,
      called_city: 'CAMP HILL',
      caller: CALLER,
      direction: 'inbound',
      from: 'sip:other',
      from_country: 'US',
      name: 'Ana',
      to: NUMBER,
    });
    expect(harness.world.queues.list()).toMatchObject([{ friendlyName: workflowSid, members: [{ callSid: sid }] }]);
  });

  it('asks the waitUrl with the queue’s parameters, again whenever its document ends', async () => {
    await harness.call();
    await harness.clock.advance(4000);
    await harness.call('+15550100002');
    await harness.clock.advance(7000);
    const requests = forms('/wait');
    const queue = harness.world.queues.list()[0]!;
    expect(requests.map((form) => [form.From, form.QueuePosition, form.QueueTime, form.CurrentQueueSize])).toEqual([
      [CALLER, '1', '0', '1'],
      ['+15550100002', '2', '0', '2'],
      [CALLER, '1', '10', '2'],
    ]);
    expect(requests[2]).toMatchObject({ QueueSid: queue.sid, MaxQueueSize: '100', AvgQueueTime: '8' });
    expect(Object.keys(requests[0]!)).toHaveLength(25 + 6);
  });

  it('waits an hour of hold music in a blink', async () => {
    await harness.call();
    await harness.clock.advance(3_600_000);
    expect(forms('/wait')).toHaveLength(361);
    expect(harness.world.queues.list()[0]?.members).toHaveLength(1);
  });

  it('does not ask a document that takes no time faster than once a second', async () => {
    harness.product.on('/wait', '');
    await harness.call();
    await harness.clock.advance(5000);
    expect(forms('/wait')).toHaveLength(6);
  });

  it.each(['<Record/>', '<Enqueue>other</Enqueue>', '<Reject/>', '<Dial>+15550100001</Dial>'])(
    'does not play %s while waiting: the call ends and the task with it',
    async (verb) => {
      harness.product.on('/wait', `<Say>Hello</Say>${verb}`);
      const sid = await harness.call();
      await harness.clock.advance(6000);
      expect(harness.heard(sid)).toEqual(['say:We are sorry, an application error has occurred. Goodbye.', 'ended']);
      expect(harness.logged('error').join()).toContain('12200 Schema validation: a waitUrl may not hold');
      expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    },
  );

  it('gathers, redirects and says in the wait documents', async () => {
    harness.product.on(
      '/wait',
      `<Gather numDigits="1" action="/menu?a=1" finishOnKey=""><Play loop="0">${harness.product.url}/tune.wav</Play></Gather>`,
    );
    harness.product.on('/menu', '<Say>You pressed it</Say><Redirect>/wait?again=1</Redirect>');
    const sid = await harness.call();
    await harness.clock.advance(25_000);
    harness.voice.press(sid, '*');
    await harness.clock.advance(1500);
    expect(forms('/menu')).toMatchObject([{ Digits: '*' }]);
    expect(harness.heard(sid).slice(-3)).toEqual(['stop', 'say:You pressed it', 'play:/tune.wav']);
    expect(harness.product.to('/wait').at(-1)?.params.again).toBe('1');
    expect(task().assignmentStatus).toBe('pending');
  });

  it('is left by Leave; its action says so', async () => {
    harness.product.on('/wait', '<Say>Bye</Say><Leave/>');
    const sid = await harness.call();
    await harness.clock.advance(1000);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'leave', QueueTime: '1', CallStatus: 'in-progress' }]);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'leave' });
    expect(harness.heard(sid)).toEqual(['say:Bye', 'say:Out of the queue']);
    expect(harness.world.queues.list()[0]?.members).toEqual([]);
  });

  it('goes on to the next verb when it has no action', async () => {
    harness.product.on('/wait', '<Leave/>');
    harness.product.on('/voice', `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait"/><Say>Next</Say>`);
    const sid = await harness.call();
    expect(harness.heard(sid)).toEqual(['say:Next']);
  });

  it('ends with Hangup in a wait document', async () => {
    harness.product.on('/wait', '<Say>No agents</Say><Hangup/>');
    const sid = await harness.call();
    await harness.clock.advance(1000);
    expect(harness.heard(sid)).toEqual(['say:No agents', 'ended']);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    expect(forms('/done')).toMatchObject([{ QueueResult: 'hangup', CallStatus: 'completed' }]);
  });

  it('cancels the task at once when the caller hangs up', async () => {
    const sid = await harness.call();
    await harness.clock.advance(3000);
    harness.voice.hangUp(sid);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    await harness.clock.settle();
    expect(forms('/done')).toMatchObject([{ QueueResult: 'hangup', QueueTime: '3' }]);
    expect(harness.heard(sid).at(-1)).toBe('ended');
  });

  it('does not touch a canceled or removed task', async () => {
    const first = await harness.call();
    const second = await harness.call();
    const [one, two] = harness.world.tasks.list();
    harness.world.tasks.update(one!.sid, { assignmentStatus: 'canceled', reason: 'Opted to leave a voicemail' });
    harness.world.tasks.remove(two!.sid);
    harness.voice.hangUp(first);
    harness.voice.hangUp(second);
    expect(one).toMatchObject({ assignmentStatus: 'canceled', reason: 'Opted to leave a voicemail' });
  });

  it('needs neither a workflow nor a waitUrl', async () => {
    harness.product.on('/voice', '<Enqueue action="/done">support</Enqueue>');
    const sid = await harness.call();
    await harness.clock.advance(60_000);
    expect(harness.world.queues.getOrCreate('support').members).toMatchObject([{ callSid: sid }]);
    expect(harness.world.tasks.list()).toEqual([]);
    expect(harness.heard(sid)).toEqual(['play:/com.twilio.sounds.music/index.xml']);
    harness.voice.connectAgent(sid);
    expect(harness.world.queues.getOrCreate('support').members).toEqual([]);
  });

  it('turns a call away when the queue is full', async () => {
    harness.world.queues.getOrCreate(workflowSid).maxSize = 1;
    await harness.call();
    const sid = await harness.call();
    expect(forms('/done')).toMatchObject([{ CallSid: sid, QueueResult: 'queue-full' }]);
    expect(harness.world.tasks.list()).toHaveLength(1);
  });

  it.each([
    ['an unknown workflow', `<Enqueue workflowSid="WW${'0'.repeat(32)}" action="/done"/>`],
    ['a task that is no JSON', '<Enqueue workflowSid="%s" action="/done"><Task>{name}</Task></Enqueue>'],
  ])('tells its action of %s', async (_what, verb) => {
    harness.product.on('/voice', verb.replace('%s', workflowSid));
    await harness.call();
    expect(forms('/done')).toMatchObject([{ QueueResult: 'error' }]);
    expect(harness.logged('error')).toHaveLength(1);
  });
});

describe('an agent', () => {
  it('takes the call: the task is assigned, the music stops, no further request is sent', async () => {
    const sid = await harness.call();
    await harness.clock.advance(3000);
    harness.voice.connectAgent(sid);
    expect(task().assignmentStatus).toBe('assigned');
    await harness.clock.advance(60_000);
    expect(forms('/wait')).toHaveLength(1);
    expect(harness.heard(sid).at(-1)).toBe('stop');
    harness.voice.disconnectAgent(sid);
    await harness.clock.settle();
    expect(task().assignmentStatus).toBe('completed');
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged', CallStatus: 'in-progress' }]);
    expect(harness.heard(sid).at(-1)).toBe('say:Out of the queue');
  });

  it('loses the call when the caller hangs up', async () => {
    const sid = await harness.call();
    harness.voice.connectAgent(sid);
    harness.voice.hangUp(sid);
    await harness.clock.advance(1000);
    expect(task().assignmentStatus).toBe('completed');
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged', CallStatus: 'completed' }]);
  });

  it('who accepts a reservation gets the caller, and has notes to write afterwards', async () => {
    const { taskRouter } = harness.world;
    const ana = taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await harness.call();
    await harness.clock.advance(3000);
    const [reservation] = taskRouter.reservations({ worker: ana });
    expect(task().assignmentStatus).toBe('reserved');
    taskRouter.accept(reservation!);
    expect(task().assignmentStatus).toBe('assigned');
    await harness.clock.advance(60_000);
    expect(forms('/wait')).toHaveLength(1);
    expect(harness.heard(sid).at(-1)).toBe('stop');
    harness.voice.disconnectAgent(sid);
    await harness.clock.settle();
    expect([task().assignmentStatus, reservation!.status]).toEqual(['wrapping', 'wrapping']);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged' }]);
    taskRouter.complete(reservation!);
    expect(task().assignmentStatus).toBe('completed');
  });

  it('an offer ends when the caller hangs up', async () => {
    const { taskRouter } = harness.world;
    taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await harness.call();
    harness.voice.hangUp(sid);
    expect(taskRouter.reservations()).toMatchObject([{ status: 'canceled' }]);
  });

  it('who answers at the telephone accepts the reservation', async () => {
    const { taskRouter } = harness.world;
    taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await harness.call();
    harness.voice.connectAgent(sid);
    expect(taskRouter.reservations()).toMatchObject([{ status: 'accepted' }]);
    expect(harness.heard(sid).filter((heard) => heard === 'stop')).toHaveLength(1);
  });

  it('cannot take a call that does not wait, nor leave one that is not held', async () => {
    harness.product.on('/voice', '<Pause length="60"/>');
    const sid = await harness.call();
    expect(() => harness.voice.connectAgent(sid)).toThrow('is in no queue');
    expect(() => harness.voice.disconnectAgent(sid)).toThrow('No agent');
  });
});
