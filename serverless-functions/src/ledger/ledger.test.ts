import { dyingSync, fakeSync } from '../../test/fake-sync';
import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  NOW,
  newCallback,
  recordedVoicemail,
  recordingCompleted,
  TASK_SID,
} from '../../test/ledger-fixtures';
import { errorCode } from '../runtime/errors';
import type { LedgerEntry } from './entry';
import { chronologicalKey, parseListedKey } from './entry-id';
import type { LedgerEvent } from './events';
import { transition } from './transitions';

const claim: LedgerEvent = { type: 'task-claimed', owner: 'me' };

test('a new entry is written and listed; the same id again gives what is stored', async () => {
  const { ledger, keysOf } = fakeSync();
  const entry = begunVoicemail();
  const created = await ledger.createIfAbsent(entry);
  expect(created).toMatchObject({ created: true, revision: '1' });
  expect(keysOf(entry)).toEqual([created.entry.indexKey]);
  const again = await ledger.createIfAbsent({ ...entry, priority: 99 });
  expect(again).toMatchObject({ created: false, entry: { priority: entry.priority } });
});

test('a change is applied to the newest version, whatever version it was given', async () => {
  const { ledger } = fakeSync();
  const first = await ledger.createIfAbsent(begunVoicemail());
  await ledger.apply(first, recordingCompleted);
  const after = await ledger.apply(first, { type: 'caller-dequeued' });
  expect(after).toMatchObject({ revision: '3', entry: { dequeued: true, recording: { state: 'completed' } } });
});

test('when nothing changes, nothing is written', async () => {
  const { ledger } = fakeSync();
  const created = await ledger.createIfAbsent(recordedVoicemail());
  expect(await ledger.apply(created, recordingCompleted)).toMatchObject({ revision: '1' });
  expect(await ledger.apply('voicemail-none', recordingCompleted)).toBeUndefined();
});

test('of two claims of one step only the first succeeds, and the index does not move before the outcome', async () => {
  const { ledger, keysOf } = fakeSync();
  const created = await ledger.createIfAbsent(newCallback());
  const before = keysOf(created.entry);
  const claimed = await ledger.claimBy(created, claim);
  expect(claimed).toMatchObject({ entry: { task: { lease: { owner: 'me' } } } });
  expect(keysOf(created.entry)).toEqual(before);
  expect(await ledger.claimBy(created, { ...claim, owner: 'you' })).toBeUndefined();
  const done = await ledger.apply(claimed!, { type: 'task-created', taskSid: 'WT1' });
  expect(keysOf(created.entry)).toEqual([done!.entry.indexKey]);
  expect(done!.entry.indexKey).not.toEqual(before[0]);
});

test('a claim writes what happened with it, also when nothing can be claimed', async () => {
  const { ledger } = fakeSync();
  const created = await ledger.createIfAbsent(begunVoicemail());
  const after = await ledger.claim<true>(created, (entry) => {
    const next = transition(entry, { type: 'caller-dequeued' }, Date.now());
    return { entry: next };
  });
  expect(after).toMatchObject({ claim: undefined, entry: { dequeued: true }, revision: '2' });
});

test('with `add`, the new index key is added and the old one left to the sweep', async () => {
  const { ledger, keysOf } = fakeSync();
  const created = await ledger.createIfAbsent(begunVoicemail());
  const checkAt = Date.now() + 3_600_000;
  await ledger.apply(created, { type: 'recording-check-rescheduled', checkAt }, { as: 'awaited' });
  expect(keysOf(created.entry)).toEqual([created.entry.indexKey, chronologicalKey(created.entry.id, checkAt)]);
});

describe('an entry that cannot be read', () => {
  const broken: [string, string, (data: Record<string, unknown>) => unknown][] = [
    ['of another version', 'version', (data) => ({ ...data, version: 2 })],
    ['in an unknown state', 'task.state', (data) => ({ ...data, task: { ...(data.task as object), state: 'paused' } })],
    [
      'without fields of its state',
      'recording.recordingSid, recording.completedAt',
      (data) => ({ ...data, recording: { state: 'completed' } }),
    ],
    ['that is empty', 'version, id, callSid, attempt, from', () => ({})],
  ];

  test.each(broken)('%s is an error that names %s', async (_what, where, breakIt) => {
    const { ledger, documents } = fakeSync();
    const { entry } = await ledger.createIfAbsent(newCallback());
    documents.set(entry.id, { revision: '1', data: breakIt(documents.get(entry.id)!.data) as Record<string, unknown> });
    const error = await ledger.find(entry.id).catch((cause: unknown) => cause);
    expect(errorCode(error)).toBe('ledger-entry-corrupt');
    expect((error as Error).message).toBe(`The ledger entry ${entry.id} cannot be read: ${where}`);
    await expect(ledger.apply(entry.id, claim)).rejects.toMatchObject({ code: 'ledger-entry-corrupt' });
  });
});

describe('an invocation that dies at any write', () => {
  const WEEK_MS = 7 * 24 * 3_600_000;
  const created = apply(recordedVoicemail({ transcribed: false }), [
    { type: 'task-claimed', owner: 'me' },
    { type: 'task-created', taskSid: TASK_SID },
  ]);
  const settled = apply(created, [emailClaimed, emailSent]);
  const failed = apply(created, [
    emailClaimed,
    { type: 'email-failed', lastError: 'recipient-refused', recipients: [] },
  ]);
  const handled = apply(failed, { type: 'task-handled', taskSid: TASK_SID, at: NOW });
  const changes: [string, LedgerEntry, LedgerEvent, 'claim' | 'apply'][] = [
    ['put back by an agent', settled, { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' }, 'claim'],
    ['put back by a supervisor', settled, { type: 'task-restored', taskSid: TASK_SID, owner: 'me' }, 'claim'],
    ['sent again', failed, { type: 'resend-requested' }, 'claim'],
    ['sent again, with nothing else to do', handled, { type: 'resend-requested' }, 'claim'],
    ['sent again by a sweep', failed, { type: 'resend-requested' }, 'apply'],
    [
      'replaced',
      settled,
      { type: 'task-lost', taskSid: TASK_SID, loss: 'workflow', at: NOW, replaceIn: 'WW' },
      'apply',
    ],
  ];

  test.each(changes)('%s: is changed and listed soon, or not changed', async (_what, start, event, how) => {
    jest.useFakeTimers({ now: NOW });
    for (const as of ['outcome', 'awaited'] as const) {
      for (let dies = 0; dies < 6; dies += 1) {
        const { ledger, mortal, keysOf } = dyingSync(dies);
        await ledger.createIfAbsent(start);
        const before = (await ledger.find(start.id))!;
        const change = how === 'claim' ? mortal.claimBy : mortal.apply;
        await change.call(mortal, before, event, { as }).catch(() => undefined);
        const { revision } = (await ledger.find(start.id))!;
        const due = keysOf(start).map((key) => parseListedKey(key)!.at);
        if (revision !== before.revision) expect(Math.min(...due)).toBeLessThan(NOW + WEEK_MS / 100);
      }
    }
    jest.useRealTimers();
  });
});

describe('an entry that is deleted', () => {
  test('is gone, and is not found while its document is there', async () => {
    const { ledger, documents, client } = fakeSync();
    const created = await ledger.createIfAbsent(recordedVoicemail());
    client.removeDocument = async () => {
      throw new Error('died');
    };
    await expect(ledger.remove(created)).rejects.toThrow('died');
    expect(JSON.stringify(documents.get(created.entry.id)?.data)).not.toContain(created.entry.from);
    expect(await ledger.find(created.entry.id)).toBeUndefined();
    expect(await ledger.apply(created.entry.id, recordingCompleted)).toBeUndefined();
  });

  test('stays when it has changed meanwhile', async () => {
    const { ledger } = fakeSync();
    const created = await ledger.createIfAbsent(recordedVoicemail());
    await ledger.apply(created, { type: 'caller-dequeued' });
    expect(await ledger.remove(created)).toBe(false);
    expect(await ledger.find(created.entry.id)).toMatchObject({ entry: { dequeued: true } });
  });
});
