import type { RetentionCounts } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { DueDay } from './retention-plan';
import { addCounts, type RetentionRun } from './retention-state';
import { settleRow } from './settle-row';

/** What one sweep may still do for retention. */
export interface RetentionBudget {
  /** History rows. */
  rows: number;
  /** Records of the audit. */
  records: number;
  /** How often Twilio may fail before the rest is left to the next sweep. */
  failures: number;
}
export const SWEEP_BUDGET: Readonly<RetentionBudget> = { rows: 200, records: 200, failures: 5 };

/** A row may need a dozen requests, one after the other; with less time left none is begun. */
const MIN_TIME_MS = 3_000;
/** Sync's largest page. */
const ROWS_PER_PAGE = 100;
/** Rows that are worked on at the same time: Sync takes 20 writes a second to one map. */
const AT_ONCE = 5;

export const hasTime = ({ deadline }: Invocation, { rows, failures }: RetentionBudget): boolean =>
  rows > 0 && failures > 0 && deadline.remaining() >= MIN_TIME_MS;

/**
 * Deletes what is due of one day.
 * @param run where it was interrupted in that day, if it was; its counts and days with something left are updated
 * @param budget is used up
 * @returns whether all rows of the day were looked at
 * @throws TwilioError when Sync does not list them
 */
export async function settleDay(
  invocation: Invocation,
  due: DueDay,
  run: RetentionRun,
  budget: RetentionBudget,
): Promise<boolean> {
  const { sync } = invocation.twilio;
  const map = `history-${due.day}`;
  if (run.at !== due.day) run.after = undefined;
  run.at = due.day;
  for (;;) {
    if (!hasTime(invocation, budget)) return false;
    const items = await sync.listMapItems(map, { order: 'asc', limit: ROWS_PER_PAGE, from: run.after });
    for (let n = 0; n < items.length; n += AT_ONCE) {
      if (!hasTime(invocation, budget)) return false;
      const some = items.slice(n, n + AT_ONCE);
      const settled = await Promise.all(some.map((item) => settleRow(invocation, map, item, due)));
      run.counts = settled.reduce((counts: RetentionCounts, one) => addCounts(counts, one.counts), run.counts);
      const leftCount = settled.filter(({ isLeft }) => isLeft).length;
      run.leftCount += leftCount;
      if (leftCount > 0 && !run.left.includes(due.day)) run.left.push(due.day);
      budget.failures -= settled.filter(({ isUnreachable }) => isUnreachable).length;
      budget.rows -= some.length;
      run.after = some.at(-1)!.key;
    }
    if (items.length < ROWS_PER_PAGE) break;
  }
  if (due.history && !run.left.includes(due.day)) await sync.removeMap(map);
  return true;
}
