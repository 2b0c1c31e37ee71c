import type { Invocation } from '../invocation';
import type { SyncMapItem } from '../twilio/sync';
import { readAudit } from './audit-page';

const SUE = { identity: 'sue', roles: ['supervisor'], workerSid: `WK${'a'.repeat(32)}` };
const NOW = Date.UTC(2026, 10, 22, 14);
const DAY = 24 * 60 * 60_000;
const keyAt = (at: number, n: number) => `${new Date(at).toISOString()}_${n.toString(16).padStart(32, '0')}`;
const itemOf = (key: string, n: number): SyncMapItem => ({
  key,
  data: { at: key.slice(0, 24), by: 'WK', identity: n % 100 === 0 ? 'rare' : 'sam', act: 'read', result: 'allowed' },
});

/** The audit's maps, with one item an hour, each in two parts, and what was asked of them. */
function auditOf(hours: number) {
  const maps = new Map<string, SyncMapItem[]>();
  for (let n = 0; n < hours; n += 1) {
    const key = keyAt(NOW - n * 60 * 60_000, n);
    const map = `audit-${key.slice(0, 7)}`;
    maps.set(map, [...(maps.get(map) ?? []), itemOf(`${key}_p002`, n), itemOf(key, n)]);
  }
  let calls = 0;
  const listMapItems = async (map: string, { limit, from }: { limit: number; from: string }) => {
    calls += 1;
    return (maps.get(map) ?? []).filter(({ key }) => key < from).slice(0, limit);
  };
  const environment = { values: {}, problems: [] };
  const invocation = { timeZone: 'UTC', environment, twilio: { sync: { listMapItems } } } as unknown as Invocation;
  /** All pages. */
  const readAll = async (params: Record<string, string>) => {
    const pages = [];
    for (let Cursor = ''; ; ) {
      const page = await readAudit(invocation, SUE, { ...params, Cursor });
      pages.push(page);
      if (page.cursor === undefined) return { pages, items: pages.flatMap(({ items }) => items) };
      Cursor = page.cursor;
    }
  };
  return { readAll, calls: () => calls };
}

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('pages of the audit hold each act once, also where a request ends within one', async () => {
  const { readAll } = auditOf(24 * 20);
  const { pages, items } = await readAll({});
  expect(new Set(items.map(({ id }) => id)).size).toBe(24 * 20);
  expect(items).toHaveLength(24 * 20);
  expect(pages.every((page) => page.items.length <= 50)).toBe(true);
});

test('without a first day a page goes back 31 days, with one as far as that', async () => {
  const { readAll } = auditOf(24 * 60);
  expect((await readAll({})).items).toHaveLength(24 * 31 + 1);
  const from = new Date(NOW - 40 * DAY).toISOString().slice(0, 10);
  expect((await readAll({ From: from })).items).toHaveLength(24 * 40 + 14 + 1);
});

test('a page of what is rare ends after eight requests, and says that there may be more', async () => {
  const { readAll, calls } = auditOf(24 * 30);
  const { pages, items } = await readAll({ Worker: 'Rare' });
  expect(items).toHaveLength(8);
  expect(pages[0]).toMatchObject({ complete: false, cursor: expect.any(String) });
  expect(calls()).toBeLessThanOrEqual(8 * pages.length);
});
