import type { EmailRecipient, NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { list, phoneNumber } from '../../strings/formats';
import type { Words } from '../../strings/translate';

const NAMED_AT_MOST = 3;

/** A rule as one would say it: "Voicemails to Sales on weekdays 9:00–17:00 go to sales@clinic.org". */
export function ruleSentence(words: Words, rule: NotificationRule): string {
  const { t } = words;
  const { queues = [], numbers = [] } = rule;
  const what =
    queues.length > 0 && numbers.length > 0
      ? t('RuleQueuesAndNumbers', { queues: anyOf(words, queues), numbers: anyOf(words, numbers.map(number)) })
      : queues.length > 0
        ? t('RuleQueues', { queues: anyOf(words, queues) })
        : numbers.length > 0
          ? t('RuleNumbers', { numbers: anyOf(words, numbers.map(number)) })
          : t('RuleAll');
  const who =
    rule.recipients.length === 0 ? t('RuleNobody') : t('RuleWho', { names: recipientNames(words, rule.recipients) });
  return t('RuleSentence', { what, when: timesPhrase(words, rule), who })
    .replace(/\s+/g, ' ')
    .trim();
}

/** `Ana Ruiz, bob@clinic.org, and 3 more` */
export function recipientNames(words: Words, recipients: readonly EmailRecipient[]): string {
  const names = recipients.map(({ name, address }) => name ?? address);
  const hidden = names.length - NAMED_AT_MOST;
  return hidden > 0
    ? list(words, [...names.slice(0, NAMED_AT_MOST), words.t('AndMore', { count: hidden })])
    : list(words, names);
}

/** Monday is 1. */
export function dayName({ locale }: Words, day: number, weekday: 'long' | 'short' = 'long'): string {
  // 1 January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));
}

function timesPhrase(words: Words, { when }: NotificationRule): string {
  if (when === undefined) return '';
  const { t } = words;
  const { days, from, to, holidays } = when;
  const hours =
    from === undefined && to === undefined
      ? ''
      : t('RuleHours', { from: time(words, from ?? '00:00'), to: time(words, to ?? '00:00') });
  const onDays = days === undefined || days.length === 7 ? '' : daysPhrase(words, days);
  const onHolidays = holidays === 'never' ? t('RuleNotOnHolidays') : holidays === 'only' ? t('RuleOnlyOnHolidays') : '';
  return [onDays, hours, onHolidays].filter((part) => part !== '').join(' ');
}

function daysPhrase(words: Words, days: readonly number[]): string {
  const { t } = words;
  const sorted = [...new Set(days)].sort();
  if (sorted.join() === '1,2,3,4,5') return t('RuleWeekdays');
  if (sorted.join() === '6,7') return t('RuleWeekends');
  return t('RuleDays', {
    days: list(
      words,
      sorted.map((day) => dayName(words, day)),
    ),
  });
}

/** `9:00 AM`, `17:00`: as the language writes a time of day. */
function time({ locale }: Words, timeOfDay: string): string {
  const at = Date.parse(`2024-01-01T${timeOfDay}:00Z`);
  if (Number.isNaN(at)) return timeOfDay;
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(at);
}

const number = (one: string) => phoneNumber(one);

function anyOf({ locale }: Words, items: string[]): string {
  return new Intl.ListFormat(locale, { type: 'disjunction', style: 'long' }).format(items);
}
