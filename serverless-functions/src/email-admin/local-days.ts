import { toZonedTime } from '@callback-and-voicemail/contract';

const MAX_ZONE_OFFSET_MS = 15 * 60 * 60_000;

/** `YYYY-MM-DD` on the calendar of that zone. */
export function localDate(at: number, timeZone: string): string {
  return toZonedTime(at, timeZone).date;
}

/**
 * The first moment of a day in that zone, in milliseconds since 1970. A day begins at midnight, or, where clocks are put
 * forward at midnight, at the first moment after it: hence a search, not the arithmetic of `zonedTimeToInstant`.
 */
export function startOfDay(date: string, timeZone: string): number {
  // No zone is more than 14 hours from UTC.
  let before = Date.parse(`${date}T00:00:00Z`) - MAX_ZONE_OFFSET_MS;
  let from = Date.parse(`${date}T00:00:00Z`) + MAX_ZONE_OFFSET_MS;
  while (from - before > 1_000) {
    const middle = before + Math.floor((from - before) / 2_000) * 1_000;
    if (localDate(middle, timeZone) < date) before = middle;
    else from = middle;
  }
  return from;
}
