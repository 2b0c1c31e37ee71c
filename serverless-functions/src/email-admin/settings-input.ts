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
