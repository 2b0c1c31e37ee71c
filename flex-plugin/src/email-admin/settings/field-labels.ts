import type { NotificationRule, SettingsFieldName } from '@callback-and-voicemail/contract/email-settings';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';
import { describeRule } from './describe-rule';

const FIELD_LABELS: Record<SettingsFieldName, StringKey> = {
  enabled: 'FieldEnabled',
  recipients: 'Recipients',
  archive: 'Archive',
  fallback_recipient: 'Fallback',
  'rules.match': 'FieldMatch',
  'rules.order': 'FieldOrder',
  holidays: 'FieldHolidays',
  email_content: 'Content',
  recording_format: 'FieldFormat',
  include_transcript: 'TranscriptTitle',
  send_when: 'SendWhen',
  unconfirmed_emails: 'UnconfirmedEmails',
  closing_email: 'Closing',
  inbox_take: 'InboxTake',
  inbox_remind: 'InboxRemind',
  inbox_call: 'InboxCall',
  subject: 'Subject',
  organization: 'Organization',
  logo_url: 'Logo',
  logo_size: 'LogoSize',
  footer: 'Footer',
  require_tls: 'RequireTls',
  language: 'MailLanguage',
  time_zone: 'TimeZone',
  allow_requeue: 'AllowRequeue',
  max_attempts: 'MaxAttempts',
  missed_voicemail: 'FieldMissed',
  attention_after_minutes: 'AttentionAfter',
  show_callers: 'ShowCallers',
  retention: 'RetentionTitle',
};

/**
 * The name of something that was changed, as the panel calls it.
 * @param rules among which a rule's name is looked for
 * @param formerName the name of a rule that is not among them
 */
export function fieldLabel(
  translator: Translator,
  field: string,
  rules: readonly NotificationRule[] = [],
  formerName?: string,
): string {
  const { t } = translator;
  const label = (FIELD_LABELS as Partial<Record<string, StringKey>>)[field];
  if (label !== undefined) return t(label);
  const [, id] = /^rules\.(.+)$/.exec(field) ?? [];
  if (id === undefined) return field;
  const rule = rules.find((one) => one.id === id);
  if (rule !== undefined) return t('FieldRule', { name: rule.name ?? describeRule(translator, rule) });
  return formerName === undefined ? t('FieldRuleDeleted') : t('FieldRuleDeletedNamed', { name: formerName });
}
