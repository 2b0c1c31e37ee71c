import { cutText, isolateText, renderSubject } from '@callback-and-voicemail/contract';
import { classifyCaller, displayNumber, isWithheld } from '../numbers/caller-number';
import { escapeHtml, toCleanLines, toSingleLine } from '../runtime/text';
import type { OtherVoicemail } from './email-job';
import type { EmailStrings } from './email-strings';

/** Why a mail has no recording. `empty`: it has no sound. `failed`: Twilio could not record what the caller said. */
export type RecordingOmission =
  | 'too-large'
  | 'gone'
  | 'empty'
  | 'notice-only'
  | 'encrypted'
  | 'external'
  | 'failed'
  | 'failed-no-callback';

/** All a voicemail mail says; the templates below are pure functions of it. */
export interface VoicemailEmail {
  from: string;
  to: string;
  /** As the telephone network knows it; others' words. */
  callerName?: string;
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
  /** The picture's own size in pixels, where it is known. */
  logoSize?: { width: number; height: number };
  /** The organization's own words at the end; may have several lines. */
  footer?: string;
  /** A test email from a supervisor; there was no call. */
  isTest?: boolean;
  /** Where Flex is; an https URL. */
  flexUrl: string;
  /** Who chose the recipients: a supervisor in Flex, or the administrator who deployed this with ADMIN_EMAIL. */
  chosenBy: 'supervisor' | 'administrator';
  /** Voicemails of the same caller that get no email of their own, the oldest first. */
  others?: readonly OtherVoicemail[];
  /** How the recording reaches the reader. */
  recording: { attached: true; fileName: string } | { attached: false; reason: RecordingOmission };
}

/** `64` becomes `1:04`. */
export function formatDuration(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** `1 minute, 4 seconds`, in the language of the mail. */
function spellDuration(seconds: number, locale: string): string {
  const whole = Math.floor(seconds);
  const parts = (
    [
      [Math.floor(whole / 60), 'minute'],
      [whole % 60, 'second'],
    ] as const
  ).filter(([count, unit]) => count > 0 || (unit === 'second' && whole === 0));
  const spelled = parts.map(([count, unit]) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
  );
  return new Intl.ListFormat(locale, { type: 'unit', style: 'long' }).format(spelled);
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
  return cutText(email.isTest ? words.test.subject(subject) : withOthers(subject, email), MAX_SUBJECT);
}

const MAX_SUBJECT = 200;
/** Room for what follows in a subject that is as long as it may be. */
const MAX_USUAL_SUBJECT = 160;

/** A subject that says how many others the mail tells of. */
export function withOthers(subject: string, { words, others = [] }: Pick<VoicemailEmail, 'words' | 'others'>): string {
  return others.length === 0 ? subject : words.summary.subject(cutText(subject, MAX_USUAL_SUBJECT, '…'), others.length);
}

/** What the voicemails without an email of their own have in it: a sentence, and a line for each. */
type Summary = Pick<VoicemailEmail, 'words' | 'timeZone' | 'others'> & MailFrame;

function otherLine({ receivedAt, seconds }: OtherVoicemail, { words, timeZone }: Summary): string {
  const received = formatReceived({ receivedAt, timeZone, words }, 'medium');
  return seconds === undefined ? received : `${received} (${formatDuration(seconds)})`;
}

export function summaryText(email: Summary): string[] {
  const { words, others = [], flexUrl } = email;
  if (others.length === 0) return [];
  return [
    '',
    words.summary.sentence(others.length),
    ...others.map((other) => `- ${otherLine(other, email)}`),
    `${words.openInFlex}: ${flexUrl}`,
  ];
}

export function summaryHtml(email: Summary): string {
  const { words, others = [], flexUrl } = email;
  if (others.length === 0) return '';
  const items = others.map((other) => `<li dir="auto">${escapeHtml(otherLine(other, email))}</li>`).join('\n');
  return (
    `<p style="margin:24px 0 4px"><strong>${escapeHtml(words.summary.sentence(others.length))}</strong></p>\n` +
    `<ul style="margin:0;padding:0 0 0 24px">\n${items}\n</ul>\n` +
    `<p><a href="${escapeHtml(flexUrl)}">${escapeHtml(words.openInFlex)}</a></p>\n`
  );
}

const numberLabel = ({ from, words }: VoicemailEmail) => (isWithheld(from) ? words.withheld : displayNumber(from));

/** `Ana Ruiz, +1 555-123-4567`; the number alone where there is no name that says more. */
function callerLabel(email: VoicemailEmail): string {
  const name = toHeaderLine(email.callerName ?? '', 60);
  return name === '' || isWithheld(email.from) ? numberLabel(email) : `${isolateText(name)}, ${numberLabel(email)}`;
}

/** What a telephone dials; undefined where there is no number to dial. */
const dialableNumber = ({ from }: VoicemailEmail) => (classifyCaller(from) === 'number' ? from.trim() : undefined);

/** The moment in the business's zone, with the zone's name. */
export function formatReceived(
  { receivedAt, timeZone, words }: Pick<VoicemailEmail, 'receivedAt' | 'timeZone' | 'words'>,
  dateStyle: 'full' | 'medium',
): string {
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
    { label: labels.called, value: displayNumber(email.to) },
    ...(email.queueName === '' ? [] : [{ label: labels.queue, value: email.queueName }]),
    { label: labels.received, value: formatReceived(email, 'full') },
    ...(waitedMinutes >= 1 ? [{ label: labels.waited, value: words.minutes(waitedMinutes) }] : []),
    ...(email.seconds === undefined
      ? []
      : [{ label: labels.length, value: spellDuration(email.seconds, words.locale) }]),
  ].map(({ label, value }) => ({ label, value: toHeaderLine(value) }));
}

export function recordingSentence({ recording, words }: Pick<VoicemailEmail, 'recording' | 'words'>): string {
  if (recording.attached) return words.attached(recording.fileName);
  switch (recording.reason) {
    case 'too-large':
      return words.tooLarge;
    case 'gone':
      return words.gone;
    case 'empty':
      return words.empty;
    case 'encrypted':
      return words.encrypted;
    case 'external':
      return words.external;
    case 'notice-only':
      return words.noticeOnly;
    case 'failed':
      return `${words.failed} ${words.calledBack}`;
    case 'failed-no-callback':
      return `${words.failed} ${words.notCalledBack}`;
  }
}

/** What a mail holds beside what it tells of a call. */
export type MailFrame = Pick<
  VoicemailEmail,
  'words' | 'organization' | 'logoUrl' | 'logoSize' | 'footer' | 'isTest' | 'flexUrl' | 'chosenBy'
>;

function footerText({ words, organization, chosenBy }: MailFrame): string {
  return words.footer(organization === undefined ? undefined : toHeaderLine(organization, 100), chosenBy);
}

const customFooterLines = ({ footer }: MailFrame) => (footer === undefined ? [] : toCleanLines(footer.trim()));

/** The plain text part: complete on its own. Who called and their words come first. */
export function renderText(email: VoicemailEmail): string {
  const facts = messageFacts(email);
  const { words } = email;
  const width = Math.max(...facts.map(({ label }) => label.length));
  const transcript =
    email.transcript === undefined
      ? []
      : [...toCleanLines(email.transcript).map((line) => `> ${line}`), `(${words.transcriptNote})`, ''];
  return [
    ...(email.isTest ? [words.test.sentence, ''] : []),
    `${words.labels.caller}: ${callerLabel(email)}`,
    '',
    ...transcript,
    recordingSentence(email),
    '',
    `${words.openInFlex}: ${email.flexUrl}`,
    '',
    ...facts.map(({ label, value }) => `${`${label}:`.padEnd(width + 2)}${isolateText(value)}`),
    ...summaryText(email),
    ...textEnd(email),
  ].join('\n');
}

/** Beneath the text: the organization's own words, and why the reader gets the mail. */
export const textEnd = (email: MailFrame): string[] => ['', '-- ', ...customFooterLines(email), footerText(email), ''];

/** The caller, as a heading: their name, and the number as a link that dials it. */
function callerHeading(email: VoicemailEmail): string {
  const name = toHeaderLine(email.callerName ?? '', 60);
  const number = dialableNumber(email);
  const written = escapeHtml(toHeaderLine(numberLabel(email)));
  const shown = number === undefined ? `<span dir="auto">${written}</span>` : `<a href="tel:${number}">${written}</a>`;
  const isNamed = name !== '' && !isWithheld(email.from);
  return (
    `<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">` +
    `${isNamed ? `<span dir="auto">${escapeHtml(name)}</span><br>` : ''}${shown}</h1>`
  );
}

/** What a reader does next: call back from this telephone, or go on in Flex. */
export function actionLinks({ words, flexUrl }: MailFrame, number?: string): string {
  const links = [
    ...(number === undefined ? [] : [{ href: `tel:${number}`, text: words.callBack }]),
    { href: flexUrl, text: words.openInFlex },
  ];
  // Padding on a cell, since Outlook for Windows ignores it on a link.
  const cells = links.map(
    ({ href, text }) =>
      `<td style="padding:8px 16px;border:1px solid #8891aa;border-radius:4px">` +
      `<a href="${escapeHtml(href)}" style="text-decoration:none;font-weight:bold">${escapeHtml(text)}</a></td>`,
  );
  return `<table role="presentation" cellspacing="0" cellpadding="0" style="margin:16px 0"><tr>${cells.join('<td style="width:12px"></td>')}</tr></table>\n`;
}

/** The HTML part: who called, their words, what to do, then the facts. */
export function renderHtml(email: VoicemailEmail): string {
  const { words } = email;
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
      : `<blockquote dir="auto" style="margin:16px 0 8px;padding:0 0 0 12px;border-left:3px solid #8891aa">${toCleanLines(email.transcript).map(escapeHtml).join('<br>')}</blockquote>\n` +
        `<p style="margin:0 0 16px;font-size:13px;opacity:.75">${escapeHtml(words.transcriptNote)}</p>\n`;
  return htmlPage(email, {
    title: renderSubjectLine(email),
    preview: email.transcript ?? recordingSentence(email),
    content: `${callerHeading(email)}
${transcript}<p>${escapeHtml(recordingSentence(email))}</p>
${actionLinks(email, dialableNumber(email))}<table role="presentation" cellspacing="0" cellpadding="0">
${rows}
</table>
${summaryHtml(email)}`,
  });
}

/**
 * A whole page around that content. No scripts, nothing remote but the logo, if there is one, and nothing is lost
 * without it; colors are left to the reader's own theme so that dark mode works.
 * @param page.content HTML; title and preview are text
 */
export function htmlPage(frame: MailFrame, page: { title: string; preview: string; content: string }): string {
  const { words } = frame;
  const test = frame.isTest ? `<p><strong>${escapeHtml(words.test.sentence)}</strong></p>\n` : '';
  const customFooter =
    frame.footer === undefined
      ? ''
      : `<p dir="auto" style="font-size:13px">${customFooterLines(frame).map(escapeHtml).join('<br>')}</p>\n`;
  return `<!doctype html>
<html lang="${words.locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title></head>
<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(previewLine(page.preview))}</div>
<div style="max-width:600px">
${logoHtml(frame)}${test}${page.content}${customFooter}<p style="font-size:13px;opacity:.75">${escapeHtml(footerText(frame))}</p>
</div>
</body>
</html>
`;
}

const MAX_PREVIEW = 140;

/** What mailboxes show beside the subject: the words; without them, how the recording arrives. */
function previewLine(text: string): string {
  const preview = toHeaderLine(text, MAX_PREVIEW);
  // Or mailboxes go on with what follows, which is the heading once more.
  return `${preview}${'\u00a0\u200c'.repeat(MAX_PREVIEW - Math.min(MAX_PREVIEW, preview.length))}`;
}

const MAX_LOGO = { width: 240, height: 48 };

/**
 * Outlook for Windows knows only the attributes `width` and `height`, and shows a picture in its full size without them.
 * Where the size is unknown, only the width is given: with both, a picture of other proportions would be distorted.
 */
function logoHtml({ logoUrl, logoSize, organization }: MailFrame): string {
  if (logoUrl === undefined) return '';
  const scale = logoSize && Math.min(1, MAX_LOGO.width / logoSize.width, MAX_LOGO.height / logoSize.height);
  const attributes =
    logoSize === undefined || scale === undefined
      ? `width="${MAX_LOGO.width}"`
      : `width="${Math.max(1, Math.round(logoSize.width * scale))}" height="${Math.max(1, Math.round(logoSize.height * scale))}"`;
  const style = `${logoSize === undefined ? 'width:auto;height:auto;' : ''}max-height:${MAX_LOGO.height}px;max-width:${MAX_LOGO.width}px;border:0`;
  return `<p><img src="${escapeHtml(logoUrl)}" alt="${escapeHtml(toHeaderLine(organization ?? '', 100))}" ${attributes} style="${style}"></p>\n`;
}
