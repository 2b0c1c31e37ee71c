import type {
  AuditChange,
  EmailRecipient,
  NotificationRule,
  RetentionKind,
  SettingsFieldName,
} from '@callback-and-voicemail/contract';
import { toSingleLine } from '../runtime/text';

/** The settings as the administrator's mail calls them; with the panel's English words. */
const LABELS: Record<Exclude<SettingsFieldName, 'holidays' | 'recipients' | 'rules.match' | 'rules.order'>, string> = {
  enabled: 'Email',
  archive: 'Archive',
  fallback_recipient: 'Fall-back recipient',
  email_content: 'What emails contain',
  recording_format: 'Recording',
  include_transcript: 'Transcript in the email',
  send_when: 'When emails are sent',
  unconfirmed_emails: 'Emails of which nobody can say whether they went out',
  closing_email: 'Email when a voicemail is handled',
  inbox_take: 'Recipients can take voicemails from the email',
  inbox_remind: 'Recipients can have themselves reminded',
  inbox_call: 'Recipients can call through the business’s number',
  subject: 'Subject',
  organization: 'Organization',
  logo_url: 'Logo',
  logo_size: 'Size of the logo',
  footer: 'Footer',
  require_tls: 'Encrypted delivery (TLS) required',
  language: 'Language of the email',
  time_zone: 'Time zone',
  allow_requeue: 'Agents can choose “Try again later”',
  max_attempts: 'Maximum attempts',
  missed_voicemail: 'Caller who leaves no message',
  attention_after_minutes: 'Minutes until an unassigned task is flagged',
  show_callers: 'Full caller numbers in the panel',
  retention: 'Retention',
};

const KEPT: Record<RetentionKind, string> = {
  recordings: 'recordings and transcripts',
  entries: 'entries',
  history: 'the history',
  audit: 'the audit log',
};

const VALUES: Record<string, Record<string, string>> = {
  email_content: {
    full: 'the caller, the transcript and the recording',
    'no-words': 'the caller and the recording, no transcript',
    'link-only': 'no personal data, only a link to Flex',
  },
  recording_format: { wav: 'attached as WAV', mp3: 'attached as MP3', link: 'sent as a link', notice: 'not attached' },
  send_when: { recorded: 'at once', transcribed: 'when the transcript is ready' },
  unconfirmed_emails: { 'send-again': 'are sent again after ten minutes', ask: 'wait for a person' },
  missed_voicemail: { callback: 'is called back', cancel: 'is not called back' },
};

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const HOLIDAYS = { 'as-any-day': '', never: ', not on holidays', only: ', on holidays only' };

/** One change of the settings in words, as lines of plain text. */
export function describeChange({ field, from, to, added, removed }: AuditChange): string[] {
  const [was, is] = [parseValue(from), parseValue(to)];
  const set: SetChange = { added: (added ?? []).map(parseValue), removed: (removed ?? []).map(parseValue) };
  if (field === 'recipients') return describeSet('recipient', set, recipientText);
  if (field === 'holidays') return describeSet('holiday', set, holidayText);
  if (field === 'rules.match')
    return [is === 'all' ? 'Every rule that matches counts now.' : 'Only the first rule that matches counts now.'];
  if (field === 'rules.order') return ['The order of the rules was changed.'];
  if (field.startsWith('rules.')) return describeRuleChange(asRule(was), asRule(is), set);
  const label = (LABELS as Partial<Record<string, string>>)[field] ?? toSingleLine(field);
  return [`${label}: now ${valueText(field, is)}; it was ${valueText(field, was)}.`];
}

interface SetChange {
  added: unknown[];
  removed: unknown[];
}

/** What is no JSON is shown as it is. */
function parseValue(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const asRule = (value: unknown) => (isRecord(value) ? (value as Partial<NotificationRule>) : undefined);

function valueText(field: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (isRecord(value) && typeof value.address === 'string') return recipientText(value);
  if (isRecord(value) && typeof value.width === 'number') return `${value.width} × ${value.height}`;
  if (isRecord(value) && field === 'retention') return keptText(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return VALUES[field]?.[text] ?? toSingleLine(text);
}

/** `recordings and transcripts until they are deleted, entries for 30 days`. */
function keptText(retention: Record<string, unknown>): string {
  const kinds = Object.entries(KEPT).map(([kind, what]) => {
    const days = retention[kind];
    return typeof days === 'number' ? `${what} for ${days} days` : `${what} until they are deleted`;
  });
  return kinds.join(', ');
}

function recipientText(one: unknown): string {
  const { address, name, service_desk: isDesk, phone } = (isRecord(one) ? one : {}) as Partial<EmailRecipient>;
  const shown = toSingleLine(address ?? 'an address');
  const named = name === undefined ? shown : `${toSingleLine(name)} <${shown}>`;
  const notes = [...(isDesk ? ['ticket system'] : []), ...(phone === undefined ? [] : [toSingleLine(phone)])];
  return notes.length === 0 ? named : `${named} (${notes.join(', ')})`;
}

function holidayText(one: unknown): string {
  const { date, name } = (isRecord(one) ? one : {}) as { date?: string; name?: string };
  return toSingleLine(`${date ?? 'a day'}${name === undefined ? '' : ` (${name})`}`);
}

/** Each of them, however many: with their number first, where there are several. */
function describeSet(what: string, { added, removed }: SetChange, text: (one: unknown) => string): string[] {
  if (added.length + removed.length === 0) return [`The order of the ${what}s was changed.`];
  return [
    ...(added.length > 1 ? [`${added.length} new ${what}s:`] : []),
    ...added.map((one) => `New ${what}: ${text(one)}`),
    ...(removed.length > 1 ? [`${removed.length} removed ${what}s:`] : []),
    ...removed.map((one) => `Removed ${what}: ${text(one)}`),
  ];
}

function describeRuleChange(
  was: Partial<NotificationRule> | undefined,
  is: Partial<NotificationRule> | undefined,
  set: SetChange,
): string[] {
  const recipients = set.added.length + set.removed.length === 0 ? [] : describeSet('recipient', set, recipientText);
  const name = `The rule “${toSingleLine(is?.name ?? was?.name ?? scopeText(is ?? was ?? {}))}”`;
  if (is === undefined) return [`${name} was removed.`];
  if (was === undefined) return [`${name} is new. It applies to ${scopeText(is)}.`, ...recipients.map(indent)];
  return [
    `${name} was changed.`,
    ...[
      ...(was.enabled === is.enabled ? [] : [is.enabled === false ? 'It is off now.' : 'It is on now.']),
      ...(scopeText(was) === scopeText(is)
        ? []
        : [`It now applies to ${scopeText(is)}; before, to ${scopeText(was)}.`]),
      ...recipients,
    ].map(indent),
  ];
}

const indent = (text: string) => `  ${text}`;

/** The calls of a rule: `calls to Support, Monday and Tuesday, 09:00 to 17:00`. */
function scopeText({ queues = [], numbers = [], when }: Partial<NotificationRule>): string {
  const to = [...queues, ...numbers].map(toSingleLine);
  const calls = to.length === 0 ? 'every call' : `calls to ${to.join(', ')}`;
  if (when === undefined) return calls;
  const { days = [], from, to: until, holidays } = when;
  const named = days.map((day) => DAYS[day - 1]).join(', ');
  const hours = from === undefined && until === undefined ? '' : `, ${from ?? '00:00'} to ${until ?? '24:00'}`;
  return `${calls}${named === '' ? '' : `, ${named}`}${hours}${HOLIDAYS[holidays]}`;
}
