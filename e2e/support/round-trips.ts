import type { RequestRecord } from '../../sandbox/src/world/types';

/**
 * How many of these requests had to wait for one another: the longest chain in which each arrives after the one before
 * was answered. Only meaningful when each answer takes a while, so that what is parallel overlaps.
 */
export function roundsInSeries(requests: readonly RequestRecord[]): number {
  const ordered = [...requests].sort((a, b) => a.arrived - b.arrived);
  const depth = new Map<RequestRecord, number>();
  for (const request of ordered) {
    let longest = 0;
    for (const earlier of ordered)
      if (earlier.answered !== undefined && earlier.answered < request.arrived)
        longest = Math.max(longest, depth.get(earlier) ?? 0);
    depth.set(request, longest + 1);
  }
  return Math.max(0, ...depth.values());
}
