import { ISO_DATE } from './formats';

/** A day and a minute of it, as a clock on the wall of that zone shows them. */
export interface ZonedTime {
  /** `YYYY-MM-DD`. */
  date: string;
  /** Minutes since midnight. */
  minute: number;
}

/**
 * What clocks in a zone show.
 * @param at milliseconds since 1970
 * @throws RangeError for a zone this machine does not know
 */
export function toZonedTime(at: number, timeZone: string): ZonedTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(at)) parts[type] = value;
  // Some engines write midnight as 24.
  const hour = Number(parts.hour) % 24;
  return { date: `${parts.year}-${parts.month}-${parts.day}`, minute: hour * 60 + Number(parts.minute) };
}

/** One for each zone: creating a formatter takes hundreds of times as long as using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const kept = clocks.get(timeZone);
  if (kept !== undefined) return kept;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as Intl.DateTimeFormatOptions);
  clocks.set(timeZone, clock);
  return clock;
}

/**
 * The moment at which clocks in a zone show that day and minute. When clocks go back, it is one of the two moments; in
 * the hour that is skipped when they go forward, a moment near it.
 * @returns milliseconds since 1970; undefined if it is not a valid date
 * @throws RangeError for a zone this machine does not know
 */
export function zonedTimeToInstant({ date, minute }: ZonedTime, timeZone: string): number | undefined {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minute * 60_000;
  if (Number.isNaN(asUtc)) return undefined;
  // Once by the offset of a moment nearby, once more by that of the moment found.
  const estimate = asUtc - zoneOffsetMs(asUtc, timeZone);
  return asUtc - zoneOffsetMs(estimate, timeZone);
}

/** Of a zone's clocks from UTC's, in whole minutes. */
function zoneOffsetMs(at: number, timeZone: string): number {
  const { date, minute } = toZonedTime(at, timeZone);
  return Date.parse(`${date}T00:00:00Z`) + minute * 60_000 - Math.floor(at / 60_000) * 60_000;
}

/** The calendar date that many days later, or earlier when negative; both `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

/** True for a date of the calendar, `YYYY-MM-DD`; 30 February is none. */
export function isCalendarDate(text: string): boolean {
  return ISO_DATE.test(text) && addDays(text, 0) === text;
}
