import type { Translator } from './translator';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `14 min. ago`, `in 2 days`, as the language says it; the present is never the future by a clock that is a bit off. */
export function formatRelativeTime({ locale, t }: Translator, at: string, now: number): string {
  const past = Math.min(0, Date.parse(at) - now);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  if (past > -MINUTE) return t('JustNow');
  if (past > -HOUR) return format.format(Math.ceil(past / MINUTE), 'minute');
  if (past > -DAY) return format.format(Math.ceil(past / HOUR), 'hour');
  return format.format(Math.ceil(past / DAY), 'day');
}

/** The time of day, with the date when it is not today's. */
export function formatTime({ locale }: Translator, at: string, now: number, timeZone?: string): string {
  const when = new Date(at);
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const isToday = day.format(when) === day.format(new Date(now));
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    ...(isToday ? {} : { month: 'short', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(when);
}

/** True when clocks in that zone show another time than the agent's at that moment; false for a zone nobody knows. */
export function differsFromLocalTime({ locale }: Translator, at: string, timeZone: string): boolean {
  try {
    const show = (zone?: string) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
    return show(timeZone) !== show();
  } catch {
    return false;
  }
}

/** `1:04`, `1:02:03`: as players show it. */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The length of a message, to the nearest second: as the server rounds it, too. */
export const formatDuration = (duration: number | undefined) => minutesAndSeconds(Math.round(duration ?? 0));

/** How far it has come; at its end it has come all the way. */
export const formatElapsed = (position: number, duration: number | undefined) =>
  duration !== undefined && position >= duration - 0.25 ? formatDuration(duration) : minutesAndSeconds(position);

/**
 * A North American number as Flex itself shows it.
 * @param text how the server writes it: grouping the others needs each country's plan
 */
export function formatPhoneNumber(number: string, text = number): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts === null ? text : `+1 ${parts[1]}-${parts[2]}-${parts[3]}`;
}

/** True for a "name" that is nothing but a number. */
export const isNumberLike = (name: string) => /^[+\d\s().-]+$/.test(name);

/** `0.75`, `1,5`: a number as the language writes it. */
export function formatNumber({ locale }: Translator, value: number): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}

/** `Ana, Sam and Sue` */
export function formatList({ locale }: Translator, items: string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction', style: 'long' }).format(items);
}
