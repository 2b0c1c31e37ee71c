import type { Invocation } from '../invocation';
import { isMonthOver } from './retention-plan';
import type { RetentionRun } from './retention-state';
import { hasTime, type RetentionBudget } from './settle-day';

/** Removals at the same time, and records of one page. */
const AT_ONCE = 10;
const RECORDS_PER_PAGE = 100;

/**
 * Deletes the records of the audit before a time, the oldest first.
 * @param maps that may hold some
 * @param run its counts are updated
 * @param budget is used up
 * @returns whether all of them are gone
 * @throws TwilioError when Sync does not answer
 */
export async function settleAudit(
  invocation: Invocation,
  maps: readonly string[],
  cutoff: string,
  run: RetentionRun,
  budget: RetentionBudget,
): Promise<boolean> {
  for (const map of maps) if (!(await settleMonth(invocation, map, cutoff, run, budget))) return false;
  return true;
}

async function settleMonth(
  invocation: Invocation,
  map: string,
  cutoff: string,
  run: RetentionRun,
  budget: RetentionBudget,
): Promise<boolean> {
  const { sync } = invocation.twilio;
  for (;;) {
    if (!hasTime(invocation, budget)) return false;
    const items = await sync.listMapItems(map, { order: 'asc', limit: RECORDS_PER_PAGE });
    if (items.length === 0 && isMonthOver(map, cutoff)) await sync.removeMap(map);
    const old = items.filter(({ key }) => key < cutoff);
    for (let n = 0; n < old.length; n += AT_ONCE) {
      if (budget.records <= 0 || !hasTime(invocation, budget)) return false;
      const some = old.slice(n, n + AT_ONCE);
      await Promise.all(some.map(({ key }) => sync.removeMapItem(map, key)));
      run.counts.audit += some.length;
      budget.records -= some.length;
    }
    if (old.length === 0) return true;
  }
}
