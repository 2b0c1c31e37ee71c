import { apply, begunVoicemail, TASK_SID, taskCreated } from '../../test/ledger-fixtures';
import type { LedgerEntry } from '../ledger/entry';
import type { Environment } from '../runtime/environment';
import { proofOfTask, readProvenEntry, taskKeyFor, taskProof } from './task-proof';

const environment = (values: Environment['values']): Environment => ({ values, problems: [] });
const ours = environment({ AUTH_TOKEN: 'a'.repeat(32) });
const entry: LedgerEntry = { ...begunVoicemail(), taskKey: taskKeyFor(ours, begunVoicemail().id) };
const requeued = apply(entry, [taskCreated, { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' }] as Parameters<
  typeof apply
>[1]);
const attributes = (voicemail_id: string, proof: unknown, origin: object = {}, queue = entry.queueName) => ({
  ...{ from: entry.from, to: entry.to, ...origin },
  callback_and_voicemail: { voicemail_id, proof, queue },
});

test('the task that an entry makes is proven, with the ledger and without', () => {
  const made = attributes(entry.id, taskProof(entry));
  expect(proofOfTask(entry, entry.id, made)).toBe('current');
  const { from, to, queueName } = entry;
  expect(readProvenEntry(ours, made)).toEqual({
    id: entry.id,
    taskKey: entry.taskKey,
    origin: { from, to, queueName },
  });
});

test.each([
  ['the queue', {}, 'Another'],
  ['no queue', {}, ''],
  ['the number to call', { from: '+12025550199' }, entry.queueName],
  ['the dialed number', { to: '+12025550199' }, entry.queueName],
])('%s that an agent wrote is not proven, and the entry still is', (_what, origin, queue) => {
  const made = attributes(entry.id, taskProof(entry), origin, queue);
  expect(readProvenEntry(ours, made)).toEqual({ id: entry.id, taskKey: entry.taskKey });
  expect(proofOfTask(entry, entry.id, made)).toBe('current');
});

test.each([
  ['no proof', undefined],
  ['no text', { a: 1 }],
  ['a guess', `0.${'A'.repeat(22)}.${'A'.repeat(22)}`],
  ['the proof of another entry', taskProof({ ...entry, id: entry.id.replace(/1$/, '2') })],
  ['another generation with the same signature', taskProof(entry)!.replace('0.', '1.')],
])('%s proves nothing', (_what, proof) => {
  expect(proofOfTask(entry, entry.id, attributes(entry.id, proof))).toBeUndefined();
  expect(readProvenEntry(ours, attributes(entry.id, proof))).toBeUndefined();
});

test('who held a task that was put back has not seen the proof of the next one', () => {
  expect(requeued.task.state).toBe('pending');
  expect(proofOfTask(requeued, entry.id, attributes(entry.id, taskProof(entry)))).toBe('earlier');
  expect(proofOfTask(requeued, entry.id, attributes(entry.id, taskProof(requeued)))).toBe('current');
});

test('an old key is accepted while it overlaps with the new one, and no longer', () => {
  const [before, after] = ['b', 'c'].map((letter) => letter.repeat(32)) as [string, string];
  const signed = (SIGNING_KEYS: string) => environment({ AUTH_TOKEN: 'a'.repeat(32), SIGNING_KEYS });
  const old = { ...entry, taskKey: taskKeyFor(signed(before), entry.id) };
  const made = attributes(entry.id, taskProof(old));
  expect(readProvenEntry(signed(`${after},${before}`), made)).toMatchObject({ id: entry.id, taskKey: old.taskKey });
  expect(readProvenEntry(signed(after), made)).toBeUndefined();
  // Setting keys for the first time breaks nothing.
  expect(readProvenEntry(signed(after), attributes(entry.id, taskProof(entry)))).toBeDefined();
});

test('an entry of an earlier version has no key: its task is known by its name', () => {
  const { taskKey: _none, ...earlier } = entry;
  expect(taskProof(earlier)).toBeUndefined();
  expect(proofOfTask(earlier, entry.id, attributes(entry.id, undefined))).toBe('current');
});
