import { type Infer, integer, list, object, optional, timestamp } from '@callback-and-voicemail/contract/schema';

/** How many mails were given to one provider within the last hour, and whether it may be given more. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How long a mail that was counted may still be handed over: a place that is kept for later, and the sending itself. */
const COUNTED_BEFORE_MS = MINUTE;
/** Mails are counted by the minute; each counts for an hour after the last moment at which it may have been sent. */
const COUNTS_FOR_MS = MINUTE + COUNTED_BEFORE_MS + HOUR;
/** The pace by which is foretold when the limit will be reached. */
const PACE_MS = 15 * MINUTE;
/** Mails that wait come back in the order in which they came, at most that far apart. */
const MAX_SPREAD_MS = 30 * MINUTE;

export const hourlyUsageSchema = object({
  /** By the minute in which they began, the oldest first. */
  minutes: list(object({ at: timestamp(), mails: integer(0, 1_000_000) })),
  /** When the last place was taken; absent while there is room. */
  reachedAt: optional(timestamp()),
});
/** The content of the Sync document of one provider. */
export type HourlyUsage = Infer<typeof hourlyUsageSchema>;

export const NO_USAGE: HourlyUsage = { minutes: [] };

const counted = ({ minutes }: HourlyUsage, now: number) => minutes.filter(({ at }) => at + COUNTS_FOR_MS > now);
const sum = (minutes: HourlyUsage['minutes']) => minutes.reduce((all, { mails }) => all + mails, 0);

/** How many places are taken. */
export const usedPlaces = (usage: HourlyUsage, now: number): number => sum(counted(usage, now));

/**
 * Takes places for mails.
 * @param wanted how many
 * @returns how many there are, at most `wanted`, and the usage afterwards
 */
export function takePlaces(
  usage: HourlyUsage,
  limit: number,
  wanted: number,
  now: number,
): { taken: number; next: HourlyUsage } {
  const minutes = counted(usage, now);
  const room = Math.max(0, limit - sum(minutes));
  const taken = Math.min(room, wanted);
  if (taken === 0) return { taken, next: usage };
  const at = now - (now % MINUTE);
  const last = minutes.at(-1);
  const isSame = last !== undefined && last.at >= at;
  const next = isSame
    ? [...minutes.slice(0, -1), { at: last.at, mails: last.mails + taken }]
    : [...minutes, { at, mails: taken }];
  return { taken, next: { minutes: next, ...(taken === room ? { reachedAt: now } : {}) } };
}

/**
 * How long a mail waits that found no place: until the next one is free, and as long after that as it came after the last
 * one was taken. So those that wait come back in the order in which they came.
 */
export function pauseUntilPlace(usage: HourlyUsage, limit: number, now: number): number {
  const freeAt = nextPlaceAt(usage, limit, now);
  const late = Math.min(Math.max(0, now - (usage.reachedAt ?? now)), MAX_SPREAD_MS);
  return Math.max(0, freeAt - now) + late;
}

/** When the provider may be given another mail. */
export function nextPlaceAt(usage: HourlyUsage, limit: number, now: number): number {
  const minutes = counted(usage, now);
  let used = sum(minutes);
  for (const { at, mails } of minutes) {
    if (used < limit) break;
    used -= mails;
    if (used < limit) return at + COUNTS_FOR_MS;
  }
  return now;
}

/**
 * When the provider takes mails again after its limit was, or will be, reached.
 * @param reachedAt as `limitReachedAt` has it
 */
export function takesAgainAt(usage: HourlyUsage, limit: number, reachedAt: number, now: number): number {
  return reachedAt <= now ? nextPlaceAt(usage, limit, now) : (counted(usage, reachedAt)[0]?.at ?? now) + COUNTS_FOR_MS;
}

/**
 * When the limit is reached: since when it is, or when it will be within the next hour if as many mails go on coming as
 * in the last quarter of an hour.
 * @returns undefined when it will not be
 */
export function limitReachedAt(usage: HourlyUsage, limit: number, now: number): number | undefined {
  const minutes = counted(usage, now);
  if (sum(minutes) >= limit) return usage.reachedAt ?? minutes.at(-1)?.at ?? now;
  const pace = sum(minutes.filter(({ at }) => at >= now - PACE_MS)) / PACE_MS;
  for (let at = now + MINUTE; pace > 0 && at <= now + HOUR; at += MINUTE)
    if (sum(counted(usage, at)) + pace * (at - now) >= limit) return at;
  return undefined;
}
