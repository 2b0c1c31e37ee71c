import {
  addressKey,
  diffSettings,
  type EmailRecipient,
  type NotificationRule,
  type SettingsAndRules,
} from '@callback-and-voicemail/contract';
import { isInScope, type QueueScope } from '../runtime/queue-scope';

/** What a supervisor of some queues sees and may change of settings and rules (ADR 0116). Pure. */

/** True for a rule that concerns these queues and no others; one without queues concerns all. */
export function isRuleInScope(scope: QueueScope, { queues = [] }: Pick<NotificationRule, 'queues'>): boolean {
  return scope === 'all' || (queues.length > 0 && queues.every((queue) => isInScope(scope, queue)));
}

/** True for an address that gets mails by rules of these queues, and by nothing else. */
export function isRecipientInScope(scope: QueueScope, { settings, rules }: SettingsAndRules, address: string): boolean {
  if (scope === 'all') return true;
  const key = addressKey(address);
  const isAmong = (recipients: readonly EmailRecipient[]) => recipients.some((one) => addressKey(one.address) === key);
  const { recipients: ofAll, archive, fallback_recipient: fallback } = settings;
  if (isAmong([...ofAll, ...[archive, fallback].filter((one) => one !== undefined)])) return false;
  const naming = rules.rules.filter(({ recipients }) => isAmong(recipients));
  return naming.length > 0 && naming.every((rule) => isRuleInScope(scope, rule));
}

/**
 * What is stored, with the rules of these queues as they are to be. Those take the places that theirs had; further ones
 * come last, so that they do not go before the rules of other queues.
 * @param part settings and the visible rules, as the supervisor wants them
 * @returns undefined when that would change anything else
 */
export function mergeScoped(
  scope: QueueScope,
  stored: SettingsAndRules,
  part: SettingsAndRules,
): SettingsAndRules | undefined {
  if (scope === 'all') return part;
  const isOwn = (rule: NotificationRule) => isRuleInScope(scope, rule);
  const locked = new Set(stored.rules.rules.filter((rule) => !isOwn(rule)).map(({ id }) => id));
  const visible = { settings: stored.settings, rules: { ...stored.rules, rules: stored.rules.rules.filter(isOwn) } };
  const isOfRules = ({ field }: { field: string }) => field.startsWith('rules.') && field !== 'rules.match';
  if (!diffSettings(visible, part).every(isOfRules)) return undefined;
  if (part.rules.rules.some((rule) => !isOwn(rule) || locked.has(rule.id))) return undefined;
  const own = [...part.rules.rules];
  const placed = stored.rules.rules.flatMap((rule) => (isOwn(rule) ? own.splice(0, 1) : [rule]));
  const { saved: _notes, ...settings } = stored.settings;
  return { settings, rules: { ...stored.rules, rules: [...placed, ...own] } };
}
