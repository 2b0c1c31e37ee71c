import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  NOW,
  newCallback,
  OTHER_TASK_SID,
  RECORDING_SID,
  recordedVoicemail,
  SAM,
  TASK_SID,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { LedgerEntry } from './entry';
import { ERASURE_CHECK_MS, nextErasureCheck } from './erasure-changes';
import type { LedgerEvent } from './events';
import { LEASE_MS, nextRunAt } from './schedule';

const erased: LedgerEvent = { type: 'entry-erased', by: SAM.workerSid, subject: 'a hash', documents: ['lock'] };
const erase = (entry: LedgerEntry) => apply(entry, erased);
const advanced = (change: Partial<Extract<LedgerEvent, { type: 'erasure-advanced' }>> = {}): LedgerEvent => ({
  type: 'erasure-advanced',
  ...{ recordings: [], tasks: [], documents: [], checkAt: undefined },
  ...change,
});

test('a tombstone lists the recording, the task and the documents that are to be deleted, and is due', () => {
  const tombstone = erase(apply(recordedVoicemail(), [{ type: 'task-claimed', owner: 'me' }, taskCreated]));
  expect(tombstone.erasure).toMatchObject({
    at: NOW,
    by: SAM.workerSid,
    dueRecordings: [RECORDING_SID],
    dueTasks: [TASK_SID],
    dueDocuments: ['lock'],
    mail: { state: 'withheld' },
  });
  expect(nextRunAt(tombstone)).toBe(NOW + LEASE_MS);
});

test('an erased entry stays as it was erased first', () => {
  const tombstone = erase(begunVoicemail());
  expect(apply(tombstone, { ...erased, by: 'another' } as LedgerEvent, NOW + 5)).toBe(tombstone);
});

test('a recording that is reported later is due at once, and once only', () => {
  const tombstone = erase(begunVoicemail());
  const reported = apply(tombstone, { type: 'recording-completed', recordingSid: RECORDING_SID }, NOW + 1);
  expect(reported.erasure).toMatchObject({ dueRecordings: [RECORDING_SID], checkAt: NOW + 1 });
  const recordings = [{ sid: RECORDING_SID, transcriptions: 1 }];
  const deleted = apply(reported, advanced({ recordings, documents: ['lock'] }), NOW + 2);
  expect(deleted.erasure).toMatchObject({ dueRecordings: [], recordings, checkAt: undefined });
  expect(apply(deleted, { type: 'recording-completed', recordingSid: RECORDING_SID }, NOW + 3)).toBe(deleted);
});

test('a task that was being created while the entry was erased is to end as well', () => {
  const claimed = apply(newCallback(), { type: 'task-claimed', owner: 'me' });
  const tombstone = erase(claimed);
  expect(tombstone.erasure?.tasksUncertainUntil).toBeGreaterThan(NOW);
  expect(apply(tombstone, taskCreated).erasure?.dueTasks).toEqual([TASK_SID]);
});

test('a mail that was being sent counts as sent once its sender says so', () => {
  const sending = apply(recordedVoicemail({ transcribed: false }), emailClaimed);
  const tombstone = erase(sending);
  expect(tombstone.erasure?.mail).toEqual({ state: 'uncertain', at: NOW });
  expect(apply(tombstone, emailSent, NOW + 1).erasure?.mail).toMatchObject({
    state: 'sent',
    at: NOW + 1,
    recipients: 1,
  });
  expect(tombstone.email).toEqual({ state: 'off' });
});

test('what is not deleted yet stays due', () => {
  const tombstone = erase(apply(recordedVoicemail(), [{ type: 'task-claimed', owner: 'me' }, taskCreated]));
  const half = apply(tombstone, advanced({ tasks: [{ sid: TASK_SID, outcome: 'canceled' }] }), NOW + 5);
  expect(half.erasure).toMatchObject({ dueRecordings: [RECORDING_SID], dueTasks: [], checkAt: NOW + 5 });
});

test('tasks that were replaced end as well', () => {
  const requeued = apply(recordedVoicemail(), [
    { type: 'task-claimed', owner: 'me' },
    { type: 'task-created', taskSid: OTHER_TASK_SID },
    { type: 'task-requeued', taskSid: OTHER_TASK_SID, owner: 'me' },
    taskCreated,
  ]);
  expect(erase(requeued).erasure?.dueTasks.sort()).toEqual([OTHER_TASK_SID, TASK_SID].sort());
});

test.each([
  ['while the call goes on', { callGoesOn: true, unfinished: false }, 0, 5 * 60_000],
  ['while a recording is unfinished', { callGoesOn: false, unfinished: true }, 0, 2 * 60_000],
  ['once more, when requests of before are over', { callGoesOn: false, unfinished: false }, 0, ERASURE_CHECK_MS],
  ['not again after that', { callGoesOn: false, unfinished: false }, ERASURE_CHECK_MS, undefined],
])('a sweep looks at a tombstone %s', (_when, found, after, inMs) => {
  const { erasure } = erase(begunVoicemail());
  const next = nextErasureCheck(erasure!, found, NOW + after);
  expect(next).toBe(inMs === undefined ? undefined : NOW + after + inMs);
});
