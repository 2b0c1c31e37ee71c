import type { HistoryRow } from '../ledger/history-row';
import type { AssignmentStatus, Task } from '../twilio/taskrouter';
import { toTaskStatus } from './task-status';

const NOW = Date.UTC(2026, 10, 22, 12);
const row = (task: HistoryRow['task'], receivedAt = NOW - 3_600_000) => ({ id: 'callback-x', receivedAt, task });
const open = (status: AssignmentStatus) => ({
  byVoicemailId: new Map([['callback-x', { sid: 'WT1', status } as Task]]),
  complete: true,
});
const nothingOpen = { byVoicemailId: new Map<string, Task>(), complete: true };
const created = row({ state: 'created' });
const taken = row({ state: 'created', assignee: 'sam', at: NOW - 60_000 });
const at = new Date(NOW - 60_000).toISOString();

test.each([
  ['pending', { state: 'waiting' }],
  ['reserved', { state: 'offered' }],
] as const)('a task that is %s in TaskRouter is shown as such, whoever had it before', (status, expected) => {
  expect(toTaskStatus(created, open(status), undefined, NOW)).toEqual(expected);
  expect(toTaskStatus(taken, open(status), undefined, NOW)).toEqual(expected);
});

test.each(['assigned', 'wrapping'] as const)('a task that is %s was taken, not handled', (status) => {
  expect(toTaskStatus(taken, open(status), undefined, NOW)).toEqual({ state: 'taken', by: 'sam', at });
  const holder = { worker: 'ana', since: NOW - 60_000 };
  expect(toTaskStatus(created, open(status), holder, NOW)).toEqual({ state: 'taken', by: 'ana', at });
  expect(toTaskStatus(created, open(status), undefined, NOW)).toMatchObject({ state: 'taken' });
});

test('a task that TaskRouter does not list any more has ended, and is not yet handled', () => {
  expect(toTaskStatus(taken, nothingOpen, undefined, NOW)).toEqual({ state: 'ended' });
});

test('a task is not called ended when it is new, or when not all tasks are known', () => {
  expect(toTaskStatus(row({ state: 'created' }, NOW), nothingOpen, undefined, NOW)).toEqual({ state: 'waiting' });
  const partial = { ...nothingOpen, complete: false };
  expect(toTaskStatus(created, partial, undefined, NOW)).toEqual({ state: 'waiting' });
  expect(toTaskStatus(taken, partial, undefined, NOW)).toEqual({ state: 'taken', by: 'sam', at });
});

test('what was recorded stands: handled by whom and when, lost and why', () => {
  const handled = row({ state: 'handled', assignee: 'sam', at: NOW - 60_000 });
  expect(toTaskStatus(handled, open('pending'), undefined, NOW)).toEqual({ state: 'handled', by: 'sam', at });
  const lost = row({ state: 'lost', loss: 'workflow', at: NOW - 60_000 });
  expect(toTaskStatus(lost, nothingOpen, undefined, NOW)).toEqual({ state: 'lost', loss: 'workflow', at });
});
