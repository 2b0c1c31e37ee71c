import type { LedgerEntry } from '../src/ledger/entry';
import { Ledger } from '../src/ledger/ledger';
import { indexMapName } from '../src/ledger/open-index';
import { TwilioError } from '../src/runtime/errors';
import type { SyncClient, SyncDocument } from '../src/twilio/sync';

/** Sync in memory, with revisions as Sync has them. */
export function fakeSync() {
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
    removeDocument: async (name) => void documents.delete(name),
    listMapNames: async () => [...maps.keys()],
    removeMapItem: async (map, key) => void mapNamed(map).delete(key),
    listMapItems: async (map, { limit }) =>
      [...mapNamed(map).keys()]
        .sort()
        .slice(0, limit)
        .map((key) => ({ key, data: mapNamed(map).get(key) as Record<string, unknown> })),
  };
  const ledger = new Ledger(() => client as SyncClient);
  const indexMap = ({ id }: LedgerEntry) => indexMapName(id);
  const keysOf = (entry: LedgerEntry) => [...mapNamed(indexMap(entry)).keys()];
  return { client, documents, ledger, mapNamed, indexMap, keysOf };
}

/** Everything that is written, in its order; the `dies`th write and all after it never happen. */
export function dyingSync(dies: number) {
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
export function throttledSync() {
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
