import { tooManyRequests } from '../limits/too-many-requests';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';

/** An hour's message has 28 parts; whoever jumps about in it needs a few more each time. */
const PARTS_PER_HOUR = 400;
const HOUR_MS = 60 * 60_000;
const MAX_REMEMBERED = 1_000;

/** What this process has served. Counting each part in Sync would cost more than serving it. */
const served = new AccountCache<Map<string, { since: number; parts: number }>>();

/**
 * Counts one more part of a recording that is being played.
 * @param link names recipient and voicemail
 * @throws FlexBadRequest 429 `too-many-requests`
 */
export function countPart(environment: Environment, link: string, now: number): void {
  const counts = served.get(environment) ?? new Map<string, { since: number; parts: number }>();
  if (counts.size >= MAX_REMEMBERED && !counts.has(link)) counts.clear();
  served.set(environment, counts);
  const known = counts.get(link);
  const count = known !== undefined && now - known.since < HOUR_MS ? known : { since: now, parts: 0 };
  count.parts += 1;
  counts.set(link, count);
  if (count.parts > PARTS_PER_HOUR) throw tooManyRequests(Math.ceil((count.since + HOUR_MS - now) / 1_000));
}
