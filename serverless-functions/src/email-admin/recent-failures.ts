import type { Invocation } from '../invocation';
import { FAILURES_MAP, type FailureRow, parseFailureRow } from '../ledger/history-row';

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** How much of what went wrong is looked at: the newest. */
const MAX_FAILURES = 100;

const lastFailureAt = ({ receivedAt, lost, email, undelivered = [], unreadable }: FailureRow) =>
  Math.max(receivedAt, lost?.at ?? 0, email?.since ?? 0, unreadable?.at ?? 0, ...undelivered.map(({ at }) => at));

/** What went wrong in the last seven days, the newest first, as far as one call tells. */
export async function listRecentFailures({ twilio }: Invocation): Promise<FailureRow[]> {
  const items = await twilio.sync.listMapItems(FAILURES_MAP, { order: 'desc', limit: MAX_FAILURES });
  const since = Date.now() - WEEK_MS;
  return items
    .map(({ data }) => parseFailureRow(data))
    .filter((row) => row !== undefined)
    .filter((row) => lastFailureAt(row) >= since);
}
