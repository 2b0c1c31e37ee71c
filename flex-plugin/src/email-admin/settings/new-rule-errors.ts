import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import type { NotificationRule } from '@callback-and-voicemail/contract/email-settings';

/** True for what a rule that was never saved still lacks: it prevents saving, and is not yet a mistake. */
export function isMissingInNewRule(
  { path, code }: FieldError,
  rules: readonly NotificationRule[],
  savedRules: readonly NotificationRule[],
): boolean {
  const [, index] = /^rules\.(\d+)\./.exec(path) ?? [];
  const rule = index === undefined ? undefined : rules[Number(index)];
  return code === 'missing' && rule !== undefined && !savedRules.some(({ id }) => id === rule.id);
}
