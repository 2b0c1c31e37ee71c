import { uniqueRecipients } from './addresses';
import type { NotificationRule, NotificationRules, RuleTimes } from './rules';
import type { EmailRecipient, EmailSettings } from './settings';
import { addDays, toZonedTime, type ZonedTime } from './zoned-time';

/** The facts that rules are matched against. */
export interface RuleContext {
  /** Name of the task queue; empty when there was none. */
  queue: string;
  /** The number that was dialed, in E.164. */
  number: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The business's zone, used where the settings name none. */
  timeZone: string;
}

/** The recipients of a voicemail's email, and the rules that chose them. */
export interface RecipientMatch {
  recipients: EmailRecipient[];
  /** Ids of the rules that apply. */
  rules: string[];
}

/**
 * Selects the recipients of a voicemail's email. Rules are evaluated in order; the settings say whether only the first
 * match applies or all matches do. Voicemails that match no rule go to the default recipients. The archive address always
 * gets a copy. Each address gets one email, however often it is listed.
 */
export function recipientsFor(
  settings: Pick<EmailSettings, 'recipients' | 'archive' | 'time_zone'>,
  rules: NotificationRules,
  context: RuleContext,
): RecipientMatch {
  const localTime = toZonedTime(context.at, settings.time_zone ?? context.timeZone);
  const holidays = new Set(rules.holidays.map(({ date }) => date));
  const matching = rules.rules.filter((rule) => matches(rule, context, localTime, holidays));
  const applied = rules.match === 'first' ? matching.slice(0, 1) : matching;
  const recipients =
    applied.length === 0 ? settings.recipients : applied.reduce<RecipientMatch['recipients']>(appendRecipients, []);
  const archive = settings.archive === undefined ? [] : [settings.archive];
  return { recipients: uniqueRecipients([...recipients, ...archive]), rules: applied.map(({ id }) => id) };
}

const appendRecipients = (all: RecipientMatch['recipients'], { recipients }: NotificationRule) => [
  ...all,
  ...recipients,
];

function matches(
  rule: NotificationRule,
  { queue, number }: RuleContext,
  localTime: ZonedTime,
  holidays: ReadonlySet<string>,
): boolean {
  if (!rule.enabled) return false;
  if (rule.queues !== undefined && rule.queues.length > 0 && !rule.queues.includes(queue)) return false;
  if (rule.numbers !== undefined && rule.numbers.length > 0 && !rule.numbers.includes(number)) return false;
  return rule.when === undefined || matchesTimes(rule.when, localTime, holidays);
}

/** Clocks that go forward or back need no care: what counts is what the clock on the wall shows. */
function matchesTimes(
  { days, from, to, holidays: holidayMode }: RuleTimes,
  localTime: ZonedTime,
  holidays: ReadonlySet<string>,
) {
  const begin = from === undefined ? 0 : minuteOfDay(from);
  // The last minute of a day is how forms without 24:00 say "until midnight".
  const end = to === undefined || to === '23:59' ? 24 * 60 : minuteOfDay(to);
  const { minute } = localTime;
  let date: string;
  if (begin < end) {
    if (minute < begin || minute >= end) return false;
    date = localTime.date;
  } else {
    // Over midnight, or once around the clock: the small hours belong to the day before.
    if (minute < begin && minute >= end) return false;
    date = minute >= begin ? localTime.date : addDays(localTime.date, -1);
  }
  if (days !== undefined && !days.includes(isoWeekday(date))) return false;
  const isHoliday = holidays.has(date);
  return holidayMode === 'as-any-day' || (holidayMode === 'only') === isHoliday;
}

function minuteOfDay(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}

const noonUtc = (date: string) => Date.parse(`${date}T12:00:00Z`);

/** 1 is Monday. */
function isoWeekday(date: string): number {
  return new Date(noonUtc(date)).getUTCDay() || 7;
}
