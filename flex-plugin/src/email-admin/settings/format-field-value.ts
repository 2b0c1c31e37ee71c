import type { EmailRecipient, NotificationRule } from '@callback-and-voicemail/contract/email-settings';
import { formatList } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { describeRule } from './describe-rule';
import type { Draft } from './draft';

/** What a field holds, in words. */
export function formatDraftValue(translator: Translator, field: string, { settings, rules }: Draft): string {
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
  wav: 'FormatWav',
  mp3: 'FormatMp3',
  notice: 'FormatNotice',
  recorded: 'SendWhenRecorded',
  transcribed: 'SendWhenTranscribed',
  callback: 'MissedCallback',
  cancel: 'MissedCancel',
} as const;
const OPTION_FIELDS = ['rules.match', 'recording_format', 'send_when', 'missed_voicemail'];

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
    return formatList(translator, value.map(formatListItem));
  }
  if (isRecipient(value)) return value.name ?? value.address;
  if (isRule(value)) return describeRule(translator, value);
  return JSON.stringify(value);
}

function formatListItem(item: unknown): string {
  if (isRecipient(item)) return item.name ?? item.address;
  if (isHoliday(item)) return item.date;
  return typeof item === 'string' ? item : '…';
}

const has = (value: unknown, key: string, type: string) =>
  typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[key] === type;
const isRecipient = (value: unknown): value is EmailRecipient => has(value, 'address', 'string');
const isHoliday = (value: unknown): value is { date: string } => has(value, 'date', 'string');
const isRule = (value: unknown): value is NotificationRule =>
  has(value, 'id', 'string') && Array.isArray((value as { recipients?: unknown }).recipients);
