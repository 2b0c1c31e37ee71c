import type { AuditAction, AuditChange, AuditItem, LinkRefusal } from '@callback-and-voicemail/contract/audit';
import type { NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { FAILURE_MESSAGES } from '../../functions-client/failure-messages';
import { formatList } from '../../strings/formats';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';
import { describeRule, describeScope } from '../settings/describe-rule';
import { fieldLabel } from '../settings/field-labels';
import { formatFieldValue } from '../settings/format-field-value';

/** What was done, as the panel calls it. */
export const ACTION_LABELS: Record<AuditAction, StringKey> = {
  read: 'AuditActRead',
  listen: 'AuditActListen',
  download: 'AuditActDownload',
  'open-link': 'AuditActOpenLink',
  'inbox-take': 'AuditActInboxTake',
  'inbox-give-back': 'AuditActInboxGiveBack',
  'inbox-finish': 'AuditActInboxFinish',
  'inbox-remind': 'AuditActInboxRemind',
  'inbox-call': 'AuditActInboxCall',
  delete: 'AuditActDelete',
  resend: 'AuditActResend',
  'test-mail': 'AuditActTestMail',
  restore: 'AuditActRestore',
  requeue: 'AuditActRequeue',
  'confirm-caller': 'AuditActConfirmCaller',
  'save-settings': 'AuditActSaveSettings',
  'confirm-recipient': 'AuditActConfirm',
  'reject-recipient': 'AuditActReject',
  export: 'AuditActExport',
  unreadable: 'AuditActUnreadable',
  'find-number': 'AuditActFindNumber',
  'export-number': 'AuditActExportNumber',
  'erase-number': 'AuditActEraseNumber',
  retention: 'AuditActRetention',
  reconcile: 'AuditActReconcile',
  'take-up': 'AuditActTakeUp',
};

/** What somebody did, and what came of it. */
export function describeAction({ t }: Translator, { act, result, code = '' }: AuditItem): string {
  // A later version of the Functions may know other acts.
  const label = (ACTION_LABELS as Partial<Record<string, StringKey>>)[act];
  const what = label === undefined ? act : t(label);
  const reason = reasonText({ t }, code);
  if (result === 'failed') return t('AuditFailed', { act: what, reason });
  return result === 'refused' ? t('AuditRefused', { act: what, reason }) : what;
}

const LINK_MESSAGES: Record<LinkRefusal, StringKey> = {
  'recipient-removed': 'AuditRecipientRemoved',
  'links-off': 'AuditLinksOff',
  'act-off': 'AuditActOff',
  'page-expired': 'AuditPageExpired',
  'taken-by-other': 'AuditTakenByOther',
  'held-by-agent': 'AuditTakenByOther',
  handled: 'AuditHandled',
  'no-phone': 'AuditNoPhone',
  'call-under-way': 'AuditCallUnderWay',
};

/** Why it was not done; the code itself if a later version of the Functions knows it and we do not. */
function reasonText({ t }: Pick<Translator, 't'>, code: string): string {
  const key = ({ ...FAILURE_MESSAGES, ...LINK_MESSAGES } as Partial<Record<string, StringKey>>)[code];
  return key === undefined ? code : t(key);
}

/** One change of the settings, as lines. */
export function describeAuditChange(
  translator: Translator,
  { field, from, to, added = [], removed = [] }: AuditChange,
  rules: readonly NotificationRule[],
): string[] {
  const { t } = translator;
  const [was, is] = [parseJson(from), parseJson(to)];
  const [rule, former] = [asRule(is, added), asRule(was, removed)];
  const label = fieldLabel(translator, field, rules, former?.name ?? rule?.name);
  if (rule !== undefined && from === undefined)
    return [t('AuditAdded', { field: label, to: describeRule(translator, rule) })];
  if (former !== undefined && to === undefined)
    return [t('AuditRemoved', { field: label, from: describeRule(translator, former) })];
  const values = (list: string[]) =>
    formatList(
      translator,
      list.map((one) => formatFieldValue(translator, field, parseJson(one))),
    );
  const lines = [
    ...(added.length === 0 ? [] : [t('AuditSetAdded', { field: label, values: values(added) })]),
    ...(removed.length === 0 ? [] : [t('AuditSetRemoved', { field: label, values: values(removed) })]),
    ...(rule === undefined || former === undefined
      ? valueLines(translator, label, field, was, is)
      : ruleLines(translator, label, former, rule)),
  ];
  return lines.length === 0 ? [label] : lines;
}

function valueLines(translator: Translator, label: string, field: string, was: unknown, is: unknown): string[] {
  const { t } = translator;
  const show = (value: unknown) => (value === undefined ? '' : formatFieldValue(translator, field, value));
  if (was === undefined && is === undefined) return [];
  if (was === undefined) return [t('AuditAdded', { field: label, to: show(is) })];
  if (is === undefined) return [t('AuditRemoved', { field: label, from: show(was) })];
  return [t('AuditChanged', { field: label, from: show(was), to: show(is) })];
}

function ruleLines(translator: Translator, label: string, was: NotificationRule, is: NotificationRule): string[] {
  const { t } = translator;
  const [before, after] = [describeScope(translator, was), describeScope(translator, is)];
  return [
    ...(was.enabled === is.enabled
      ? []
      : [t('AuditAdded', { field: label, to: formatFieldValue(translator, 'enabled', is.enabled) })]),
    ...(before === after ? [] : [t('AuditChanged', { field: label, from: before, to: after })]),
  ];
}

/** The audit keeps a rule's recipients apart. */
function asRule(value: unknown, recipients: string[]): NotificationRule | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return { ...(value as NotificationRule), recipients: recipients.map((one) => JSON.parse(one)) };
}

function parseJson(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
