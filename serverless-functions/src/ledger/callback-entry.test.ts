import {
  isPromised,
  newCallbackEntry,
  numberToCall,
  WITHDRAWN_TASK_REASON,
  withBooked,
  withBooking,
  withNumberToCall,
  withWithdrawal,
  withWithdrawn,
} from './callback-entry';
import { LEASE_MS } from './entry';
import { parseIndexKey } from './ledger';
import { isLeased, nextRunAt, taskIsClaimable, taskLifetimeSeconds, withTaskOutcome } from './steps';

const NOW = Date.UTC(2026, 10, 22, 14);
const callSid = `CA${'a'.repeat(32)}`;
const fresh = newCallbackEntry(
  `callback-${callSid}`,
  {
    callSid,
    from: '+12025550123',
    to: '+12025550101',
    queueName: 'Support',
    workflowSid: `WW${'b'.repeat(32)}`,
    priority: 0,
    routing: {},
    queueTaskSid: `WT${'c'.repeat(32)}`,
    conversationId: 'x',
    waitingSince: NOW - 60_000,
    language: 'en-US',
  },
  NOW,
);
const booking = withBooking(fresh, 'me', NOW);
const sid = `WT${'d'.repeat(32)}`;

test('a callback that is wanted can be made by anybody; one being booked by nobody else', () => {
  expect(taskIsClaimable(fresh, NOW)).toBe(true);
  expect(isPromised(fresh)).toBe(true);
  expect(taskIsClaimable(booking, NOW)).toBe(false);
  expect(taskIsClaimable(booking, NOW + LEASE_MS + 1)).toBe(false);
  expect(isPromised(booking)).toBe(false);
  expect(isLeased(booking, NOW)).toBe(true);
  expect(nextRunAt(booking)).toBe(NOW + LEASE_MS);
});

test('booked: promised, its task made or still to be looked for, and due accordingly', () => {
  const made = withBooked(booking, sid, NOW + 500);
  expect(made).toMatchObject({ dequeued: true, task: { state: 'created', sid } });
  expect(made.booking).toBeUndefined();
  expect(isPromised(made)).toBe(true);
  expect(nextRunAt(made)).toBe(NOW + 500 + taskLifetimeSeconds(made) * 1_000 + 60_000);
  const unknown = withBooked(booking, undefined, NOW + 500);
  expect(taskIsClaimable(unknown, NOW + 500)).toBe(true);
  expect(nextRunAt(unknown)).toBe(NOW + 60_500);
  // Late news of a booking that is over changes nothing.
  expect(withBooked(made, undefined, NOW)).toBe(made);
});

test.each([
  ['not-made', 'none', undefined],
  ['perhaps', 'withdrawing', NOW + 60_000],
  [{ sid }, 'withdrawing', NOW],
] as const)('withdrawn with its task %p: %s', (made, state, due) => {
  const withdrawn = withWithdrawn(booking, made, NOW);
  expect(withdrawn.task).toMatchObject({ state, reason: WITHDRAWN_TASK_REASON });
  expect(isPromised(withdrawn)).toBe(false);
  expect(taskIsClaimable(withdrawn, NOW + 1e9)).toBe(false);
  expect(nextRunAt(withdrawn)).toBe(due);
});

test('what is promised is not withdrawn, and a withdrawal ends once its task is gone', () => {
  const made = withBooked(booking, sid, NOW);
  expect(withWithdrawn(made, 'perhaps', NOW)).toBe(made);
  const withdrawing = withWithdrawn(booking, { sid }, NOW);
  expect(nextRunAt(withWithdrawal(withdrawing, false, NOW))).toBe(NOW + 60_000);
  expect(nextRunAt(withWithdrawal(withdrawing, true, NOW))).toBeUndefined();
  expect(withWithdrawal(made, true, NOW)).toBe(made);
});

test('one that came to nothing can be booked anew', () => {
  const again = withBooking(withWithdrawn(booking, { sid }, NOW), 'you', NOW + 5_000);
  expect(again).toMatchObject({ booking: true, task: { state: 'pending', attempts: 2 } });
  expect(again.task.sid).toBeUndefined();
  expect(again.task.reason).toBeUndefined();
});

test("another number, and the caller's own again", () => {
  const other = withNumberToCall(fresh, '+12025550188');
  expect(numberToCall(other)).toBe('+12025550188');
  expect(withNumberToCall(other, '+12025550188')).toBe(other);
  expect(withNumberToCall(other, '+12025550123').numberToCall).toBeUndefined();
});

test('a callback lives as long as was asked for, and is given up after that', () => {
  const short = { ...fresh, taskTimeoutSeconds: 600 };
  expect(taskLifetimeSeconds(short)).toBe(600);
  const late = withTaskOutcome(short, { made: false, problem: 'x' }, NOW + 601_000);
  expect(late.task).toMatchObject({ state: 'expired', closed: true });
  expect(isPromised(late)).toBe(false);
});

test.each([`callback-${callSid}`, `callback-${'0'.repeat(32)}`, `voicemail-${callSid}-12`])(
  '%s can be listed as open',
  (id) => {
    expect(parseIndexKey(`2026-11-22T14:00:00Z_${id}`)).toEqual({ due: NOW, id });
  },
);

test.each(['callback-', `callback-${callSid}-1`, `voicemail-${callSid}`, `callback-${'G'.repeat(32)}`, 'x'])(
  '%s cannot',
  (id) => {
    expect(parseIndexKey(`2026-11-22T14:00:00Z_${id}`)).toBeUndefined();
  },
);
