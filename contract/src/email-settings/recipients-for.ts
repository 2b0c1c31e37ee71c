import type { WouldGet } from '../email-admin-api';
import { withoutDuplicates } from './addresses';
import type { NotificationRule, NotificationRules, RuleTimes } from './rules';
import type { EmailSettings } from './settings';
import { type WallTime, wallTime } from './wall-time';

/** What a rule looks at. */
export interface Occasion {
  /** Name of the task queue; empty when there was none. */
  queue: string;
  /** The number that was dialled, in E.164. */
  number: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The business's zone, used where the settings name none. */
  timeZone: string;
}

/**
 * Who gets the mail of a voicemail, and by which rules. Rules are asked in their order: the first that holds decides,
 * or all of them together. Where none holds it is the settings' own recipients; the archive gets a copy in any case.
 * Whoever is named more than once gets one mail.
 */
export function recipientsFor(
  settings: Pick<EmailSettings, 'recipients' | 'archive' | 'time_zone'>,
  rules: NotificationRules,
  occasion: Occasion,
): WouldGet {
  const wall = wallTime(occasion.at, settings.time_zone ?? occasion.timeZone);
  const holidays = new Set(rules.holidays.map(({ date }) => date));
  const holding = rules.rules.filter((rule) => holds(rule, occasion, wall, holidays));
  const deciding = rules.match === 'first' ? holding.slice(0, 1) : holding;
  const named = deciding.length === 0 ? settings.recipients : deciding.reduce<WouldGet['recipients']>(joined, []);
  const archive = settings.archive === undefined ? [] : [settings.archive];
  return { recipients: withoutDuplicates([...named, ...archive]), rules: deciding.map(({ id }) => id) };
}

const joined = (all: WouldGet['recipients'], { recipients }: NotificationRule) => [...all, ...recipients];

function holds(
  rule: NotificationRule,
  { queue, number }: Occasion,
  wall: WallTime,
  holidays: ReadonlySet<string>,
): boolean {
  if (!rule.enabled) return false;
  if (rule.queues !== undefined && rule.queues.length > 0 && !rule.queues.includes(queue)) return false;
  if (rule.numbers !== undefined && rule.numbers.length > 0 && !rule.numbers.includes(number)) return false;
  return rule.when === undefined || isWithin(rule.when, wall, holidays);
}

/** Clocks that go forward or back need no care: what counts is what the clock on the wall shows. */
function isWithin({ days, from, to, holidays: onHolidays }: RuleTimes, wall: WallTime, holidays: ReadonlySet<string>) {
  const begin = from === undefined ? 0 : minutesOf(from);
  const end = to === undefined ? 24 * 60 : minutesOf(to);
  const { minute } = wall;
  let date: string;
  if (begin < end) {
    if (minute < begin || minute >= end) return false;
    date = wall.date;
  } else {
    // Over midnight, or once around the clock: the small hours belong to the day before.
    if (minute < begin && minute >= end) return false;
    date = minute >= begin ? wall.date : dayBefore(wall.date);
  }
  if (days !== undefined && !days.includes(weekdayOf(date))) return false;
  const isHoliday = holidays.has(date);
  return onHolidays === 'as-any-day' || (onHolidays === 'only') === isHoliday;
}

function minutesOf(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

const DAY_MS = 24 * 60 * 60 * 1000;
const noonOf = (date: string) => Date.parse(`${date}T12:00:00Z`);

function dayBefore(date: string): string {
  return new Date(noonOf(date) - DAY_MS).toISOString().slice(0, 10);
}

/** 1 is Monday. */
function weekdayOf(date: string): number {
  return new Date(noonOf(date)).getUTCDay() || 7;
}
