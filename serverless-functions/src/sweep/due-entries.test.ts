import { newCallback } from '../../test/ledger-fixtures';
import { taskKeyFor, taskProof } from '../fulfilment/task-proof';
import type { Invocation } from '../invocation';
import { chronologicalKey, rowsKey } from '../ledger/entry-id';
import type { Task } from '../twilio/taskrouter';
import { listDueEntries } from './due-entries';

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
const idOf = (n: number) => `callback-${n.toString(16).padStart(32, '0')}`;
const key = (n: number, minutes: number) => chronologicalKey(idOf(n), NOW + minutes * MINUTE);
const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
const proofFor = (id: string) => taskProof({ ...newCallback(), id, taskKey: taskKeyFor(environment, id) });
const taskOf = (n: number) =>
  ({
    sid: `WT${n}`,
    attributes: { callback_and_voicemail: { voicemail_id: idOf(n), proof: proofFor(idOf(n)) } },
  }) as unknown as Task;

/** Eight index maps; those that are not given are empty. `undefined` cannot be read. */
function indexOf(maps: (string[] | undefined)[], { tasks = [] as Task[], complete = true } = {}) {
  const warnings: string[] = [];
  const reads: number[] = [];
  const invocation = {
    environment,
    log: { warn: (what: string) => warnings.push(what) },
    twilio: { taskRouter: { listOpenTasks: async () => ({ tasks, complete }) } },
    ledger: {
      index: {
        async list(map: number, limit: number, after = '') {
          reads.push(map);
          const keys = map in maps ? maps[map] : [];
          if (keys === undefined) throw new Error('down');
          const rest = [...keys].sort().filter((one) => one > after);
          return rest.slice(0, limit).map((one) => ({ key: one, isMissing: false }));
        },
      },
    },
  } as unknown as Invocation;
  return { invocation, warnings, reads };
}
const QUICK = { maps: 8, checkTasks: false };
const THOROUGH = { maps: 8, checkTasks: true };
const numbers = (entries: { id: string }[]) => entries.map(({ id }) => Number.parseInt(id.slice(9), 16)).sort();

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('what is due by now is taken from every map, and a key of nobody is left alone', async () => {
  const { invocation } = indexOf([[key(1, -5), key(2, 5)], [key(3, 0)], ['2026-11-22T11:00:00Z_elsewhere']]);
  const due = await listDueEntries(invocation, QUICK);
  expect(numbers(due.keys)).toEqual([1, 3]);
  expect(due).toMatchObject({ withoutOpenTask: [], unlisted: [], unreadMaps: 0, more: false });
});

test('a key for rows is due like others, and lists its entry for nothing else', async () => {
  const { invocation } = indexOf([[rowsKey(idOf(1), NOW), rowsKey(idOf(2), NOW + MINUTE)]], { tasks: [taskOf(1)] });
  const due = await listDueEntries(invocation, THOROUGH);
  expect(due.keys).toMatchObject([{ id: idOf(1), forRows: true }]);
  expect(due.withoutOpenTask).toEqual([]);
  expect(due.unlisted).toEqual([[taskOf(1)]]);
});

test('a map that cannot be read is counted, and the others are read all the same', async () => {
  const { invocation, warnings } = indexOf([undefined, [key(1, 0)]], { tasks: [taskOf(9)] });
  const due = await listDueEntries(invocation, THOROUGH);
  expect(due).toMatchObject({ keys: [{ id: idOf(1) }], unreadMaps: 1 });
  expect(warnings).toEqual(['index not read']);
  // It may list the entry of the open task.
  expect(due.unlisted).toEqual([]);
});

test('of a map with many due entries some are taken, each time others, and more is left', async () => {
  const { invocation } = indexOf([Array.from({ length: 60 }, (_, n) => key(n, -60 + n))]);
  const seen = new Set<string>();
  for (let minute = 0; minute < 60; minute += 5) {
    jest.setSystemTime(NOW + minute * MINUTE);
    const { keys, more } = await listDueEntries(invocation, QUICK);
    expect([keys.length, more]).toEqual([20, true]);
    for (const { id } of keys) seen.add(id);
  }
  expect(seen.size).toBe(60);
});

test('few maps are other maps in the next seconds', async () => {
  const { invocation, reads } = indexOf([]);
  for (let second = 0; second < 8; second += 1) {
    jest.setSystemTime(NOW + second * 1_000);
    await listDueEntries(invocation, { maps: 2, checkTasks: false });
  }
  expect(reads).toHaveLength(16);
  expect(new Set(reads).size).toBe(8);
});

test('an entry that is not due is named when TaskRouter has no open task of it', async () => {
  const { invocation } = indexOf([[key(1, 60), key(2, 60)]], { tasks: [taskOf(2)] });
  expect(numbers((await listDueEntries(invocation, THOROUGH)).withoutOpenTask)).toEqual([1]);
});

test('an open task that no map lists is named, also behind the first page of a map', async () => {
  const many = Array.from({ length: 250 }, (_, n) => key(n, 60 + n));
  const { invocation } = indexOf([many], { tasks: [taskOf(249), taskOf(900)] });
  const due = await listDueEntries(invocation, THOROUGH);
  expect(due.unlisted).toEqual([[taskOf(900)]]);
  expect(due.listedIds.size).toBe(250);
});

test.each([
  ['TaskRouter has too many open tasks', { tasks: [taskOf(9)], complete: false }, 1],
  ['a map goes on behind the last page that is read', { tasks: [taskOf(9)] }, 900],
])('when %s, no task counts as unlisted', async (_what, openTasks, entries) => {
  const { invocation } = indexOf([Array.from({ length: entries }, (_, n) => key(n, 60 + n))], openTasks);
  expect((await listDueEntries(invocation, THOROUGH)).unlisted).toEqual([]);
});

test('several open tasks of one entry are named, whether it is listed or not', async () => {
  const twin = { ...taskOf(1), sid: 'WTtwin' };
  const { invocation } = indexOf([[key(1, 60), key(2, 60)]], { tasks: [taskOf(1), taskOf(2), twin] });
  expect((await listDueEntries(invocation, THOROUGH)).several).toEqual([[idOf(1), [taskOf(1), twin]]]);
});
