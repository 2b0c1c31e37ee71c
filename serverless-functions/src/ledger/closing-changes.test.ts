import {
  apply,
  emailClaimed,
  emailSent,
  NOW,
  recordedVoicemail,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEvent } from './events';
import { isLeased, LEASE_MS, nextRunAt, pauseBefore } from './schedule';
import { digest } from './settled-recipients';
import { transition } from './transitions';

const MINUTE = 60_000;
const sent = apply(recordedVoicemail({ transcribed: false }), [taskCreated, emailClaimed, emailSent]);
const handled: LedgerEvent = { type: 'task-handled', taskSid: TASK_SID, at: NOW, worker: 'sam' };
const claim: LedgerEvent = { type: 'closing-claimed', owner: 'me' };
const closed = transition(sent, handled, NOW);
const sending = transition(closed, claim, NOW);

test('a handled voicemail is due for its closing email at once, and for nothing after it', () => {
  expect(nextRunAt(closed)).toBe(NOW);
  expect(sending.closing).toMatchObject({ state: 'sending', attempts: 1 });
  expect(isLeased(sending, NOW)).toBe(true);
  const done = transition(sending, { type: 'closing-finished', result: 'sent' }, NOW + 1);
  expect(done.closing).toEqual({ state: 'sent', at: NOW + 1 });
  expect(nextRunAt(done)).toBeUndefined();
  expect(transition(done, handled, NOW + 2)).toBe(done);
});

test('a voicemail without an email gets no closing one', () => {
  const silent = apply(recordedVoicemail({ transcribed: false }), [taskCreated]);
  expect(transition({ ...silent, email: { state: 'off' } }, handled, NOW).closing).toBeUndefined();
});

test('where the settings want none, nothing is left to do', () => {
  const skipped = transition(closed, { type: 'closing-skipped' }, NOW);
  expect(skipped.closing).toBeUndefined();
  expect(nextRunAt(skipped)).toBeUndefined();
});

test('while one invocation sends it, no other does; when that one dies, it is not sent again', () => {
  expect(transition(sending, claim, NOW + LEASE_MS - 1)).toBe(sending);
  expect(transition(sending, claim, NOW + LEASE_MS).closing).toEqual({ state: 'dropped', at: NOW + LEASE_MS });
});

test('refused, it is tried again later, as the provider asks, and given up after a day', () => {
  const deferred = transition(sending, { type: 'closing-deferred' }, NOW);
  expect(deferred.closing).toEqual({ state: 'pending', attempts: 1, runAt: NOW + pauseBefore(sent.id, 1) });
  expect(transition(deferred, claim, NOW)).toBe(deferred);
  const asked = transition(sending, { type: 'closing-deferred', retryAfterMs: 90 * MINUTE }, NOW);
  expect(asked.closing).toMatchObject({ runAt: NOW + 90 * MINUTE });
  const late = NOW + 25 * 60 * MINUTE;
  const again = transition(deferred, claim, late);
  expect(transition(again, { type: 'closing-deferred' }, late).closing).toEqual({ state: 'dropped', at: late });
});

test('whoever has it, or may have it, gets it no more, however many attempts the others take', () => {
  const defer = (settled: string[]): LedgerEvent => ({ type: 'closing-deferred', settled });
  const once = transition(sending, defer(['ana@example.com']), NOW);
  const due = NOW + pauseBefore(sent.id, 1);
  const again = transition(once, claim, due);
  expect(again.closing).toMatchObject({ state: 'sending', attempts: 2, settled: [digest('ana@Example.com')] });
  expect(transition(again, defer(['ana@example.com', 'bo@example.com']), due).closing).toMatchObject({
    state: 'pending',
    settled: [digest('ana@example.com'), digest('bo@example.com')],
  });
});

test('a process that may work for longer has a longer lease', () => {
  expect(transition(closed, { type: 'closing-claimed', owner: 'me', leaseMs: 45_000 }, NOW).closing).toMatchObject({
    lease: { until: NOW + 45_000 },
  });
});

test('an outcome that comes twice, or for nothing, changes nothing', () => {
  expect(transition(closed, { type: 'closing-finished', result: 'sent' }, NOW)).toBe(closed);
  expect(transition(closed, { type: 'closing-deferred' }, NOW)).toBe(closed);
  expect(transition(sent, { type: 'closing-skipped' }, NOW)).toBe(sent);
});
