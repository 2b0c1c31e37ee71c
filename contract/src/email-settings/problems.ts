import type { FieldProblem } from '../email-admin-api';
import { addressKey, isAllowedDomain, normaliseAddress } from './addresses';
import {
  E164,
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
  UNSEEN,
} from './choices';
import type { NotificationRule, NotificationRules } from './rules';
import type { EmailRecipient, EmailSettings } from './settings';
import { subjectProblems } from './subject-template';

/**
 * All that keeps settings and rules from being saved, for the panel before it asks and for the Function that is asked.
 * The whole documents are named `settings` and `rules`: `too-long` there means more bytes than fit, with `value` saying
 * how many of how many; `too-many` at `recipients` counts the different addresses of recipients, rules and archive.
 * @param allowedDomains in lower case
 */
export function problemsOf(
  settings: EmailSettings,
  rules: NotificationRules,
  allowedDomains: readonly string[],
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (path: string, problem: FieldProblem['problem'], value?: string) =>
    problems.push(value === undefined ? { path, problem } : { path, problem, value });
  const text = (path: string, value: string | undefined, limit: number) => {
    if (value === undefined) return;
    if (value.length > limit) add(path, 'too-long');
    if (UNSEEN.test(value)) add(path, 'malformed');
  };
  const list = (path: string, length: number, limit: number) => {
    if (length > limit) add(path, 'too-many', `${length}/${limit}`);
  };
  const recipient = (path: string, { address, name }: EmailRecipient) => {
    if (address.trim() === '') add(`${path}.address`, 'missing');
    else if (address.length > MAX_LENGTH.address) add(`${path}.address`, 'too-long', shown(address));
    else if (normaliseAddress(address) === undefined) add(`${path}.address`, 'malformed', shown(address));
    else if (!isAllowedDomain(address.trim(), allowedDomains)) add(`${path}.address`, 'domain-not-allowed', address);
    text(`${path}.name`, name, MAX_LENGTH.recipientName);
  };
  const recipients = (path: string, of: readonly EmailRecipient[]) => {
    const seen = new Set<string>();
    of.forEach((one, index) => {
      recipient(`${path}.${index}`, one);
      const key = addressKey(one.address.trim());
      if (one.address.trim() !== '' && seen.has(key)) add(`${path}.${index}.address`, 'duplicate', shown(one.address));
      seen.add(key);
    });
  };

  recipients('recipients', settings.recipients);
  // With rules nobody else may be meant to get mail; without any, nobody at all would.
  const somebody = settings.recipients.length > 0 || settings.archive !== undefined;
  if (settings.enabled && !somebody && !rules.rules.some(({ enabled }) => enabled)) add('recipients', 'missing');
  if (settings.archive !== undefined) recipient('archive', settings.archive);
  const all = distinctAddresses(settings, rules);
  list('recipients', Math.max(all, settings.recipients.length), MAX_RECIPIENTS);
  text('organisation', settings.organisation, MAX_LENGTH.organisation);
  text('subject', settings.subject, MAX_LENGTH.subject);
  if (settings.subject !== undefined) {
    const [wrong] = subjectProblems(settings.subject);
    if (wrong !== undefined) add('subject', 'malformed', shown(wrong));
  }
  // A footer has lines; what hides or reorders text it must not have either.
  text('footer', settings.footer?.replace(/\r?\n/g, ' '), MAX_LENGTH.footer);
  if (settings.logo_url !== undefined) {
    if (settings.logo_url.length > MAX_LENGTH.logoUrl) add('logo_url', 'too-long');
    if (!isLogoUrl(settings.logo_url)) add('logo_url', 'malformed', shown(settings.logo_url));
  }
  if (settings.time_zone !== undefined && !isTimeZone(settings.time_zone)) add('time_zone', 'malformed');
  if (!isWhole(settings.attention_after_minutes, 1, 10_080)) add('attention_after_minutes', 'malformed');
  if (!isWhole(settings.max_attempts, 1, 100)) add('max_attempts', 'malformed');

  list('rules', rules.rules.length, MAX_RULES);
  const ids = new Set<string>();
  rules.rules.forEach((rule, index) => {
    const path = `rules.${index}`;
    if (!RULE_ID.test(rule.id)) add(`${path}.id`, 'malformed');
    if (ids.has(rule.id)) add(`${path}.id`, 'duplicate', rule.id);
    ids.add(rule.id);
    text(`${path}.name`, rule.name, MAX_LENGTH.ruleName);
    checkConditions(rule, path);
    if (rule.recipients.length === 0) add(`${path}.recipients`, 'missing');
    list(`${path}.recipients`, rule.recipients.length, MAX_RECIPIENTS_PER_RULE);
    recipients(`${path}.recipients`, rule.recipients);
  });
  list('holidays', rules.holidays.length, MAX_HOLIDAYS);
  const dates = new Set<string>();
  rules.holidays.forEach(({ date, name }, index) => {
    if (!isDate(date)) add(`holidays.${index}.date`, 'malformed', shown(date));
    else if (dates.has(date)) add(`holidays.${index}.date`, 'duplicate', date);
    dates.add(date);
    text(`holidays.${index}.name`, name, MAX_LENGTH.holidayName);
  });

  bytes('settings', settings, MAX_SETTINGS_BYTES);
  bytes('rules', rules, MAX_RULES_BYTES);
  return problems;

  function checkConditions({ queues = [], numbers = [], when }: NotificationRule, path: string): void {
    list(`${path}.queues`, queues.length, MAX_QUEUES_PER_RULE);
    queues.forEach((queue, index) => {
      if (queue === '') add(`${path}.queues.${index}`, 'missing');
      text(`${path}.queues.${index}`, queue, MAX_LENGTH.queueName);
    });
    list(`${path}.numbers`, numbers.length, MAX_NUMBERS_PER_RULE);
    numbers.forEach((number, index) => {
      if (!E164.test(number)) add(`${path}.numbers.${index}`, 'malformed', shown(number));
    });
    if (when === undefined) return;
    const { days, from, to } = when;
    if (days !== undefined && days.length === 0) add(`${path}.when.days`, 'missing');
    if (days?.some((day) => !isWhole(day, 1, 7))) add(`${path}.when.days`, 'malformed');
    if (days !== undefined && (days.length > 7 || new Set(days).size < days.length))
      add(`${path}.when.days`, 'duplicate');
    if (from !== undefined && !TIME_OF_DAY.test(from)) add(`${path}.when.from`, 'malformed', shown(from));
    if (to !== undefined && !TIME_OF_DAY.test(to)) add(`${path}.when.to`, 'malformed', shown(to));
  }

  function bytes(path: 'settings' | 'rules', document: object, limit: number): void {
    const size = bytesOf(document);
    if (size > limit) add(path, 'too-long', `${size}/${limit}`);
  }
}

/** How many different addresses settings and rules name, and bytes of each document: how full they are. */
export function fullness(settings: EmailSettings, rules: NotificationRules) {
  return {
    recipients: distinctAddresses(settings, rules),
    rules: rules.rules.length,
    settingsBytes: bytesOf(settings),
    rulesBytes: bytesOf(rules),
  };
}

function distinctAddresses({ recipients, archive }: EmailSettings, { rules }: NotificationRules): number {
  const keys = new Set<string>();
  const take = ({ address }: EmailRecipient) => keys.add(addressKey(address.trim()));
  recipients.forEach(take);
  for (const rule of rules) rule.recipients.forEach(take);
  if (archive !== undefined) take(archive);
  return keys.size;
}

/** Bytes of the document as it is written, in UTF-8; counted by hand, since not every browser's test has an encoder. */
function bytesOf(document: object): number {
  let bytes = 0;
  for (const character of JSON.stringify(document)) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const isWhole = (value: number, least: number, most: number) =>
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

/** Enough to find a value by; never the ten thousand characters somebody pasted. */
const shown = (value: string) => (value.length > 80 ? `${value.slice(0, 80)}…` : value);
