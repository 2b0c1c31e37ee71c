import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { TwilioError } from '../../src/world/twilio-error';
import { createWorld } from '../../src/world/world';

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;

let clock: Clock;
beforeEach(() => {
  clock = FakeTimers.install({ now: Date.UTC(2026, 0, 1), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => clock.uninstall());

function errorStatusOf(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof TwilioError) return error.status;
    throw error;
  }
}

test('sids have Twilio’s form, never repeat, and are the same in every world of the same seed', () => {
  const [first, second, other] = [createWorld(), createWorld(), createWorld({ seed: 'other' })];
  const sids = Array.from({ length: 2000 }, () => first.newSid('CA'));
  expect(sids.every((sid) => /^CA[0-9a-f]{32}$/.test(sid))).toBe(true);
  expect(new Set(sids).size).toBe(2000);
  expect(second.newSid('CA')).toBe(sids[0]);
  expect(other.newSid('CA')).not.toBe(sids[0]);
  expect(() => first.newSid('call')).toThrow(RangeError);
});

test('an account has sids of the right form, its own or those it is given', () => {
  const { account, workspaceSid, workflows } = createWorld();
  expect(account.accountSid).toMatch(/^AC[0-9a-f]{32}$/);
  expect(account.authToken).toMatch(/^[0-9a-f]{32}$/);
  expect([...account.apiKeys.keys()].every((sid) => /^SK[0-9a-f]{32}$/.test(sid))).toBe(true);
  expect(workspaceSid).toMatch(/^WS[0-9a-f]{32}$/);
  expect([...workflows.values()].map(({ taskQueueName }) => taskQueueName)).toEqual(['Support', 'Sales']);
  expect(() => createWorld({ accountSid: 'AC1' })).toThrow(/AC and 32/);
});

test('a task that is not accepted is canceled at its timeout, and deleted five minutes later', () => {
  const { tasks, eventLog } = createWorld();
  const events: string[] = [];
  tasks.subscribe((event, task) => events.push(`${event} ${task.assignmentStatus}`));
  const { sid } = tasks.create({ workflowSid: WORKFLOW, attributes: '{}', timeoutSeconds: 60 });
  clock.tick(59_999);
  expect(tasks.get(sid)?.assignmentStatus).toBe('pending');
  clock.tick(1);
  expect(tasks.get(sid)).toMatchObject({ assignmentStatus: 'canceled', reason: 'Task TTL Exceeded' });
  expect(events).toEqual(['created pending', 'canceled canceled']);
  expect(eventLog.entries().at(-1)?.text).toContain('Task TTL Exceeded');
  clock.tick(5 * 60_000);
  expect(tasks.get(sid)).toBeUndefined();
});

test('an accepted task does not expire', () => {
  const { tasks } = createWorld();
  const { sid } = tasks.create({ workflowSid: WORKFLOW, attributes: '{}', timeoutSeconds: 60 });
  tasks.update(sid, { assignmentStatus: 'reserved' });
  tasks.update(sid, { assignmentStatus: 'assigned' });
  clock.tick(120_000);
  expect(tasks.get(sid)?.assignmentStatus).toBe('assigned');
});

test('the default life of a task is a day, the longest two weeks', () => {
  const { tasks } = createWorld();
  const day = tasks.create({ workflowSid: WORKFLOW, attributes: '{}' });
  const weeks = tasks.create({ workflowSid: WORKFLOW, attributes: '{}', timeoutSeconds: 1_209_600 });
  clock.tick(86_400_000 - 1);
  expect(day.assignmentStatus).toBe('pending');
  clock.tick(1);
  expect(day.assignmentStatus).toBe('canceled');
  clock.tick(1_209_600_000 - 86_400_000 - 1);
  expect(weeks.assignmentStatus).toBe('pending');
  clock.tick(1);
  expect(weeks.assignmentStatus).toBe('canceled');
  expect(
    errorStatusOf(() => tasks.create({ workflowSid: WORKFLOW, attributes: '{}', timeoutSeconds: 1_209_601 })),
  ).toBe(400);
});

test('an update that is refused leaves the task as it was', () => {
  const { tasks } = createWorld();
  const { sid } = tasks.create({ workflowSid: WORKFLOW, attributes: '{"a":1}' });
  expect(errorStatusOf(() => tasks.update(sid, { attributes: '{"a":2}', assignmentStatus: 'completed' }))).toBe(400);
  expect(errorStatusOf(() => tasks.update(sid, { attributes: '{"a":2}' }, '"7"'))).toBe(412);
  expect(tasks.get(sid)).toMatchObject({ attributes: '{"a":1}', version: 0 });
  expect(tasks.update(sid, { attributes: '{"a":2}' }, '"0"')).toMatchObject({ attributes: '{"a":2}', version: 1 });
});

test('activity counts what is under way and what is held, each end once', () => {
  const { activity } = createWorld();
  const end = activity.begin('request', 'a');
  const release = activity.hold('b');
  expect([activity.running, activity.held, activity.begun]).toEqual([1, 1, 1]);
  end();
  end();
  release();
  release();
  expect([activity.running, activity.held, activity.begun]).toEqual([0, 0, 1]);
});

test('the event log numbers its lines and sends them to subscribers', () => {
  const { eventLog } = createWorld();
  const heard: string[] = [];
  const stop = eventLog.subscribe(({ id, text, level }) => heard.push(`${id} ${level} ${text}`));
  eventLog.append({ source: 'caller', text: 'pressed 2' });
  eventLog.append({ source: 'sandbox', text: 'odd', level: 'warning' });
  stop();
  eventLog.append({ source: 'caller', text: 'gone' });
  expect(heard).toEqual(['1 info pressed 2', '2 warning odd']);
  expect(eventLog.entries()).toHaveLength(3);
});

test('a voice queue is made when first named', () => {
  const { queues } = createWorld();
  const queue = queues.getOrCreate(WORKFLOW);
  expect(queues.getOrCreate(WORKFLOW)).toBe(queue);
  expect(queues.get(queue.sid)).toBe(queue);
  expect(queues.list()).toEqual([queue]);
});

test('a deleted recording loses its sound', () => {
  const { recordings } = createWorld();
  const recording = recordings.create('CA1');
  recording.wav = Buffer.alloc(4);
  recordings.addTranscription(recording.sid, 'completed', 'hello');
  recordings.remove(recording.sid);
  expect(recordings.get(recording.sid)).toMatchObject({ status: 'deleted', wav: null });
  expect(recordings.transcriptions(recording.sid)).toEqual([]);
});
