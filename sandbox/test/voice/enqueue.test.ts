import { writeTelephoneWav } from '../../src/voice/telephone-audio';
import { CALLER, NUMBER, type Scene, stage, tone } from './stage-a-call';

let scene: Scene;
let workflowSid: string;
beforeEach(async () => {
  scene = await stage();
  workflowSid = [...scene.world.workflows.keys()][0]!;
  scene.product.on('/tune.wav', { type: 'audio/wav', body: writeTelephoneWav(tone(10)) });
  scene.product.on('/wait', '<Play>tune.wav</Play>');
  scene.product.on('/done', '<Say>Out of the queue</Say>');
  scene.product.on(
    '/voice',
    `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait" action="/done"><Task priority="5" timeout="600">{"name":"Ana","from":"sip:other"}</Task></Enqueue>`,
  );
});
afterEach(() => scene.close());

const task = () => scene.world.tasks.list()[0]!;
const forms = (path: string) => scene.product.to(path).map(({ form }) => form);

describe('Enqueue', () => {
  it('makes a task with the call’s attributes and its own', async () => {
    const sid = await scene.call();
    expect(task()).toMatchObject({
      assignmentStatus: 'pending',
      priority: 5,
      timeoutSeconds: 600,
      taskChannelUniqueName: 'voice',
      workflowSid,
    });
    const attributes = JSON.parse(task().attributes) as Record<string, string>;
    expect(attributes).toMatchObject({
      account_sid: scene.world.account.accountSid,
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
    expect(scene.world.queues.list()).toMatchObject([{ friendlyName: workflowSid, members: [{ callSid: sid }] }]);
  });

  it('asks the waitUrl with the queue’s parameters, again whenever its document ends', async () => {
    await scene.call();
    await scene.clock.advance(4000);
    await scene.call('+15550100002');
    await scene.clock.advance(7000);
    const requests = forms('/wait');
    const queue = scene.world.queues.list()[0]!;
    expect(requests.map((form) => [form.From, form.QueuePosition, form.QueueTime, form.CurrentQueueSize])).toEqual([
      [CALLER, '1', '0', '1'],
      ['+15550100002', '2', '0', '2'],
      [CALLER, '1', '10', '2'],
    ]);
    expect(requests[2]).toMatchObject({ QueueSid: queue.sid, MaxQueueSize: '100', AvgQueueTime: '8' });
    expect(Object.keys(requests[0]!)).toHaveLength(25 + 6);
  });

  it('waits an hour of hold music in a blink', async () => {
    await scene.call();
    await scene.clock.advance(3_600_000);
    expect(forms('/wait')).toHaveLength(361);
    expect(scene.world.queues.list()[0]?.members).toHaveLength(1);
  });

  it('does not ask a document that takes no time faster than once a second', async () => {
    scene.product.on('/wait', '');
    await scene.call();
    await scene.clock.advance(5000);
    expect(forms('/wait')).toHaveLength(6);
  });

  it.each(['<Record/>', '<Enqueue>other</Enqueue>', '<Reject/>', '<Dial>+15550100001</Dial>'])(
    'does not play %s while waiting: the call ends and the task with it',
    async (verb) => {
      scene.product.on('/wait', `<Say>Hello</Say>${verb}`);
      const sid = await scene.call();
      await scene.clock.advance(6000);
      expect(scene.heard(sid)).toEqual(['say:We are sorry, an application error has occurred. Goodbye.', 'ended']);
      expect(scene.told('error').join()).toContain('12200 Schema validation: a waitUrl may not hold');
      expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    },
  );

  it('gathers, redirects and says in the wait documents', async () => {
    scene.product.on(
      '/wait',
      '<Gather numDigits="1" action="/menu?a=1" finishOnKey=""><Play loop="0">tune.wav</Play></Gather>',
    );
    scene.product.on('/menu', '<Say>You pressed it</Say><Redirect>/wait?again=1</Redirect>');
    const sid = await scene.call();
    await scene.clock.advance(25_000);
    scene.voice.press(sid, '*');
    await scene.clock.advance(1500);
    expect(forms('/menu')).toMatchObject([{ Digits: '*' }]);
    expect(scene.heard(sid).slice(-3)).toEqual(['stop', 'say:You pressed it', 'play:/tune.wav']);
    expect(scene.product.to('/wait').at(-1)?.params.again).toBe('1');
    expect(task().assignmentStatus).toBe('pending');
  });

  it('is left by Leave; its action says so', async () => {
    scene.product.on('/wait', '<Say>Bye</Say><Leave/>');
    const sid = await scene.call();
    await scene.clock.advance(1000);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'leave', QueueTime: '1', CallStatus: 'in-progress' }]);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'leave' });
    expect(scene.heard(sid)).toEqual(['say:Bye', 'say:Out of the queue']);
    expect(scene.world.queues.list()[0]?.members).toEqual([]);
  });

  it('goes on to the next verb when it has no action', async () => {
    scene.product.on('/wait', '<Leave/>');
    scene.product.on('/voice', `<Enqueue workflowSid="${workflowSid}" waitUrl="/wait"/><Say>Next</Say>`);
    const sid = await scene.call();
    expect(scene.heard(sid)).toEqual(['say:Next']);
  });

  it('ends with Hangup in a wait document', async () => {
    scene.product.on('/wait', '<Say>No agents</Say><Hangup/>');
    const sid = await scene.call();
    await scene.clock.advance(1000);
    expect(scene.heard(sid)).toEqual(['say:No agents', 'ended']);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    expect(forms('/done')).toMatchObject([{ QueueResult: 'hangup', CallStatus: 'completed' }]);
  });

  it('cancels the task at once when the caller hangs up', async () => {
    const sid = await scene.call();
    await scene.clock.advance(3000);
    scene.voice.hangUp(sid);
    expect(task()).toMatchObject({ assignmentStatus: 'canceled', reason: 'hangup' });
    await scene.clock.settle();
    expect(forms('/done')).toMatchObject([{ QueueResult: 'hangup', QueueTime: '3' }]);
    expect(scene.heard(sid).at(-1)).toBe('ended');
  });

  it('does not touch a task that somebody cancelled or removed', async () => {
    const first = await scene.call();
    const second = await scene.call();
    const [one, two] = scene.world.tasks.list();
    scene.world.tasks.update(one!.sid, { assignmentStatus: 'canceled', reason: 'Opted to leave a voicemail' });
    scene.world.tasks.remove(two!.sid);
    scene.voice.hangUp(first);
    scene.voice.hangUp(second);
    expect(one).toMatchObject({ assignmentStatus: 'canceled', reason: 'Opted to leave a voicemail' });
  });

  it('needs neither a workflow nor a waitUrl', async () => {
    scene.product.on('/voice', '<Enqueue action="/done">support</Enqueue>');
    const sid = await scene.call();
    await scene.clock.advance(60_000);
    expect(scene.world.queues.getOrCreate('support').members).toMatchObject([{ callSid: sid }]);
    expect(scene.world.tasks.list()).toEqual([]);
    expect(scene.heard(sid)).toEqual(['play:/com.twilio.sounds.music/index.xml']);
    scene.voice.answer(sid);
    expect(scene.world.queues.getOrCreate('support').members).toEqual([]);
  });

  it('turns a call away when the queue is full', async () => {
    scene.world.queues.getOrCreate(workflowSid).maxSize = 1;
    await scene.call();
    const sid = await scene.call();
    expect(forms('/done')).toMatchObject([{ CallSid: sid, QueueResult: 'queue-full' }]);
    expect(scene.world.tasks.list()).toHaveLength(1);
  });

  it.each([
    ['an unknown workflow', `<Enqueue workflowSid="WW${'0'.repeat(32)}" action="/done"/>`],
    ['a task that is no JSON', '<Enqueue workflowSid="%s" action="/done"><Task>{name}</Task></Enqueue>'],
  ])('tells its action of %s', async (_what, verb) => {
    scene.product.on('/voice', verb.replace('%s', workflowSid));
    await scene.call();
    expect(forms('/done')).toMatchObject([{ QueueResult: 'error' }]);
    expect(scene.told('error')).toHaveLength(1);
  });
});

describe('an agent', () => {
  it('takes the call: the task is assigned, the music stops, nothing more is asked', async () => {
    const sid = await scene.call();
    await scene.clock.advance(3000);
    scene.voice.answer(sid);
    expect(task().assignmentStatus).toBe('assigned');
    await scene.clock.advance(60_000);
    expect(forms('/wait')).toHaveLength(1);
    expect(scene.heard(sid).at(-1)).toBe('stop');
    scene.voice.release(sid);
    await scene.clock.settle();
    expect(task().assignmentStatus).toBe('completed');
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged', CallStatus: 'in-progress' }]);
    expect(scene.heard(sid).at(-1)).toBe('say:Out of the queue');
  });

  it('loses the call when the caller hangs up', async () => {
    const sid = await scene.call();
    scene.voice.answer(sid);
    scene.voice.hangUp(sid);
    await scene.clock.advance(1000);
    expect(task().assignmentStatus).toBe('completed');
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged', CallStatus: 'completed' }]);
  });

  it('who accepts a reservation gets the caller, and has notes to write afterwards', async () => {
    const { taskRouter } = scene.world;
    const ana = taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await scene.call();
    await scene.clock.advance(3000);
    const [reservation] = taskRouter.reservations({ worker: ana });
    expect(task().assignmentStatus).toBe('reserved');
    taskRouter.accept(reservation!);
    expect(task().assignmentStatus).toBe('assigned');
    await scene.clock.advance(60_000);
    expect(forms('/wait')).toHaveLength(1);
    expect(scene.heard(sid).at(-1)).toBe('stop');
    scene.voice.release(sid);
    await scene.clock.settle();
    expect([task().assignmentStatus, reservation!.status]).toEqual(['wrapping', 'wrapping']);
    expect(forms('/done')).toMatchObject([{ QueueResult: 'bridged' }]);
    taskRouter.complete(reservation!);
    expect(task().assignmentStatus).toBe('completed');
  });

  it('who is asked while the caller hangs up is asked no more', async () => {
    const { taskRouter } = scene.world;
    taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await scene.call();
    scene.voice.hangUp(sid);
    expect(taskRouter.reservations()).toMatchObject([{ status: 'canceled' }]);
  });

  it('who answers at the telephone accepts the reservation', async () => {
    const { taskRouter } = scene.world;
    taskRouter.addWorker({ name: 'Ana', activity: 'Available' });
    const sid = await scene.call();
    scene.voice.answer(sid);
    expect(taskRouter.reservations()).toMatchObject([{ status: 'accepted' }]);
    expect(scene.heard(sid).filter((heard) => heard === 'stop')).toHaveLength(1);
  });

  it('cannot take a call that waits for nobody, nor leave one without having it', async () => {
    scene.product.on('/voice', '<Pause length="60"/>');
    const sid = await scene.call();
    expect(() => scene.voice.answer(sid)).toThrow('is in no queue');
    expect(() => scene.voice.release(sid)).toThrow('No agent');
  });
});
