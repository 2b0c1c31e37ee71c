import type { EmailHistoryResponse } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { chronologicalKey } from '../ledger/entry-id';
import { FAILURES_MAP, type HistoryRow, historyMapName } from '../ledger/history-row';
import type { SyncClient, SyncMapItem } from '../twilio/sync';
import { CALLS_PER_PAGE, ITEMS_PER_PAGE, readHistory } from './history';

const SUE = { identity: 'sue', roles: ['supervisor'], workerSid: `WK${'a'.repeat(32)}`, presence: Promise.resolve() };
const NOW = Date.UTC(2026, 10, 22, 20, 0, 0);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const callSid = (n: number) => `CA${String(n).padStart(32, '0')}`;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Sync with a history in it, as far as a page needs it; every call is counted. */
function withHistory(rows: HistoryRow[], timeZone = 'UTC') {
  const maps = new Map<string, SyncMapItem[]>();
  for (const row of rows) {
    const map = historyMapName(row.receivedAt);
    maps.set(map, [...(maps.get(map) ?? []), { key: chronologicalKey(row.id, row.receivedAt), data: { ...row } }]);
  }
  for (const items of maps.values()) items.sort((a, b) => (a.key < b.key ? 1 : -1));
  const calls: string[] = [];
  const sync = {
    async fetchDocument(name: string) {
      calls.push(name);
      return undefined;
    },
    async createDocument(name: string) {
      calls.push(name);
      return '1';
    },
    async listMapItems(map: string, { limit, from: before }: { limit: number; from?: string }) {
      calls.push(map);
      return (maps.get(map) ?? []).filter(({ key }) => before === undefined || key < before).slice(0, limit);
    },
  } as unknown as SyncClient;
  const asked = async <T>(what: string, answer: T) => {
    calls.push(what);
    return answer;
  };
  const invocation = {
    environment: { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] },
    twilio: { sync, taskRouter: { listOpenTasks: () => asked('tasks', { tasks: [], complete: false }) } },
    ledger: { find: (id: string) => asked(id, undefined) },
    log: { info() {}, warn() {}, error() {} },
    timeZone,
  } as unknown as Invocation;
  const ask = async (event: Record<string, string> = {}): Promise<EmailHistoryResponse & { calls: number }> => {
    calls.length = 0;
    const answer = await readHistory(invocation, SUE, event);
    return { ...answer, calls: calls.length };
  };
  return { ask, calls };
}

function row(n: number, at: number, change: Partial<HistoryRow> = {}): HistoryRow {
  return {
    id: `voicemail-${callSid(n)}-1`,
    taskType: 'voicemail',
    receivedAt: at,
    from: `+1202555${String(n % 10_000).padStart(4, '0')}`,
    queueName: n % 100 === 0 ? 'Sales' : 'Support',
    seconds: 20,
    email: { state: n % 1_000 === 0 ? 'failed' : 'sent', recipients: 3, sentAt: at },
    task: { state: 'created' },
    ...change,
  };
}

/** 10,000 within the last seven days, one a minute. */
const tenThousand = () => Array.from({ length: 10_000 }, (_, n) => row(n, NOW - n * MINUTE));

test('10,000 voicemails: one page is the newest fifty, and costs a handful of calls', async () => {
  const { ask } = withHistory(tenThousand());
  const page = await ask();
  expect(page.items).toHaveLength(ITEMS_PER_PAGE);
  expect(page.items[0]).toMatchObject({
    voicemail_id: `voicemail-${callSid(0)}-1`,
    receivedAt: '2026-11-22T20:00:00.000Z',
  });
  expect(page.complete).toBe(true);
  // The settings, one map of rows, what went wrong, the open tasks.
  expect(page.calls).toBe(4);
});

test('10,000 voicemails page by page: every one of them once, in order', async () => {
  const { ask } = withHistory(tenThousand());
  const ids: string[] = [];
  let cursor: string | undefined = '';
  let most = 0;
  while (cursor !== undefined) {
    const page: Awaited<ReturnType<typeof ask>> = await ask(cursor === '' ? {} : { Cursor: cursor });
    ids.push(...page.items.map(({ voicemail_id: id }) => id));
    most = Math.max(most, page.calls);
    cursor = page.cursor;
  }
  // Those of the last seven days of the calendar: 20:01 hours of today, and six whole days.
  const expected = tenThousand().filter(({ receivedAt: at }) => at >= Date.UTC(2026, 10, 16));
  expect(ids).toEqual(expected.map(({ id }) => id));
  expect(most).toBeLessThanOrEqual(4);
});

test('what is rare is looked for within bounds: a page may be short, says so, and the next goes on', async () => {
  const { ask } = withHistory(tenThousand());
  const found: string[] = [];
  let cursor: string | undefined = '';
  let pages = 0;
  while (cursor !== undefined) {
    const page: Awaited<ReturnType<typeof ask>> = await ask({
      State: 'failed',
      ...(cursor === '' ? {} : { Cursor: cursor }),
    });
    expect(page.calls).toBeLessThanOrEqual(CALLS_PER_PAGE + 3);
    expect(page.complete).toBe(page.cursor === undefined);
    found.push(...page.items.map(({ voicemail_id: id }) => id));
    cursor = page.cursor;
    pages += 1;
  }
  expect(found).toEqual(
    Array.from({ length: 10 }, (_, n) => `voicemail-${callSid(n * 1_000)}-1`).slice(0, found.length),
  );
  expect(found.length).toBe(10);
  expect(pages).toBeGreaterThan(1);
});

test('filters by queue, and by a caller’s whole number or its last four digits', async () => {
  const { ask } = withHistory(tenThousand().slice(0, 300));
  expect((await ask({ Queue: 'Sales' })).items.map(({ queue }) => queue)).toEqual(['Sales', 'Sales', 'Sales']);
  const { items } = await ask({ Caller: '+12025550007' });
  expect(items).toMatchObject([{ voicemail_id: `voicemail-${callSid(7)}-1`, caller: '+1 202-•••-0007' }]);
  expect((await ask({ Caller: '+1202555000' })).items).toEqual([]);
  // As dialed at home, after a prefix for abroad, and the four digits that all supervisors see.
  for (const Caller of ['2025550007', '0012025550007', '12025550007', '0007'])
    expect((await ask({ Caller })).items).toMatchObject([{ voicemail_id: `voicemail-${callSid(7)}-1` }]);
  expect((await ask({ Caller: '5550007' })).items).toEqual([]);
});

test('a day is one of the business’s calendar', async () => {
  const [before, first, last, after] = [
    '2026-11-20T04:59:59Z',
    '2026-11-20T05:00:00Z',
    '2026-11-21T04:59:59Z',
    '2026-11-21T05:00:00Z',
  ];
  const rows = [before, first, last, after].map((time, n) => row(n, Date.parse(time!)));
  const { ask } = withHistory(rows, 'America/New_York');
  const { items, cursor } = await ask({ Day: '2026-11-20' });
  expect(items.map(({ receivedAt }) => receivedAt.slice(0, 19))).toEqual([
    '2026-11-21T04:59:59',
    '2026-11-20T05:00:00',
  ]);
  expect(cursor).toBeUndefined();
});

test('the last seven days, today among them; nothing older', async () => {
  const rows = [0, 1, 6, 7].map((days) => row(days, NOW - days * DAY));
  const { ask } = withHistory(rows);
  expect((await ask()).items).toHaveLength(3);
});

test('an empty history costs as many calls as it has days', async () => {
  const { ask } = withHistory([]);
  expect(await ask()).toEqual({ items: [], complete: true, attention: [], calls: 7 + 3 });
});

test('returns the attention list with the first page only', async () => {
  const { ask, calls } = withHistory(tenThousand().slice(0, 60));
  const first = await ask();
  expect(calls).toContain(FAILURES_MAP);
  const second = await ask({ Cursor: first.cursor! });
  expect(second).not.toHaveProperty('attention');
  expect(calls).not.toContain(FAILURES_MAP);
  expect(second.items).toHaveLength(10);
});

test('rows that should be final by now are compared with their entries, a bounded number', async () => {
  const late = Array.from({ length: 40 }, (_, n) =>
    row(n, NOW - (n + 5) * MINUTE, { email: { state: 'pending', recipients: 0 } }),
  );
  const { ask } = withHistory(late);
  const page = await ask();
  expect(page.items).toHaveLength(40);
  expect(page.calls).toBe(7 + 3 + 10);
});

test.each([
  [{ Day: '2026-02-30' }, 'day'],
  [{ Day: '../x' }, 'day'],
  [{ State: 'sending' }, 'state'],
  [{ Caller: '50007' }, 'caller'],
  [{ Caller: 'ana' }, 'caller'],
  [{ Cursor: 'open-1' }, 'cursor'],
  [{ Cursor: '2026-11-22T20:00:00Z_email-settings' }, 'cursor'],
])('%j is refused', (event, path) => expectRefusal(event, path));

test('a queue name of 201 characters is refused', () => expectRefusal({ Queue: 'q'.repeat(201) }, 'queue'));

async function expectRefusal(event: Partial<Record<string, string>>, path: string) {
  const { ask, calls } = withHistory([]);
  await expect(ask(event as Record<string, string>)).rejects.toMatchObject({
    status: 422,
    details: { fields: [{ path }] },
  });
  expect(calls).toEqual(['email-settings']);
}
