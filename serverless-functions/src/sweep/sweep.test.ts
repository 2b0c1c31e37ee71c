import { fakeSync, throttledSync } from '../../test/fake-sync';
import {
  begunVoicemail,
  emailClaimed,
  emailSent,
  NOW,
  newCallback,
  recordingCompleted,
  taskCreated,
} from '../../test/ledger-fixtures';
import type { Invocation } from '../invocation';
import { type LedgerEntry, VOICEMAIL_CANCEL_REASON } from '../ledger/entry';
import { chronologicalKey } from '../ledger/entry-id';
import type { LedgerEvent } from '../ledger/events';
import { FAILURES_MAP, historyMapName, toHistoryRow } from '../ledger/history-row';
import { Ledger } from '../ledger/ledger';
import { INDEX_MAPS, indexMapName } from '../ledger/open-index';
import { TwilioError } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { sweep } from './sweep';

const claim: LedgerEvent = { type: 'task-claimed', owner: 'me' };

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

  test('an entry that cannot be read does not keep it from the others, and is listed again for tomorrow', async () => {
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
