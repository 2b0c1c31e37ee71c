import type { FieldError } from '../email-admin-api';
import { addressKey, isAllowedDomain, normalizeAddress } from './addresses';
import {
  E164_NUMBER,
  INVISIBLE_CHARACTERS,
  ISO_DATE,
  isTimeZone,
  LOGO_URL,
  MAX_HOLIDAYS,
  MAX_LENGTH,
  MAX_NUMBERS_PER_RULE,
  MAX_QUEUES_PER_RULE,
  MAX_RECIPIENTS,
  MAX_RECIPIENTS_PER_RULE,
  MAX_RULES,
  MAX_RULES_BYTES,
  MAX_SETTINGS_BYTES,
  RULE_ID,
  TIME_OF_DAY,
} from './limits';
import { subjectTemplateErrors } from './subject-template';
import type { EmailRecipient, EmailSettings, NotificationRule, NotificationRules } from './types';

/**
 * Everything that prevents a save. The panel uses it before the request, the Function for the request.
 * The whole documents are named `settings` and `rules`: `too-long` there means more bytes than fit, with `value` saying
 * how many of how many; `too-many` at `recipients` counts the different addresses of recipients, rules and archive.
 * @param allowedDomains in lower case
 */
export function validateSettings(
  settings: EmailSettings,
  rules: NotificationRules,
  allowedDomains: readonly string[],
): FieldError[] {
  const errors: FieldError[] = [];
  const add = (path: string, problem: FieldError['code'], value?: string) =>
    errors.push(value === undefined ? { path, code: problem } : { path, code: problem, value });
  const checkText = (path: string, value: string | undefined, limit: number) => {
    if (value === undefined) return;
    if (value.length > limit) add(path, 'too-long');
    if (INVISIBLE_CHARACTERS.test(value)) add(path, 'malformed');
  };
  const checkCount = (path: string, length: number, limit: number) => {
    if (length > limit) add(path, 'too-many', `${length}/${limit}`);
  };
  const checkRecipient = (path: string, { address, name }: EmailRecipient) => {
    if (address.trim() === '') add(`${path}.address`, 'missing');
    else if (address.length > MAX_LENGTH.address) add(`${path}.address`, 'too-long', truncate(address));
    else if (normalizeAddress(address) === undefined) add(`${path}.address`, 'malformed', truncate(address));
    else if (!isAllowedDomain(address.trim(), allowedDomains)) add(`${path}.address`, 'domain-not-allowed', address);
    checkText(`${path}.name`, name, MAX_LENGTH.recipientName);
  };
  const checkRecipients = (path: string, list: readonly EmailRecipient[]) => {
    const seen = new Set<string>();
    list.forEach((item, index) => {
      checkRecipient(`${path}.${index}`, item);
      const key = addressKey(item.address.trim());
      if (item.address.trim() !== '' && seen.has(key))
        add(`${path}.${index}.address`, 'duplicate', truncate(item.address));
      seen.add(key);
    });
  };

  checkRecipients('recipients', settings.recipients);
  // With rules, default recipients are optional; without rules, no mail would have a recipient.
  const hasRecipients = settings.recipients.length > 0 || settings.archive !== undefined;
  if (settings.enabled && !hasRecipients && !rules.rules.some(({ enabled }) => enabled)) add('recipients', 'missing');
  if (settings.archive !== undefined) checkRecipient('archive', settings.archive);
  const addressCount = distinctAddresses(settings, rules);
  checkCount('recipients', Math.max(addressCount, settings.recipients.length), MAX_RECIPIENTS);
  checkText('organization', settings.organization, MAX_LENGTH.organization);
  checkText('subject', settings.subject, MAX_LENGTH.subject);
  if (settings.subject !== undefined) {
    const [wrong] = subjectTemplateErrors(settings.subject);
    if (wrong !== undefined) add('subject', 'malformed', truncate(wrong));
  }
  // A footer has lines; what hides or reorders text it must not have either.
  checkText('footer', settings.footer?.replace(/\r?\n/g, ' '), MAX_LENGTH.footer);
  if (settings.logo_url !== undefined) {
    if (settings.logo_url.length > MAX_LENGTH.logoUrl) add('logo_url', 'too-long');
    if (!isLogoUrl(settings.logo_url)) add('logo_url', 'malformed', truncate(settings.logo_url));
  }
  if (settings.time_zone !== undefined && !isTimeZone(settings.time_zone)) add('time_zone', 'malformed');
  if (!isIntegerBetween(settings.attention_after_minutes, 1, 10_080)) add('attention_after_minutes', 'malformed');
  if (!isIntegerBetween(settings.max_attempts, 1, 100)) add('max_attempts', 'malformed');

  checkCount('rules', rules.rules.length, MAX_RULES);
  const ids = new Set<string>();
  rules.rules.forEach((rule, index) => {
    const path = `rules.${index}`;
    if (!RULE_ID.test(rule.id)) add(`${path}.id`, 'malformed');
    if (ids.has(rule.id)) add(`${path}.id`, 'duplicate', rule.id);
    ids.add(rule.id);
    checkText(`${path}.name`, rule.name, MAX_LENGTH.ruleName);
    checkConditions(rule, path);
    if (rule.recipients.length === 0) add(`${path}.recipients`, 'missing');
    checkCount(`${path}.recipients`, rule.recipients.length, MAX_RECIPIENTS_PER_RULE);
    checkRecipients(`${path}.recipients`, rule.recipients);
  });
  checkCount('holidays', rules.holidays.length, MAX_HOLIDAYS);
  const dates = new Set<string>();
  rules.holidays.forEach(({ date, name }, index) => {
    if (!isDate(date)) add(`holidays.${index}.date`, 'malformed', truncate(date));
    else if (dates.has(date)) add(`holidays.${index}.date`, 'duplicate', date);
    dates.add(date);
    checkText(`holidays.${index}.name`, name, MAX_LENGTH.holidayName);
  });

  checkSize('settings', settings, MAX_SETTINGS_BYTES);
  checkSize('rules', rules, MAX_RULES_BYTES);
  return errors;

  function checkConditions({ queues = [], numbers = [], when }: NotificationRule, path: string): void {
    checkCount(`${path}.queues`, queues.length, MAX_QUEUES_PER_RULE);
    queues.forEach((queue, index) => {
      if (queue === '') add(`${path}.queues.${index}`, 'missing');
      checkText(`${path}.queues.${index}`, queue, MAX_LENGTH.queueName);
    });
    checkCount(`${path}.numbers`, numbers.length, MAX_NUMBERS_PER_RULE);
    numbers.forEach((number, index) => {
      if (!E164_NUMBER.test(number)) add(`${path}.numbers.${index}`, 'malformed', truncate(number));
    });
    if (when === undefined) return;
    const { days, from, to } = when;
    if (days !== undefined && days.length === 0) add(`${path}.when.days`, 'missing');
    if (days?.some((day) => !isIntegerBetween(day, 1, 7))) add(`${path}.when.days`, 'malformed');
    if (days !== undefined && (days.length > 7 || new Set(days).size < days.length))
      add(`${path}.when.days`, 'duplicate');
    if (from !== undefined && !TIME_OF_DAY.test(from)) add(`${path}.when.from`, 'malformed', truncate(from));
    if (to !== undefined && !TIME_OF_DAY.test(to)) add(`${path}.when.to`, 'malformed', truncate(to));
  }

  function checkSize(path: 'settings' | 'rules', document: object, limit: number): void {
    const size = utf8Length(document);
    if (size > limit) add(path, 'too-long', `${size}/${limit}`);
  }
}

/** How many different addresses settings and rules name, and bytes of each document: how full they are. */
export function settingsUsage(settings: EmailSettings, rules: NotificationRules) {
  return {
    recipients: distinctAddresses(settings, rules),
    rules: rules.rules.length,
    settingsBytes: utf8Length(settings),
    rulesBytes: utf8Length(rules),
  };
}

function distinctAddresses({ recipients, archive }: EmailSettings, { rules }: NotificationRules): number {
  const keys = new Set<string>();
  const addKey = ({ address }: EmailRecipient) => keys.add(addressKey(address.trim()));
  recipients.forEach(addKey);
  for (const rule of rules) rule.recipients.forEach(addKey);
  if (archive !== undefined) addKey(archive);
  return keys.size;
}

/** Bytes of the document as it is written, in UTF-8; counted by hand, since not every browser's test has an encoder. */
function utf8Length(document: object): number {
  let bytes = 0;
  for (const character of JSON.stringify(document)) bytes += utf8Bytes(character.codePointAt(0) as number);
  return bytes;
}

function utf8Bytes(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

const isIntegerBetween = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

/** 30 February is no date, though each of its parts is fine. */
function isDate(text: string): boolean {
  return ISO_DATE.test(text) && new Date(`${text}T12:00:00Z`).toISOString().slice(0, 10) === text;
}

function isLogoUrl(text: string): boolean {
  if (!LOGO_URL.test(text)) return false;
  try {
    const { username, password } = new URL(text);
    return username === '' && password === '';
  } catch {
    return false;
  }
}

/** Enough to find a value, without ten thousand pasted characters. */
const truncate = (value: string) => (value.length > 80 ? `${value.slice(0, 80)}…` : value);
