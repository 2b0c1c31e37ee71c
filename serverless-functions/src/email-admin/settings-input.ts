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
import { isObject } from '../runtime/text';
import { validationError } from './form-fields';

type Json = Record<string, unknown>;

/** What zod tells of a value, as far as it is used. */
interface Issue {
  code: string;
  path: PropertyKey[];
  origin?: unknown;
}
const MAX_ERRORS = 50;

/** Settings and rules to be saved, validated and in their stored form. */
export interface SettingsInput {
  settings: EmailSettings;
  rules: NotificationRules;
}

/**
 * Checks what a panel sent: its shape, then the rules of `validateSettings`, which the panel checks as well.
 * @throws BadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields
 */
export function parseSettingsInput(settings: Json, rules: Json, allowedDomains: readonly string[]): SettingsInput {
  const problems: FieldError[] = [];
  const tidySettings = normalizeSettings(settings);
  const tidyRules = normalizeRules(rules);
  const parsedSettings = emailSettingsSchema.safeParse(tidySettings);
  const parsedRules = notificationRulesSchema.safeParse(tidyRules);
  if (!parsedSettings.success) problems.push(...toFieldErrors(parsedSettings.error.issues as Issue[], tidySettings));
  if (!parsedRules.success) problems.push(...toFieldErrors(parsedRules.error.issues as Issue[], tidyRules));
  if (!parsedSettings.success || !parsedRules.success) {
    // The same as `validateSettings` reports it where it can: a domain, a duplicate, how many of how many.
    throw toBadRequest([...problems, ...crossFieldErrors(tidySettings, tidyRules, allowedDomains)]);
  }
  const found = validateSettings(parsedSettings.data, parsedRules.data, allowedDomains);
  if (found.length > 0) throw toBadRequest(found);
  return { settings: parsedSettings.data, rules: parsedRules.data };
}

/** Addresses as they are stored; the server's own notes are not taken from a browser. */
function normalizeSettings({ saved: _notTaken, ...settings }: Json): Json {
  return {
    ...withoutEmptyTexts(settings, ['organization', 'subject', 'logo_url', 'footer', 'time_zone']),
    version: EMAIL_SETTINGS_VERSION,
    recipients: normalizeRecipients(settings.recipients),
    ...(settings.archive === undefined || settings.archive === null
      ? {}
      : { archive: normalizeRecipient(settings.archive) }),
  };
}

function normalizeRules(rules: Json): Json {
  return {
    ...rules,
    version: EMAIL_RULES_VERSION,
    rules: Array.isArray(rules.rules)
      ? rules.rules.map((rule: unknown) =>
          isObject(rule)
            ? { ...withoutEmptyTexts(rule, ['name']), recipients: normalizeRecipients(rule.recipients) }
            : rule,
        )
      : rules.rules,
  };
}

const normalizeRecipients = (recipients: unknown) =>
  Array.isArray(recipients) ? recipients.map(normalizeRecipient) : recipients;

function normalizeRecipient(recipient: unknown): unknown {
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

function toFieldErrors(issues: Issue[], of: Json): FieldError[] {
  return issues.slice(0, MAX_ERRORS).map((issue) => ({
    path: issue.path.map(String).join('.'),
    code: toErrorCode(issue, of),
  }));
}

function toErrorCode({ code, path, origin }: Issue, of: Json): FieldError['code'] {
  if (code === 'too_big' && origin === 'array') return 'too-many';
  if (code === 'too_big' && origin === 'string') return 'too-long';
  const isMissing = code === 'too_small' || (code === 'invalid_type' && valueAt(of, path) === undefined);
  return isMissing ? 'missing' : 'malformed';
}

const valueAt = (of: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], of);

/** Errors of the well-formed parts, so that a refused domain is reported beside a malformed name. */
function crossFieldErrors(settings: Json, rules: Json, allowedDomains: readonly string[]): FieldError[] {
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

const isSizeError = ({ path, code: problem }: FieldError) =>
  (problem === 'too-many' && (path === 'recipients' || path === 'rules')) ||
  (problem === 'too-long' && (path === 'settings' || path === 'rules'));

function toBadRequest(problems: FieldError[]) {
  const fields = problems.slice(0, MAX_ERRORS);
  if (problems.every(({ code: problem }) => problem === 'domain-not-allowed'))
    return validationError('domain-not-allowed', fields, 'An address is of a domain that is not allowed');
  if (problems.some(isSizeError)) return validationError('too-large', fields, 'This is more than fits');
  return validationError('invalid', fields);
}
