import {
  type EmailSettings,
  type FieldError,
  type NotificationRules,
  validateSettings,
} from '@callback-and-voicemail/contract';
import { validationError } from './form-fields';

const MAX_ERRORS = 50;

/** Settings and rules to be saved, in their stored form. */
export interface SettingsInput {
  settings: EmailSettings;
  rules: NotificationRules;
}

/**
 * Checks what a panel sent, by the rules that the panel has as well.
 * @throws FlexBadRequest `invalid`, `domain-not-allowed` or `too-large`, with the fields
 */
export function parseSettingsInput(
  settings: object,
  rules: object,
  allowedRecipients: readonly string[],
  logoHosts: readonly string[],
): SettingsInput {
  const validated = validateSettings(settings, rules, allowedRecipients, logoHosts);
  if (!validated.ok) throw toBadRequest(validated.errors);
  return { settings: validated.settings, rules: validated.rules };
}

/**
 * Checks a whole of which a supervisor of some queues has changed their part. What was wrong before, such as an address
 * of others that is not allowed any more, is not theirs to correct.
 * @throws FlexBadRequest as `parseSettingsInput`, for what is wrong only now
 */
export function requireNoNewErrors(
  before: SettingsInput,
  after: SettingsInput,
  allowedRecipients: readonly string[],
  logoHosts: readonly string[],
): void {
  const errorsOf = ({ settings, rules }: SettingsInput) => {
    const validated = validateSettings(settings, rules, allowedRecipients, logoHosts);
    return (validated.ok ? [] : validated.errors).map((error) => ({
      error,
      key: `${atRuleId(error, rules)} ${error.code}`,
    }));
  };
  const known = new Set(errorsOf(before).map(({ key }) => key));
  const added = errorsOf(after).flatMap(({ error, key }) => (known.has(key) ? [] : [error]));
  if (added.length > 0) throw toBadRequest(added);
}

/** The path of an error with the rule's id in the place of its position, which may change. */
const atRuleId = ({ path }: FieldError, { rules }: NotificationRules) =>
  path.replace(/^rules\.(\d+)\./, (whole, index: string) => `rules.${rules[Number(index)]?.id ?? whole}.`);

const isSizeError = ({ path, code }: FieldError) =>
  (code === 'too-many' && (path === 'recipients' || path === 'rules')) ||
  (code === 'too-long' && (path === 'settings' || path === 'rules'));

function toBadRequest(errors: readonly FieldError[]) {
  const fields = errors.slice(0, MAX_ERRORS);
  if (errors.every(({ code }) => code === 'domain-not-allowed'))
    return validationError('domain-not-allowed', fields, 'An address or the logo is of a domain that is not allowed');
  if (errors.some(isSizeError)) return validationError('too-large', fields, 'This is more than fits');
  return validationError('invalid', fields);
}
