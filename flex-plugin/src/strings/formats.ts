import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { dateTimeFormat, listFormat, numberFormat, relativeTimeFormat } from './intl-formats';
import type { Translator } from './translator';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `14 min. ago`, in the user's language. Times in the future, from a clock that is off, count as now. */
export function formatRelativeTime({ locale, t }: Translator, at: string, now: number): string {
  const past = Math.min(0, Date.parse(at) - now);
  const format = relativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  if (past > -MINUTE) return t('JustNow');
  if (past > -HOUR) return format.format(Math.ceil(past / MINUTE), 'minute');
  if (past > -DAY) return format.format(Math.ceil(past / HOUR), 'hour');
  return format.format(Math.ceil(past / DAY), 'day');
}

/** The time of day, with the date if it is another day. */
export function formatTime({ locale }: Translator, at: string, now: number, timeZone?: string): string {
  const when = new Date(at);
  const day = dateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const isToday = day.format(when) === day.format(new Date(now));
  return dateTimeFormat(locale, {
    timeZone,
    ...(isToday ? {} : { month: 'short', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(when);
}

/** @returns true if clocks in that zone differ from the agent's at that moment; false for an unknown zone */
export function differsFromLocalTime({ locale }: Translator, at: string, timeZone: string): boolean {
  try {
    const show = (zone?: string) =>
      dateTimeFormat(locale, { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(new Date(at));
    return show(timeZone) !== show();
  } catch {
    return false;
  }
}

/** `1:04`, `1:02:03` */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The duration of a message, rounded to seconds as the server does. */
export const formatDuration = (duration: number | undefined) => minutesAndSeconds(Math.round(duration ?? 0));

/** The elapsed time; at the end, exactly the duration. */
export const formatElapsed = (position: number, duration: number | undefined) =>
  duration !== undefined && position >= duration - 0.25 ? formatDuration(duration) : minutesAndSeconds(position);

/**
 * Formats a North American number as Flex does.
 * @param text how the server formats it, for numbers of other countries
 */
export function formatPhoneNumber(number: string, text = number): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts === null ? text : `+1 ${parts[1]}-${parts[2]}-${parts[3]}`;
}

/** @returns true for a "name" that is only a number */
export const isNumberLike = (name: string) => /^[+\d\s().-]+$/.test(name);

/** `0.75` or `1,5`, depending on the language. */
export function formatNumber({ locale }: Translator, value: number): string {
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}

/** `Ana, Sam and Sue`; each keeps its own direction, as a name from right to left would turn its neighbors around. */
export function formatList(
  { locale }: Translator,
  items: string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return listFormat(locale, { type, style: 'long' }).format(items.map(isolateText));
}
