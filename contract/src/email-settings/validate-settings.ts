import { normalize, parse } from '../schema';
import { crossFieldErrors } from './cross-field-rules';
import type { FieldError } from './field-error';
import { EMAIL_RULES_VERSION, EMAIL_SETTINGS_VERSION } from './limits';
import { type NotificationRules, notificationRulesSchema } from './rules';
import { type EmailSettings, emailSettingsSchema } from './settings';

/** Settings and rules to be saved, in their stored form, or everything that prevents it. */
export type ValidationResult =
  | { ok: true; settings: EmailSettings; rules: NotificationRules }
  | { ok: false; errors: FieldError[] };

/**
 * Checks what a user wants to save: the panel before the request, the Function in the request.
 * @param allowedRecipients as `isAllowedRecipient` takes them
 * @param logoHosts as `isAllowedLogo` takes them; undefined: not checked here
 */
export function validateSettings(
  settings: object,
  rules: object,
  allowedRecipients: readonly string[],
  logoHosts: readonly string[] | undefined,
): ValidationResult {
  const storedSettings = toStoredForm(settings);
  const storedRules = normalize(notificationRulesSchema, { ...rules, version: EMAIL_RULES_VERSION });
  const parsedSettings = parse(emailSettingsSchema, storedSettings);
  const parsedRules = parse(notificationRulesSchema, storedRules);
  const fieldErrors = [parsedSettings, parsedRules].flatMap((parsed) => (parsed.ok ? [] : parsed.issues));
  const errors = unique([
    ...fieldErrors,
    ...crossFieldErrors(storedSettings, storedRules, allowedRecipients, logoHosts),
  ]);
  if (parsedSettings.ok && parsedRules.ok && errors.length === 0)
    return { ok: true, settings: parsedSettings.value, rules: parsedRules.value };
  return { ok: false, errors };
}

/** The form in which settings from a user are stored, right or wrong: what of them differs from what is stored. */
export function toStoredForm(settings: object): unknown {
  // The server's notes are not taken from a browser.
  const { saved: _ignored, ...chosen } = settings as Record<string, unknown>;
  return normalize(emailSettingsSchema, { ...chosen, version: EMAIL_SETTINGS_VERSION });
}

/** One error for each path and code; a condition across fields says more than the field's own. */
function unique(errors: readonly FieldError[]): FieldError[] {
  return [...new Map(errors.map((error) => [`${error.path} ${error.code}`, error])).values()];
}
