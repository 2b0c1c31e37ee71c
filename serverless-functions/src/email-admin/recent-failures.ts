import type { Invocation } from '../invocation';
import { TROUBLE_MAP, type Trouble } from '../ledger/history-row';

const WEEK_MS = 7 * 24 * 60 * 60_000;
/** How much of what went wrong is looked at: the newest. */
const MAX_FAILURES = 100;

/** What went wrong in the last seven days, the newest first, as far as one call tells. */
export async function listRecentFailures({ twilio }: Invocation): Promise<Trouble[]> {
  const items = await twilio.sync.lastOfMap(TROUBLE_MAP, MAX_FAILURES);
  const since = Date.now() - WEEK_MS;
  return items
    .map(({ data }) => data as unknown as Trouble)
    .filter(({ at, expiredAt, mail }) => Math.max(at, expiredAt ?? 0, mail?.since ?? 0) >= since);
}
