import type { EmailRecipient, NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { formatList, formatPhoneNumber } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { describeRule } from './describe-rule';
import type { Draft } from './draft';

/** What a field holds, for the sentence that sets two values beside each other. */
export function formatConflictValue(translator: Translator, field: string, draft: Draft): string {
  const { t } = translator;
  const [, id] = /^rules\.(.+)$/.exec(field) ?? [];
  if (id !== undefined && !['match', 'order'].includes(id) && !draft.rules.rules.some((rule) => rule.id === id))
    return t('ValueDeleted');
  const value = formatDraftValue(translator, field, draft);
  return value === t('ValueNone') ? t('ValueEmpty') : value;
}

/** The value of a switch, a choice or a number in words; undefined for what would be long. */
export function formatShortValue(translator: Translator, field: string, draft: Draft): string | undefined {
  const value = field === 'rules.match' ? draft.rules.match : draft.settings[field];
  const isShort = typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value));
  return isShort || OPTION_FIELDS.includes(field) ? formatDraftValue(translator, field, draft) : undefined;
}

/** What a field holds, in words. */
function formatDraftValue(translator: Translator, field: string, { settings, rules }: Draft): string {
  const [, id] = /^rules\.(.+)$/.exec(field) ?? [];
  if (field === 'rules.match') return formatFieldValue(translator, field, rules.match);
  if (field === 'holidays') return formatFieldValue(translator, field, rules.holidays);
  if (field === 'rules.order')
    return formatList(
      translator,
      rules.rules.map((rule) => rule.name ?? describeRule(translator, rule)),
    );
  if (id !== undefined)
    return formatFieldValue(
      translator,
      field,
      rules.rules.find((rule) => rule.id === id),
    );
  return formatFieldValue(translator, field, settings[field]);
}

const OPTION_LABELS = {
  first: 'RulesMatchFirst',
  all: 'RulesMatchAll',
  full: 'ContentFull',
  'no-words': 'ContentNoWords',
  'link-only': 'ContentLinkOnly',
  wav: 'FormatWav',
  mp3: 'FormatMp3',
  link: 'FormatLink',
  notice: 'FormatNotice',
  recorded: 'SendWhenRecorded',
  transcribed: 'SendWhenTranscribed',
  'send-again': 'UnconfirmedSendAgain',
  ask: 'UnconfirmedAsk',
  callback: 'MissedCallback',
  cancel: 'MissedCancel',
} as const;
const OPTION_FIELDS = [
  'rules.match',
  'email_content',
  'recording_format',
  'send_when',
  'unconfirmed_emails',
  'missed_voicemail',
];

/** A value of that field, as the panel or the audit has it. */
export function formatFieldValue(translator: Translator, field: string, value: unknown): string {
  const { t } = translator;
  if (value === undefined || value === null || value === '') return t('ValueNone');
  if (typeof value === 'boolean') return t(value ? 'ValueOn' : 'ValueOff');
  if (typeof value === 'string')
    return OPTION_FIELDS.includes(field) && value in OPTION_LABELS
      ? t(OPTION_LABELS[value as keyof typeof OPTION_LABELS])
      : value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return t('ValueNone');
    return formatList(
      translator,
      value.map((item) => formatListItem(translator, item)),
    );
  }
  if (isRecipient(value)) return formatRecipient(translator, value);
  if (isRule(value)) return describeRule(translator, value, formatRecipient);
  if (field === 'retention' && has(value, 'entries', 'number')) {
    const { recordings = t('KeptUntilDeleted'), ...days } = value as Partial<Record<string, number | string>>;
    return t('RetentionCounts', { recordings, entries: '', history: '', audit: '', ...days });
  }
  if (isSize(value)) return `${value.width} × ${value.height}`;
  return JSON.stringify(value);
}

/** With the address: a name may stand for another one than it did. */
function formatRecipient({ t }: Translator, { name, address, phone, service_desk: isDesk }: EmailRecipient): string {
  return [
    name === undefined ? address : t('RecipientWithAddress', { name, address }),
    ...(phone === undefined ? [] : [formatPhoneNumber(phone)]),
    ...(isDesk ? [t('ServiceDesk')] : []),
  ].join(' · ');
}

function formatListItem(translator: Translator, item: unknown): string {
  if (isRecipient(item)) return formatRecipient(translator, item);
  if (isHoliday(item)) return item.date;
  return typeof item === 'string' ? item : '…';
}

const has = (value: unknown, key: string, type: string) =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[key] === type;
const isRecipient = (value: unknown): value is EmailRecipient => has(value, 'address', 'string');
const isHoliday = (value: unknown): value is { date: string } => has(value, 'date', 'string');
const isSize = (value: unknown): value is { width: number; height: number } =>
  has(value, 'width', 'number') && has(value, 'height', 'number');
const isRule = (value: unknown): value is NotificationRule =>
  has(value, 'id', 'string') && Array.isArray((value as { recipients?: unknown }).recipients);
