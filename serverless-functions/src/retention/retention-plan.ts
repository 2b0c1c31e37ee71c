import type { Retention } from '@callback-and-voicemail/contract';
import { readHistoryDay } from '../ledger/history-row';

/** Which days and kinds are due for deletion. Pure. Days are those of UTC, as history maps have them: `YYYY-MM-DD`. */

const DAY_MS = 24 * 60 * 60_000;

/** The last day of which everything of a kind is due. What came in on a day is due when all of that day is. */
export interface Cutoffs {
  /** Absent: recordings are kept. */
  recordings?: string;
  entries: string;
  history: string;
}
/** Up to which day each kind was gone through. */
export type DoneDays = Partial<Cutoffs>;

/** What is due of one day. */
export interface DueKinds {
  recordings: boolean;
  entries: boolean;
  history: boolean;
}
export interface DueDay extends DueKinds {
  day: string;
}

const KINDS = ['recordings', 'entries', 'history'] as const;

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Settings that were written by hand may contradict themselves: then what leads to something is kept longer. */
export function cutoffsAt({ recordings, entries, history }: Retention, now: number): Cutoffs {
  const entryDays = Math.max(entries, recordings ?? 0);
  const cutoff = (days: number) => dayOf(now - (days + 1) * DAY_MS);
  return {
    ...(recordings === undefined ? {} : { recordings: cutoff(recordings) }),
    entries: cutoff(entryDays),
    history: cutoff(Math.max(history, entryDays)),
  };
}

/** The keys of the audit before which records are due; undefined when Sync's own limit removes them. */
export function auditCutoffAt({ audit }: Retention, now: number): string | undefined {
  return audit >= 365 ? undefined : new Date(now - audit * DAY_MS).toISOString();
}

/** True when a run that began with `begun` may go on: since then, nothing was decided to be kept longer. */
export function mayGoOn(begun: Cutoffs, now: Cutoffs): boolean {
  return KINDS.every((kind) => begun[kind] === undefined || begun[kind] <= (now[kind] ?? ''));
}

/**
 * The days to go through, the oldest first. A day's map goes with its last row, so a map that is due and still there was
 * not finished.
 * @param maps names of the maps that there are
 * @param left days in which something had to be left
 * @param at the day at which an interrupted run goes on
 */
export function planDays(
  cutoffs: Cutoffs,
  maps: readonly string[],
  done: DoneDays,
  left: readonly string[],
  at = '',
): DueDay[] {
  return maps
    .flatMap((name) => readHistoryDay(name) ?? [])
    .filter((day) => day >= at)
    .sort()
    .flatMap((day): DueDay[] => {
      const due = dueOn(cutoffs, day);
      const isNew = KINDS.some((kind) => due[kind] && day > (done[kind] ?? ''));
      const wasLeft = left.includes(day) && KINDS.some((kind) => due[kind]);
      return isNew || wasLeft || due.history ? [{ day, ...due }] : [];
    });
}

function dueOn(cutoffs: Cutoffs, day: string): DueKinds {
  const isDue = (kind: keyof Cutoffs) => day <= (cutoffs[kind] ?? '');
  return { recordings: isDue('recordings'), entries: isDue('entries'), history: isDue('history') };
}

/** The audit's maps that hold records before the cutoff, the oldest first. */
export function planAuditMaps(maps: readonly string[], cutoff: string | undefined): string[] {
  if (cutoff === undefined) return [];
  return maps
    .filter((name) => /^audit-\d{4}-\d\d$/.test(name) && name.slice('audit-'.length) <= cutoff.slice(0, 7))
    .sort();
}

/** True when all records of a map are before the cutoff. */
export const isMonthOver = (map: string, cutoff: string): boolean => map.slice('audit-'.length) < cutoff.slice(0, 7);

/**
 * By how many days the oldest day is late that is due and was not gone through.
 * @param at the day that a run is at
 */
export function daysBehind(cutoffs: Cutoffs, done: DoneDays, at: string | undefined): number {
  const behind = KINDS.map((kind) => {
    const [until, reached] = [cutoffs[kind], at === undefined ? done[kind] : previousDay(at)];
    if (until === undefined || reached === undefined) return 0;
    return Math.round((Date.parse(until) - Date.parse(reached)) / DAY_MS);
  });
  return Math.max(0, ...behind);
}

const previousDay = (day: string) => dayOf(Date.parse(day) - DAY_MS);
