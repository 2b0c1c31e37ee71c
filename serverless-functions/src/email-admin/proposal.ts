import {
  EMAIL_RULES_VERSION,
  EMAIL_SETTINGS_VERSION,
  type EmailSettings,
  emailSettingsSchema,
  emptyRules,
  type FieldError,
  type NotificationRules,
  normalizeAddress,
  notificationRulesSchema,
  validateSettings,
} from '@callback-and-voicemail/contract';
import { isObject, refused } from './form-fields';

type Json = Record<string, unknown>;

/** What zod tells of a value, as far as it is used. */
interface Issue {
  code: string;
  path: PropertyKey[];
  origin?: unknown;
}
const MOST_PROBLEMS = 50;

/** Settings and rules as somebody wants to have them, checked and in the form in which they are stored. */
export interface Proposal {
  settings: EmailSettings;
  rules: NotificationRules;
}

/**
 * Checks what a panel sent: its shape, then all that `problemsOf` knows, which the panel has asked as well.
 * @throws BadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields
 */
export function readProposal(settings: Json, rules: Json, allowedDomains: readonly string[]): Proposal {
  const problems: FieldError[] = [];
  const tidySettings = tidiedSettings(settings);
  const tidyRules = tidiedRules(rules);
  const parsedSettings = emailSettingsSchema.safeParse(tidySettings);
  const parsedRules = notificationRulesSchema.safeParse(tidyRules);
  if (!parsedSettings.success) problems.push(...shapeProblems(parsedSettings.error.issues as Issue[], tidySettings));
  if (!parsedRules.success) problems.push(...shapeProblems(parsedRules.error.issues as Issue[], tidyRules));
  if (!parsedSettings.success || !parsedRules.success) {
    // The same in the words of `problemsOf` where that can be said: a domain, a duplicate, how many of how many.
    throw refusalOf([...problems, ...saidBetter(tidySettings, tidyRules, allowedDomains)]);
  }
  const found = validateSettings(parsedSettings.data, parsedRules.data, allowedDomains);
  if (found.length > 0) throw refusalOf(found);
  return { settings: parsedSettings.data, rules: parsedRules.data };
}

/** Addresses as they are stored; the server's own notes are not taken from a browser. */
function tidiedSettings({ saved: _notTaken, ...settings }: Json): Json {
  return {
    ...withoutEmptyTexts(settings, ['organization', 'subject', 'logo_url', 'footer', 'time_zone']),
    version: EMAIL_SETTINGS_VERSION,
    recipients: tidiedRecipients(settings.recipients),
    ...(settings.archive === undefined || settings.archive === null ? {} : { archive: tidied(settings.archive) }),
  };
}

function tidiedRules(rules: Json): Json {
  return {
    ...rules,
    version: EMAIL_RULES_VERSION,
    rules: Array.isArray(rules.rules)
      ? rules.rules.map((rule: unknown) =>
          isObject(rule)
            ? { ...withoutEmptyTexts(rule, ['name']), recipients: tidiedRecipients(rule.recipients) }
            : rule,
        )
      : rules.rules,
  };
}

const tidiedRecipients = (recipients: unknown) => (Array.isArray(recipients) ? recipients.map(tidied) : recipients);

function tidied(recipient: unknown): unknown {
  if (!isObject(recipient)) return recipient;
  const rest = withoutEmptyTexts(recipient, ['name']);
  const { address } = recipient;
  return { ...rest, address: typeof address === 'string' ? (normalizeAddress(address) ?? address) : address };
}

/** A field that was cleared is one that is not there. */
function withoutEmptyTexts(object: Json, fields: string[]): Json {
  return Object.fromEntries(
    Object.entries(object).flatMap(([field, value]) => {
      if (!fields.includes(field) || typeof value !== 'string') return value === null ? [] : [[field, value]];
      const trimmed = value.trim();
      return trimmed === '' ? [] : [[field, trimmed]];
    }),
  );
}

function shapeProblems(issues: Issue[], of: Json): FieldError[] {
  return issues.slice(0, MOST_PROBLEMS).map(({ code, path, origin }) => ({
    path: path.map(String).join('.'),
    code:
      code === 'too_big'
        ? origin === 'array'
          ? 'too-many'
          : origin === 'string'
            ? 'too-long'
            : 'malformed'
        : code === 'too_small' || (code === 'invalid_type' && valueAt(of, path) === undefined)
          ? 'missing'
          : 'malformed',
  }));
}

const valueAt = (of: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], of);

/** Problems of the parts whose shape is right, so that a domain not allowed is told even beside a malformed name. */
function saidBetter(settings: Json, rules: Json, allowedDomains: readonly string[]): FieldError[] {
  try {
    const otherwise = emailSettingsSchema.parse({ version: EMAIL_SETTINGS_VERSION, enabled: true, recipients: [] });
    return validateSettings(
      { ...otherwise, ...settings } as EmailSettings,
      { ...emptyRules(), ...rules } as NotificationRules,
      allowedDomains,
    ).filter(({ code: problem }) => problem === 'domain-not-allowed' || problem === 'duplicate');
  } catch {
    return [];
  }
}

const isAboutSize = ({ path, code: problem }: FieldError) =>
  (problem === 'too-many' && (path === 'recipients' || path === 'rules')) ||
  (problem === 'too-long' && (path === 'settings' || path === 'rules'));

function refusalOf(problems: FieldError[]) {
  const fields = problems.slice(0, MOST_PROBLEMS);
  if (problems.every(({ code: problem }) => problem === 'domain-not-allowed'))
    return refused('domain-not-allowed', fields, 'An address is of a domain that is not allowed');
  if (problems.some(isAboutSize)) return refused('too-large', fields, 'This is more than fits');
  return refused('invalid', fields);
}
