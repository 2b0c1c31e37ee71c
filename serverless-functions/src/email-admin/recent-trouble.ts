import type { Invocation } from '../invocation';
import { FAILURES_MAP, type FailureRow, parseFailureRow } from '../ledger/history-row';

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** How much of what went wrong is looked at: the newest. */
const MOST_TROUBLE = 100;

/** What went wrong in the last seven days, the newest first, as far as one call tells. */
export async function recentTrouble({ twilio }: Invocation): Promise<FailureRow[]> {
  const items = await twilio.sync.listMapItems(FAILURES_MAP, { order: 'desc', limit: MOST_TROUBLE });
  const since = Date.now() - WEEK_MS;
  return items
    .map(({ data }) => parseFailureRow(data))
    .filter((row) => row !== undefined)
    .filter(({ receivedAt: at, expiredAt, email: mail }) => Math.max(at, expiredAt ?? 0, mail?.since ?? 0) >= since);
}
