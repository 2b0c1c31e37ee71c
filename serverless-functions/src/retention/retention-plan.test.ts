import { DEFAULT_RETENTION } from '@callback-and-voicemail/contract';
import { auditCutoffAt, cutoffsAt, daysBehind, isMonthOver, mayGoOn, planAuditMaps, planDays } from './retention-plan';

const NOON = Date.UTC(2026, 10, 30, 12);
const MAPS = ['open-1', 'history-2026-11-28', 'failures', 'history-2026-11-09', 'history-2026-10-28', 'audit-2026-08'];
const RETENTION = { ...DEFAULT_RETENTION, recordings: 20 };

describe('what is due', () => {
  test('a day is due when all of it is older than the settings keep', () => {
    expect(cutoffsAt(RETENTION, NOON)).toEqual({
      recordings: '2026-11-09',
      entries: '2026-10-30',
      history: '2026-10-30',
    });
    expect(cutoffsAt(RETENTION, Date.UTC(2026, 10, 30) - 1).recordings).toBe('2026-11-08');
  });

  test('recordings that are kept are never due', () => {
    expect(cutoffsAt(DEFAULT_RETENTION, NOON)).not.toHaveProperty('recordings');
  });

  test('settings that contradict themselves keep an entry as long as its recording, and its row as the entry', () => {
    const cutoffs = cutoffsAt({ recordings: 40, entries: 10, history: 7, audit: 365 }, NOON);
    expect(cutoffs).toEqual({ recordings: '2026-10-20', entries: '2026-10-20', history: '2026-10-20' });
  });

  test('the oldest day comes first, with the kinds that are due of it', () => {
    expect(planDays(cutoffsAt(RETENTION, NOON), MAPS, {}, [])).toEqual([
      { day: '2026-10-28', recordings: true, entries: true, history: true },
      { day: '2026-11-09', recordings: true, entries: false, history: false },
    ]);
  });

  test('a day that is done comes again when something was left, or its rows are due', () => {
    const cutoffs = cutoffsAt({ ...RETENTION, entries: 25, history: 60 }, NOON);
    const plan = (left: string[]) => planDays(cutoffs, MAPS, cutoffs, left).map(({ day }) => day);
    expect(plan([])).toEqual([]);
    expect(plan(['2026-11-09'])).toEqual(['2026-11-09']);
    expect(plan(['2026-11-28'])).toEqual([]);
    const rows = cutoffsAt(RETENTION, NOON);
    expect(planDays(rows, MAPS, rows, []).map(({ day }) => day)).toEqual(['2026-10-28']);
  });

  test('an interrupted run goes on at its day', () => {
    expect(planDays(cutoffsAt(RETENTION, NOON), MAPS, {}, [], '2026-11-09').map(({ day }) => day)).toEqual([
      '2026-11-09',
    ]);
  });

  test('an interrupted run does not go on when something is kept longer now', () => {
    const begun = cutoffsAt(RETENTION, NOON);
    expect(mayGoOn(begun, cutoffsAt(RETENTION, NOON + 24 * 60 * 60_000))).toBe(true);
    expect(mayGoOn(begun, cutoffsAt({ ...RETENTION, recordings: 21 }, NOON))).toBe(false);
    expect(mayGoOn(begun, cutoffsAt(DEFAULT_RETENTION, NOON))).toBe(false);
  });
});

describe('the audit', () => {
  test('is left to Sync’s own limit when it is kept for a year', () => {
    expect(auditCutoffAt(DEFAULT_RETENTION, NOON)).toBeUndefined();
    expect(planAuditMaps(MAPS, undefined)).toEqual([]);
  });

  test('is looked at by months, up to that of the cutoff', () => {
    const cutoff = auditCutoffAt({ ...DEFAULT_RETENTION, audit: 90 }, NOON)!;
    expect(cutoff).toBe('2026-09-01T12:00:00.000Z');
    const maps = ['audit-2026-10', 'audit-2026-09', 'audit-2026-08', 'audit-x'];
    expect(planAuditMaps(maps, cutoff)).toEqual(['audit-2026-08', 'audit-2026-09']);
    expect(maps.map((map) => isMonthOver(map, cutoff)).slice(1, 3)).toEqual([false, true]);
  });
});

describe('how far behind it is', () => {
  const cutoffs = cutoffsAt(RETENTION, NOON);
  test('counts the days from the last one that is done', () => {
    expect(daysBehind(cutoffs, cutoffs, undefined)).toBe(0);
    expect(daysBehind(cutoffs, { ...cutoffs, entries: '2026-10-27' }, undefined)).toBe(3);
  });

  test('counts from the day that a run is at', () => {
    expect(daysBehind(cutoffs, cutoffs, '2026-11-08')).toBe(2);
  });

  test('is not known before the first run', () => {
    expect(daysBehind(cutoffs, {}, undefined)).toBe(0);
  });
});
