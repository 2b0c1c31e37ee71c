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
  taskCreated,
} from '../../test/ledger-fixtures';
import type { Invocation } from '../invocation';
import { errorCode, TwilioError } from '../runtime/errors';
import { sweep } from '../sweep/sweep';
import type { SyncClient, SyncDocument } from '../twilio/sync';
import { type LedgerEntry, VOICEMAIL_CANCEL_REASON } from './entry';
import { chronologicalKey, parseListedKey } from './entry-id';
import { FAILURES_MAP, historyMapName, toHistoryRow } from './history-row';
import { INDEX_MAPS, indexMapName, Ledger } from './ledger';
import { type LedgerEvent, transition } from './transitions';

/** Sync in memory, with revisions as Sync has them. */
function fakeSync() {
  const documents = new Map<string, SyncDocument>();
  const maps = new Map<string, Map<string, object>>();
  const mapNamed = (name: string) => maps.get(name) ?? maps.set(name, new Map()).get(name)!;
  const stored = (data: object) => JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
  const client: Partial<SyncClient> = {
    fetchDocument: async (name) => documents.get(name),
    createDocument: async (name, data) => {
      if (documents.has(name)) throw new TwilioError('POST', { failure: 'conflict' });
      documents.set(name, { data: stored(data), revision: '1' });
      return '1';
    },
    updateDocument: async (name, data, revision) => {
      if (documents.get(name)?.revision !== revision) throw new TwilioError('POST', { failure: 'precondition-failed' });
      const next = String(Number(revision) + 1);
      documents.set(name, { data: stored(data), revision: next });
      return next;
    },
    addMapItem: async (map, key, data) => void mapNamed(map).set(key, data),
    upsertMapItem: async (map, key, data) => void mapNamed(map).set(key, data),
    removeMapItem: async (map, key) => void mapNamed(map).delete(key),
    listMapItems: async (map, { limit }) =>
      [...mapNamed(map).keys()]
        .sort()
        .slice(0, limit)
        .map((key) => ({ key, data: mapNamed(map).get(key) as Record<string, unknown> })),
  };
  const ledger = new Ledger(() => client as SyncClient);
  const keysOf = (entry: LedgerEntry) => [...mapNamed(indexMapName(entry.id)).keys()];
  return { client, documents, ledger, mapNamed, keysOf };
}

/** Everything that is written, in its order; the `dies`th write and all after it never happen. */
function dyingSync(dies: number) {
  const fake = fakeSync();
  const writes: string[] = [];
  const client = fake.client as Record<string, (...args: never[]) => Promise<unknown>>;
  let isDead = false;
  const mortal = Object.fromEntries(
    Object.entries(client).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        if (!/^(create|update|add|upsert|remove)/.test(name)) return call(...args);
        writes.push(name);
        isDead ||= writes.length > dies;
        if (isDead) throw new TwilioError('POST', { failure: 'unavailable' });
        return call(...args);
      },
    ]),
  );
  return { ...fake, writes, mortal: new Ledger(() => mortal as unknown as SyncClient) };
}

/** Sync with its limit of 20 writes a second to one map, 200 at once: twilio.com/docs/sync/limits. */
function throttledSync() {
  const fake = fakeSync();
  const buckets = new Map<string, { left: number; at: number }>();
  let refusals = 0;
  const take = (map: string) => {
    const now = Date.now();
    const { left, at } = buckets.get(map) ?? { left: 200, at: now };
    const tokens = Math.min(200, left + ((now - at) / 1_000) * 20);
    buckets.set(map, { left: tokens < 1 ? tokens : tokens - 1, at: now });
    if (tokens >= 1) return;
    refusals += 1;
    throw new TwilioError('POST', { failure: 'rate-limited', status: 429 });
  };
  const client = { ...fake.client } as Record<string, (map: string, ...rest: never[]) => Promise<unknown>>;
  for (const name of ['addMapItem', 'upsertMapItem', 'removeMapItem']) {
    const write = client[name]!;
    client[name] = async (map, ...rest) => {
      take(map);
      return write(map, ...rest);
    };
  }
  return { ...fake, refusals: () => refusals, newLedger: () => new Ledger(() => client as unknown as SyncClient) };
}

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
  await ledger.apply(created, { type: 'recording-check-rescheduled', checkAt }, { reindex: 'add' });
  expect(keysOf(created.entry)).toEqual([created.entry.indexKey, chronologicalKey(created.entry.id, checkAt)]);
});

test('a long transcript and many recipients are cut to fit into a document', async () => {
  const { ledger, documents } = fakeSync();
  const recipients = Array.from({ length: 200 }, (_, n) => ({
    address: `${'x'.repeat(50)}${n}@example.com`,
    state: n === 7 ? ('refused' as const) : ('accepted' as const),
  }));
  const entry = apply(recordedVoicemail(), [
    { type: 'transcript-received', text: '😀'.repeat(700) },
    { type: 'email-sent', recipients, possibleDuplicate: false },
  ]);
  await ledger.createIfAbsent(entry);
  const { data } = documents.get(entry.id)!;
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThanOrEqual(10_000);
  expect(data).toMatchObject({ email: { recipientCount: 200, recipients: [recipients[7]] } });
});

describe('a history row that was not written', () => {
  const SETTLED: LedgerEvent[] = [recordingCompleted, claim, taskCreated, emailClaimed, emailSent];
  const log = { info() {}, warn() {}, error() {} };
  const sweepWith = (ledger: Ledger) =>
    sweep({ ledger, log, deadline: { remaining: () => 8_000 } } as unknown as Invocation, {
      maps: 8,
      entries: 50,
      checkTasks: false,
    });
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  test('of 30 voicemails a second for a minute, every row is there after the sweeps', async () => {
    const { newLedger, mapNamed, refusals } = throttledSync();
    const entries: LedgerEntry[] = [];
    for (let n = 0; n < 1_800; n += 1) {
      jest.setSystemTime(NOW + (n * 1_000) / 30);
      const callSid = `CA${n.toString(16).padStart(32, '0')}`;
      const begun = {
        ...begunVoicemail({ transcribed: false, now: Date.now() }),
        id: `voicemail-${callSid}-1`,
        callSid,
      };
      const ledger = newLedger();
      const after = await ledger.apply(await ledger.createIfAbsent(begun), SETTLED);
      entries.push(after!.entry);
    }
    const rows = mapNamed(historyMapName(NOW));
    const lost = entries.length - rows.size;
    expect(lost).toBeGreaterThan(300);
    expect(refusals()).toBe(lost);
    for (let minute = 2; minute <= 15; minute += 1) {
      jest.setSystemTime(NOW + minute * 60_000);
      await sweepWith(newLedger());
    }
    const written = entries.map(({ id, createdAt }) => rows.get(chronologicalKey(id, createdAt)));
    expect(written).toEqual(entries.map(toHistoryRow));
    const keys = entries.map(({ id, indexKey }) => [...mapNamed(indexMapName(id)).keys()].includes(indexKey!));
    expect(keys.every(Boolean)).toBe(true);
    const all = Array.from({ length: INDEX_MAPS }, (_, map) => mapNamed(`open-${map}`).size);
    expect(all.reduce((sum, size) => sum + size)).toBe(entries.length);
  });

  test('stays listed until a sweep writes it, and leaves the key of the entry alone', async () => {
    const { client, ledger, mapNamed, keysOf } = fakeSync();
    const { upsertMapItem } = client as SyncClient;
    client.upsertMapItem = async () => {
      throw new TwilioError('POST', { failure: 'unavailable' });
    };
    const failing: LedgerEvent = { type: 'email-failed', lastError: 'recipient-refused', recipients: [] };
    const created = await ledger.createIfAbsent(begunVoicemail({ transcribed: false }));
    const events = [recordingCompleted, claim, taskCreated, emailClaimed, failing];
    const { entry } = (await ledger.apply(created, events))!;
    expect(keysOf(entry)).toHaveLength(2);
    jest.setSystemTime(NOW + 3 * 60_000);
    expect(await sweepWith(new Ledger(() => client as SyncClient))).toMatchObject({ examined: 1, failed: 1 });
    expect(keysOf(entry)).toHaveLength(2);
    client.upsertMapItem = upsertMapItem;
    expect(await sweepWith(new Ledger(() => client as SyncClient))).toMatchObject({ examined: 1, failed: 0 });
    expect(keysOf(entry)).toEqual([entry.indexKey]);
    expect([...mapNamed(historyMapName(NOW)).values()]).toEqual([toHistoryRow(entry)]);
    expect(mapNamed(FAILURES_MAP).size).toBe(1);
  });

  test('is written once more when the entry changed while a sweep wrote it', async () => {
    const { client, ledger, keysOf } = fakeSync();
    const { upsertMapItem } = client as SyncClient;
    client.upsertMapItem = async () => {
      throw new TwilioError('POST', { failure: 'rate-limited', status: 429 });
    };
    const created = await ledger.createIfAbsent(begunVoicemail({ transcribed: false }));
    const { entry } = (await ledger.apply(created, SETTLED))!;
    client.upsertMapItem = async (...args) => {
      client.upsertMapItem = upsertMapItem;
      await new Ledger(() => client as SyncClient).apply(entry.id, { type: 'caller-dequeued' });
      await upsertMapItem(...args);
    };
    jest.setSystemTime(NOW + 3 * 60_000);
    await sweepWith(new Ledger(() => client as SyncClient));
    expect(keysOf(entry)).toHaveLength(2);
    await sweepWith(new Ledger(() => client as SyncClient));
    expect(keysOf(entry)).toEqual([entry.indexKey]);
  });
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

  test('does not keep the sweep from the others, and is listed again for tomorrow', async () => {
    const { ledger, documents, mapNamed, keysOf } = fakeSync();
    const { entry } = await ledger.createIfAbsent(newCallback());
    documents.set(entry.id, { revision: '1', data: {} });
    const gone = chronologicalKey(`callback-${'0'.repeat(32)}`, 0);
    mapNamed(indexMapName(`callback-${'0'.repeat(32)}`)).set(gone, { missing: true });
    const invocation = {
      ledger,
      deadline: { remaining: () => 8_000 },
      log: { info() {}, warn() {}, error() {} },
    } as unknown as Invocation;
    const result = await sweep(invocation, { maps: 8, entries: 50, checkTasks: false });
    expect(result).toEqual({ examined: 2, failed: 1, more: false });
    expect(mapNamed(indexMapName(`callback-${'0'.repeat(32)}`)).has(gone)).toBe(false);
    const [key] = keysOf(entry);
    expect(key).not.toBe(entry.indexKey);
    expect(Date.parse(key!.slice(0, 20))).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  });
});

describe('a sweep', () => {
  const bounds = { maps: 8, entries: 50, checkTasks: false };
  const log = { info() {}, warn() {}, error() {} };
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  test('an entry that Sync once says is not there is listed again, and found an hour later', async () => {
    const { ledger, documents, keysOf } = fakeSync();
    const { entry } = await ledger.createIfAbsent(newCallback());
    const document = documents.get(entry.id)!;
    documents.delete(entry.id);
    const invocation = { ledger, log, deadline: { remaining: () => 8_000 } } as unknown as Invocation;
    await sweep(invocation, bounds);
    expect(keysOf(entry)).toHaveLength(1);
    documents.set(entry.id, document);
    jest.setSystemTime(NOW + 61 * 60_000);
    await sweep(invocation, bounds);
    expect(keysOf(entry)).toEqual([entry.indexKey]);
  });

  test('reaches every entry, however many at the head always fail', async () => {
    const { ledger } = fakeSync();
    const ids = Array.from({ length: 200 }, (_, n) => `CA${n.toString(16).padStart(32, '0')}`);
    for (const callSid of ids)
      await ledger.createIfAbsent({ ...begunVoicemail(), id: `voicemail-${callSid}-1`, callSid });
    const seen = new Set<string>();
    const voice = {
      async hasCallEnded(callSid: string) {
        seen.add(callSid);
        throw new TwilioError('GET', { failure: 'refused' });
      },
    };
    const taskRouter = { fetchTask: async () => ({ reason: VOICEMAIL_CANCEL_REASON }) };
    for (let n = 1; n <= 100 && seen.size < ids.length; n += 1) {
      jest.setSystemTime(NOW + 24 * 3_600_000 + n * 5 * 60_000);
      // Each failure takes so long that a sweep gets to five of them.
      let left = 5;
      const deadline = { remaining: () => (left-- > 0 ? 8_000 : 0) };
      await sweep({ ledger, log, deadline, twilio: { voice, taskRouter } } as unknown as Invocation, bounds);
    }
    expect(seen.size).toBe(ids.length);
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
    for (const reindex of ['move', 'add'] as const) {
      for (let dies = 0; dies < 6; dies += 1) {
        const { ledger, mortal, keysOf } = dyingSync(dies);
        await ledger.createIfAbsent(start);
        const before = (await ledger.find(start.id))!;
        const change = how === 'claim' ? mortal.claimBy : mortal.apply;
        await change.call(mortal, before, event, { reindex }).catch(() => undefined);
        const { revision } = (await ledger.find(start.id))!;
        const due = keysOf(start).map((key) => parseListedKey(key)!.at);
        if (revision !== before.revision) expect(Math.min(...due)).toBeLessThan(NOW + WEEK_MS / 100);
      }
    }
    jest.useRealTimers();
  });
});
