/**
 * The moment at which clocks in a zone show that day and time. Where clocks are put back it is the first of the two; in
 * the hour that is left out when they are put forward, one near it.
 * @param date `YYYY-MM-DD`
 * @param time `HH:MM`
 * @returns milliseconds since 1970, undefined for what is no date, time or zone
 */
export function momentOf(date: string, time: string, timeZone: string): number | undefined {
  const wanted = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wanted)) return undefined;
  try {
    // Once by the offset of a moment nearby, once more by that of the moment found.
    const near = wanted - offsetAt(wanted, timeZone);
    return wanted - offsetAt(near, timeZone);
  } catch {
    return undefined;
  }
}

/** What clocks in that zone show, as `datetime-local` fields write it. */
export function wallClock(at: number, timeZone: string): { date: string; time: string } {
  const shown = new Date(at + offsetAt(at, timeZone)).toISOString();
  return { date: shown.slice(0, 10), time: shown.slice(11, 16) };
}

function offsetAt(at: number, timeZone: string): number {
  const parts: Record<string, string> = {};
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as Intl.DateTimeFormatOptions);
  for (const { type, value } of format.formatToParts(at)) parts[type] = value;
  const { year, month, day, hour, minute, second } = parts;
  const shown = Date.UTC(
    ...([Number(year), Number(month) - 1, Number(day)] as const),
    ...([Number(hour) % 24, Number(minute), Number(second)] as const),
  );
  return shown - Math.floor(at / 1_000) * 1_000;
}
