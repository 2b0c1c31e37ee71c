const DAY_MS = 24 * 60 * 60_000;

/** `YYYY-MM-DD` on the calendar of that zone. */
export function localDate(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

/** The first moment of a day in that zone, in milliseconds since 1970; days begin at midnight or when clocks jump over it. */
export function startOfDay(date: string, timeZone: string): number {
  // No zone is further from UTC than 14 hours, and none changes by more than a few within a day.
  let [before, from] = [
    Date.parse(`${date}T00:00:00Z`) - 15 * 60 * 60_000,
    Date.parse(`${date}T00:00:00Z`) + 15 * 60 * 60_000,
  ];
  while (from - before > 1_000) {
    const middle = before + Math.floor((from - before) / 2_000) * 1_000;
    if (localDate(middle, timeZone) < date) before = middle;
    else from = middle;
  }
  return from;
}

/** The date so many days later; earlier when negative. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** True for a date that there is. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}
