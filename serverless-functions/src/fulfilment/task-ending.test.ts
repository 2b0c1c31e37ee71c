import { isReplaceable, readCancellation, readEndedTask, readEndingEvents } from './task-ending';

const CREATED = Date.UTC(2026, 10, 22, 12);
const lifetime = { createdAt: CREATED, lifetimeSeconds: 3_600 };
const MINUTE = 60_000;
const SOON = CREATED + 5 * MINUTE;
const END = CREATED + 60 * MINUTE;
const SAM = { workerSid: `WK${'6'.repeat(32)}`, workerName: 'sam' };
const accepted = { type: 'reservation.accepted' as const, at: SOON, reason: '', ...SAM };
const event = (type: 'task.completed' | 'task.canceled' | 'task.deleted', at = END, reason = '') => ({
  type,
  at,
  reason,
});

test.each([
  ['Task canceled on Workflow timeout', SOON, 'workflow'],
  ['Task TTL Exceeded', END, 'expired'],
  ['Task TTL Exceeded', END + 10 * MINUTE, 'expired'],
  ['Task TTL Exceeded or Max assignment count exceeded', END, 'expired'],
  ['Task TTL Exceeded or Max assignment count exceeded', SOON, 'assignments'],
  ['Max assignment count exceeded', SOON, 'assignments'],
  ['Task TTL Exceeded', SOON, 'expired'],
  ['hangup', SOON, 'canceled'],
  ['duplicate', END, 'canceled'],
  ['', SOON, 'canceled'],
])('the reason %p at %p means %s', (reason, at, loss) => {
  expect(readCancellation(reason, at, lifetime)).toBe(loss);
});

test('only what nobody wanted is replaced without a person', () => {
  expect((['workflow', 'assignments'] as const).map(isReplaceable)).toEqual([true, true]);
  const others = ['expired', 'canceled', 'deleted', 'not-created', 'unknown'] as const;
  expect(others.map(isReplaceable)).toEqual([false, false, false, false, false]);
});

test.each(['pending', 'reserved', 'assigned', 'wrapping'] as const)('a task that is %s has not ended', (status) => {
  expect(readEndedTask({ status, reason: '', updatedAt: SOON }, [], lifetime)).toBeUndefined();
});

test('a completed task was handled by the worker whose reservation is completed', () => {
  const reservation = (status: 'rejected' | 'completed', workerSid: string, workerName: string) => ({
    status,
    workerSid,
    workerName,
    createdAt: CREATED,
    updatedAt: SOON,
  });
  const completed = { status: 'completed' as const, reason: '', updatedAt: SOON };
  const reservations = [
    reservation('rejected', `WK${'7'.repeat(32)}`, 'ana'),
    reservation('completed', SAM.workerSid, 'sam'),
  ];
  expect(readEndedTask(completed, reservations, lifetime)).toEqual({ result: 'handled', at: SOON, ...SAM });
  expect(readEndedTask(completed, [], lifetime)).toMatchObject({ result: 'handled', at: SOON });
});

test('a canceled task is lost, with TaskRouter’s reason', () => {
  const canceled = { status: 'canceled' as const, reason: 'Task canceled on Workflow timeout', updatedAt: SOON };
  expect(readEndedTask(canceled, [], lifetime)).toEqual({
    result: 'lost',
    loss: 'workflow',
    at: SOON,
    reason: canceled.reason,
  });
});

test('events tell who handled a forgotten task', () => {
  expect(readEndingEvents([accepted, event('task.completed')], lifetime)).toEqual({
    result: 'handled',
    at: END,
    ...SAM,
  });
});

test('events tell that a forgotten task was canceled or deleted, also after somebody had accepted it', () => {
  expect(readEndingEvents([event('task.canceled', SOON, 'mistake')], lifetime)).toEqual({
    result: 'lost',
    loss: 'canceled',
    at: SOON,
    reason: 'mistake',
  });
  expect(readEndingEvents([accepted, event('task.deleted')], lifetime)).toEqual({
    result: 'lost',
    loss: 'deleted',
    at: END,
  });
  // An ended task that is deleted before TaskRouter does it ended as it did.
  expect(readEndingEvents([event('task.completed', SOON), event('task.deleted')], lifetime)).toMatchObject({
    result: 'handled',
  });
});

test('events that say nothing of an end leave it open', () => {
  expect(readEndingEvents([], lifetime)).toBeUndefined();
  expect(readEndingEvents([accepted], lifetime)).toBeUndefined();
});
