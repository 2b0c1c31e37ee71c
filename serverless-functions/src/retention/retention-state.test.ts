import { currentRun, endRun, nextLookAt, noCounts, type RetentionState, readState } from './retention-state';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 60 * 60_000;
const CUTOFFS = { recordings: '2026-11-09', entries: '2026-10-30', history: '2026-10-30' };
const begun = (): RetentionState => readState(undefined)!;

test('without a document, and with a damaged one, it begins anew', () => {
  expect(begun()).toEqual({ version: 1, done: {}, left: [], leftCount: 0, total: noCounts() });
  expect(readState({ version: 1, done: 'x' })).toEqual(begun());
});

test('the document of a later version is left alone', () => {
  expect(readState({ version: 2 })).toBeUndefined();
});

test('after a run, the next one waits an hour; an interrupted one does not', () => {
  const run = currentRun(begun(), CUTOFFS, NOW);
  const ended = endRun(begun(), run, NOW);
  expect(nextLookAt(begun())).toBe(0);
  expect(nextLookAt(ended)).toBe(NOW + HOUR);
  expect(nextLookAt({ ...ended, run })).toBe(0);
});

test('while another sweep has claimed it, nobody else looks', () => {
  expect(nextLookAt({ ...begun(), lease: { owner: 'me', until: NOW + 15_000 } })).toBe(NOW + 15_000);
});

test('a run that ends adds to the totals, and what was left is remembered', () => {
  const counts = { recordings: 2, entries: 1, history: 0, audit: 0 };
  const run = { ...currentRun(begun(), CUTOFFS, NOW), counts, left: ['2026-11-09'], leftCount: 3 };
  const once = endRun(begun(), run, NOW);
  expect(once).toMatchObject({ done: CUTOFFS, left: ['2026-11-09'], leftCount: 3, total: counts });
  expect(endRun(once, run, NOW).total).toEqual({ recordings: 4, entries: 2, history: 0, audit: 0 });
  expect(readState(JSON.parse(JSON.stringify(once)) as Record<string, unknown>)).toEqual(once);
});

test('an interrupted run begins again, with its counts, when something is kept longer now', () => {
  const counts = { ...noCounts(), recordings: 5 };
  const run = { ...currentRun(begun(), CUTOFFS, NOW), at: '2026-10-01', counts };
  expect(currentRun({ ...begun(), run }, CUTOFFS, NOW + HOUR)).toEqual(run);
  const longer = { ...CUTOFFS, entries: '2026-10-01', history: '2026-10-01' };
  const again = currentRun({ ...begun(), run }, longer, NOW + HOUR);
  expect(again).toEqual({ startedAt: NOW, cutoffs: longer, left: [], leftCount: 0, counts });
});
