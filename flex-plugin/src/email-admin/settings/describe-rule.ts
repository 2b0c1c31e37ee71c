import type { EmailRecipient, NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { formatList, formatPhoneNumber } from '../../strings/formats';
import { dateTimeFormat } from '../../strings/intl-formats';
import type { Translator } from '../../strings/translator';

const MAX_NAMES_SHOWN = 3;

type NameRecipient = (translator: Translator, recipient: EmailRecipient) => string;
const byName: NameRecipient = (_translator, { name, address }) => name ?? address;

/** A rule as one would say it: "Voicemails to Sales on weekdays 9:00–17:00 go to sales@clinic.org". */
export function describeRule(translator: Translator, rule: NotificationRule, nameRecipient = byName): string {
  const { t } = translator;
  const what = describeConditions(translator, rule);
  const who =
    rule.recipients.length === 0
      ? t('RuleNoRecipients')
      : t('RuleGoTo', { names: recipientNames(translator, rule.recipients, nameRecipient) });
  return t('RuleSentence', { what, when: describeTimes(translator, rule), who })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Which calls a rule is for, and when. */
export function describeScope(translator: Translator, rule: NotificationRule): string {
  return `${describeConditions(translator, rule)} ${describeTimes(translator, rule)}`.trim();
}

function describeConditions(translator: Translator, { queues = [], numbers = [] }: NotificationRule): string {
  const { t } = translator;
  const queueNames = formatList(translator, queues, 'disjunction');
  const numberNames = formatList(translator, numbers.map(formatNumber), 'disjunction');
  if (queues.length > 0 && numbers.length > 0)
    return t('RuleQueuesAndNumbers', { queues: queueNames, numbers: numberNames });
  if (queues.length > 0) return t('RuleQueues', { queues: queueNames });
  return numbers.length > 0 ? t('RuleNumbers', { numbers: numberNames }) : t('RuleAll');
}

/** `Ana Ruiz, bob@clinic.org, and 3 more` */
export function recipientNames(
  translator: Translator,
  recipients: readonly EmailRecipient[],
  nameRecipient = byName,
): string {
  const names = recipients.map((recipient) => nameRecipient(translator, recipient));
  const hidden = names.length - MAX_NAMES_SHOWN;
  return hidden > 0
    ? formatList(translator, [...names.slice(0, MAX_NAMES_SHOWN), translator.t('AndMore', { count: hidden })])
    : formatList(translator, names);
}

/** Monday is 1. */
export function dayName({ locale }: Translator, day: number, weekday: 'long' | 'short' = 'long'): string {
  // 1 January 2024 was a Monday.
  return dateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));
}

function describeTimes(translator: Translator, { when }: NotificationRule): string {
  if (when === undefined) return '';
  const { t } = translator;
  const { days, from, to, holidays } = when;
  const hours =
    from === undefined && to === undefined
      ? ''
      : t('RuleHours', {
          from: formatTimeOfDay(translator, from ?? '00:00'),
          to: formatTimeOfDay(translator, to ?? '00:00'),
        });
  const onDays = days === undefined || days.length === 7 ? '' : describeDays(translator, days);
  const notOnHolidays = holidays === 'never' ? t('RuleNotOnHolidays') : '';
  const onHolidays = holidays === 'only' ? t('RuleOnlyOnHolidays') : notOnHolidays;
  return [onDays, hours, onHolidays].filter((part) => part !== '').join(' ');
}

function describeDays(translator: Translator, days: readonly number[]): string {
  const { t } = translator;
  const sorted = [...new Set(days)].sort();
  if (sorted.join() === '1,2,3,4,5') return t('RuleWeekdays');
  if (sorted.join() === '6,7') return t('RuleWeekends');
  return t('RuleDays', {
    days: formatList(
      translator,
      sorted.map((day) => dayName(translator, day)),
    ),
  });
}

/** `9:00 AM`, `17:00`: as the language writes a time of day. */
function formatTimeOfDay({ locale }: Translator, timeOfDay: string): string {
  const at = Date.parse(`2024-01-01T${timeOfDay}:00Z`);
  if (Number.isNaN(at)) return timeOfDay;
  return dateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(at);
}

const formatNumber = (one: string) => formatPhoneNumber(one);
