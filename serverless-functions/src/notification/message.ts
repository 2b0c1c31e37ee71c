import { cutText, isolateText, renderSubject } from '@callback-and-voicemail/contract';
import { displayNumber, isWithheld } from '../numbers/caller-number';
import { escapeHtml, toSingleLine } from '../runtime/text';
import type { EmailStrings } from './email-strings';

/** Why a mail has no recording. */
export type RecordingOmission = 'too-large' | 'gone' | 'notice-only' | 'encrypted' | 'external';

/** All a voicemail mail says; the templates below are pure functions of it. */
export interface VoicemailEmail {
  from: string;
  to: string;
  queueName: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
  waitingSince: number;
  timeZone: string;
  /** Absent for an external recording of unknown length. */
  seconds?: number;
  transcript?: string;
  organization?: string;
  words: EmailStrings;
  /** A template with fields in double braces, in the place of the usual subject. */
  subject?: string;
  /** An https URL. */
  logoUrl?: string;
  /** The organization's own words at the end; may have several lines. */
  footer?: string;
  /** A test email from a supervisor; there was no call. */
  isTest?: boolean;
  /** How the recording reaches the reader. */
  recording: { attached: true; fileName: string } | { attached: false; reason: RecordingOmission };
}

/** `64` becomes `1:04`. */
export function formatDuration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** A line for a header: no control characters, no line breaks, bounded. Caller names and queues are others' words. */
function toHeaderLine(text: string, limit = 200): string {
  return cutText(toSingleLine(text), limit);
}

export function renderSubjectLine(email: VoicemailEmail): string {
  const { words, seconds } = email;
  const caller = callerLabel(email);
  const length = seconds === undefined ? undefined : formatDuration(seconds);
  const queue = email.queueName === '' ? undefined : email.queueName;
  const isolated = (text: string | undefined) => (text === undefined ? undefined : isolateText(toHeaderLine(text)));
  const filled =
    email.subject === undefined
      ? ''
      : renderSubject(email.subject, {
          caller,
          called: displayNumber(email.to),
          queue: queue ?? '',
          length: length ?? '',
          received: formatReceived(email, 'medium'),
          organization: email.organization ?? '',
        });
  // A template of nothing but fields that are empty this time must not leave a mail without a subject.
  const subject =
    filled === ''
      ? words.subject({ caller: isolateText(toHeaderLine(caller)), queue: isolated(queue), length })
      : filled;
  // Each of its parts is one clean line, and isolated: what cleans a line would take the isolation away.
  return cutText(email.isTest ? words.test.subject(subject) : subject, 200);
}

const callerLabel = ({ from, words }: VoicemailEmail) => (isWithheld(from) ? words.withheld : displayNumber(from));

/** The moment in the business's zone, with the zone's name. */
function formatReceived({ receivedAt, timeZone, words }: VoicemailEmail, dateStyle: 'full' | 'medium'): string {
  const time = new Intl.DateTimeFormat(words.locale, { timeZone, dateStyle, timeStyle: 'short' });
  const zone = new Intl.DateTimeFormat(words.locale, { timeZone, timeZoneName: 'short' })
    .formatToParts(receivedAt)
    .find((part) => part.type === 'timeZoneName')?.value;
  return `${time.format(receivedAt)} ${zone ?? ''}`.trim();
}

/** `voicemail-2026-11-22-1441-15551234567.wav`, in the business's zone; only letters, digits and hyphens. */
export function attachmentName(
  email: Pick<VoicemailEmail, 'from' | 'receivedAt' | 'timeZone'>,
  format: string,
): string {
  const at = new Intl.DateTimeFormat('sv-SE', { timeZone: email.timeZone, dateStyle: 'short', timeStyle: 'short' });
  const moment = at
    .format(email.receivedAt)
    .replace(':', '')
    .replace(/[^0-9]+/g, '-');
  const digits = /^\+\d{7,15}$/.test(email.from) ? email.from.slice(1) : 'withheld';
  return `voicemail-${moment}-${digits}.${format}`;
}

interface Fact {
  label: string;
  value: string;
}

function messageFacts(email: VoicemailEmail): Fact[] {
  const { words } = email;
  const { labels } = words;
  const waitedMinutes = Math.round((email.receivedAt - email.waitingSince) / 60_000);
  return [
    { label: labels.caller, value: callerLabel(email) },
    { label: labels.called, value: displayNumber(email.to) },
    ...(email.queueName === '' ? [] : [{ label: labels.queue, value: email.queueName }]),
    { label: labels.received, value: formatReceived(email, 'full') },
    ...(waitedMinutes >= 1 ? [{ label: labels.waited, value: words.minutes(waitedMinutes) }] : []),
    ...(email.seconds === undefined
      ? []
      : [{ label: labels.length, value: words.length(formatDuration(email.seconds)) }]),
  ].map(({ label, value }) => ({ label, value: toHeaderLine(value) }));
}

function recordingSentence({ recording, words }: VoicemailEmail): string {
  if (recording.attached) return words.attached(recording.fileName);
  switch (recording.reason) {
    case 'too-large':
      return words.tooLarge;
    case 'gone':
      return words.gone;
    case 'encrypted':
      return words.encrypted;
    case 'external':
      return words.external;
    case 'notice-only':
      return words.noticeOnly;
  }
}

function footerText({ words, organization }: VoicemailEmail): string {
  return words.footer(organization === undefined ? undefined : toHeaderLine(organization, 100));
}

const customFooterLines = ({ footer }: VoicemailEmail) => (footer === undefined ? [] : toCleanLines(footer.trim()));

/** The plain text part: complete on its own. */
export function renderText(email: VoicemailEmail): string {
  const facts = messageFacts(email);
  const { words } = email;
  const customFooter = customFooterLines(email);
  const width = Math.max(...facts.map(({ label }) => label.length));
  const transcript =
    email.transcript === undefined
      ? []
      : ['', ...toCleanLines(email.transcript).map((line) => `> ${line}`), `(${words.transcriptNote})`];
  return [
    ...(email.isTest ? [words.test.sentence, ''] : []),
    ...facts.map(({ label, value }) => `${`${label}:`.padEnd(width + 2)}${isolateText(value)}`),
    ...transcript,
    '',
    recordingSentence(email),
    '',
    '-- ',
    ...customFooter,
    footerText(email),
    '',
  ].join('\n');
}

/**
 * The HTML part: a table of facts, the transcript, the recording. No scripts, nothing remote but the logo, if there is
 * one, and nothing is lost without it; colours are left to the reader's own theme so that dark mode works.
 */
export function renderHtml(email: VoicemailEmail): string {
  const { words } = email;
  const test = email.isTest ? `<p><strong>${escapeHtml(words.test.sentence)}</strong></p>\n` : '';
  const logo =
    email.logoUrl === undefined
      ? ''
      : `<p><img src="${escapeHtml(email.logoUrl)}" alt="${escapeHtml(toHeaderLine(email.organization ?? '', 100))}" style="max-height:48px;max-width:240px;border:0"></p>\n`;
  const customFooter =
    email.footer === undefined
      ? ''
      : `<p dir="auto" style="font-size:13px">${customFooterLines(email).map(escapeHtml).join('<br>')}</p>\n`;
  const preview = toHeaderLine(email.transcript ?? recordingSentence(email), 140);
  const rows = messageFacts(email)
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" align="left" style="padding:2px 16px 2px 0;font-weight:normal;opacity:.75">${escapeHtml(label)}</th>` +
        `<td style="padding:2px 0"><strong dir="auto">${escapeHtml(value)}</strong></td></tr>`,
    )
    .join('\n');
  const transcript =
    email.transcript === undefined
      ? ''
      : `<blockquote dir="auto" style="margin:16px 0;padding:0 0 0 12px;border-left:3px solid #8891aa">${toCleanLines(email.transcript).map(escapeHtml).join('<br>')}</blockquote>\n` +
        `<p style="font-size:13px;opacity:.75">${escapeHtml(words.transcriptNote)}</p>\n`;
  return `<!doctype html>
<html lang="${words.locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(renderSubjectLine(email))}</title></head>
<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preview)}</div>
<div style="max-width:600px">
${logo}${test}<table role="presentation" cellspacing="0" cellpadding="0">
${rows}
</table>
${transcript}<p>${escapeHtml(recordingSentence(email))}</p>
${customFooter}<p style="font-size:13px;opacity:.75">${escapeHtml(footerText(email))}</p>
</div>
</body>
</html>
`;
}

/** Text of others in lines, without characters that hide or reorder what is read. */
function toCleanLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    .map((line) => line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ').trimEnd());
}
