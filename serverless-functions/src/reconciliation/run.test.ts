import type { ReconciledItem } from '@callback-and-voicemail/contract';
import { addToRun, beginRun, listDigest, nextPart, parseRun, progressOf, type Run, totalsOf } from './run';
import { readSignedRun, signRun } from './run-cursor';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 60 * 60_000;
const item = (id: string, of: ReconciledItem['class']): ReconciledItem => ({
  ...{ id, at: '2026-11-22T12:00:00.000Z', queue: 'Support', class: of },
  ...{ recording: 'there', entry: 'there', task: 'there', email: 'there' },
});
/** From five in the morning to five in the morning: a zone other than UTC. */
const begun = beginRun({ from: Date.UTC(2026, 10, 20, 5), to: Date.UTC(2026, 10, 22, 5) }, NOW);

function partsOf(run: Run): string[] {
  const parts: string[] = [];
  for (let at = run; at.day !== undefined; at = nextPart(at)) parts.push(`${at.day} ${at.part}`);
  return parts;
}

test('a run goes through the rows, then the recordings, of every day that its period touches', () => {
  expect(partsOf(begun)).toEqual([
    '2026-11-20 rows',
    '2026-11-20 recordings',
    '2026-11-21 rows',
    '2026-11-21 recordings',
    '2026-11-22 rows',
    '2026-11-22 recordings',
  ]);
  expect(partsOf(beginRun({ from: Date.UTC(2026, 10, 21), to: Date.UTC(2026, 10, 22) }, NOW))).toHaveLength(2);
});

test('the next part begins at its beginning', () => {
  const within = { ...begun, after: 'x', page: { page: 1, token: 'PT1' } };
  expect(nextPart(within)).toMatchObject({ part: 'recordings', after: undefined, page: undefined });
});

test('says how many whole days are done', () => {
  expect(progressOf(begun)).toEqual({ done: 0, days: 3 });
  expect(progressOf(nextPart(nextPart(begun)))).toEqual({ done: 1, days: 3 });
  expect(progressOf({ ...begun, day: undefined })).toEqual({ done: 3, days: 3 });
});

test('the digest depends on every item and their order, and not on how a run was divided', () => {
  const items = [item('a', 'complete'), item('b', 'deleted'), item('c', 'unexplained')];
  expect(listDigest(items.slice(1), listDigest(items.slice(0, 1)))).toBe(listDigest(items));
  expect(listDigest([...items].reverse())).not.toBe(listDigest(items));
  expect(listDigest([items[0]!, item('b', 'complete'), items[2]!])).not.toBe(listDigest(items));
});

test('totals survive the way through a cursor', () => {
  const part = {
    items: [item('a', 'complete'), item('b', 'deleted'), item('c', 'unexplained')],
    others: 2,
    unknown: 1,
  };
  const run = addToRun(addToRun(begun, part), { items: [item('d', 'deleted')], others: 0, unknown: 0 });
  expect(parseRun(JSON.parse(JSON.stringify(run)))).toEqual(JSON.parse(JSON.stringify(run)));
  expect(totalsOf(run)).toEqual({
    ...{ voicemails: 4, complete: 1, explained: { deleted: 2 } },
    ...{ unexplained: 1, others: 2, unknown: 1 },
  });
});

describe('a cursor', () => {
  const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
  const owner = { by: 'WK1', scope: ['Support'] };
  const signed = signRun(environment, owner, begun, NOW);

  test('is read by whom it is for, for an hour', () => {
    expect(readSignedRun(environment, owner, signed, NOW + HOUR - 1_000)).toEqual(begun);
    expect(readSignedRun(environment, owner, signed, NOW + HOUR + 1_000)).toBeUndefined();
  });

  test.each([
    ['another person', { ...owner, by: 'WK2' }],
    ['somebody whose queues have changed', { ...owner, scope: ['Support', 'Sales'] }],
    ['a supervisor of all queues', { ...owner, scope: 'all' as const }],
  ])('is none for %s', (_who, other) => {
    expect(readSignedRun(environment, other, signed, NOW)).toBeUndefined();
  });

  test.each([
    ['empty', ''],
    ['a word', 'x'],
    ['dots', '..'],
    ['cut at its beginning', signed.slice(1)],
    ['longer than it was', `${signed}A`],
    ['of another content', signed.replace(/\.[^.]+$/, '.e30')],
  ])('is none when it is %s', (_how, text) => {
    expect(readSignedRun(environment, owner, text, NOW)).toBeUndefined();
  });
});
