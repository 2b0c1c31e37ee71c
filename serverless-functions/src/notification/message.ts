import { displayNumber } from '../numbers/caller-number';

/** All a voicemail mail says; the templates below are pure functions of it. */
export interface VoicemailMail {
  from: string;
  to: string;
  queueName: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
  waitingSince: number;
  timeZone: string;
  /** Absent for a recording made elsewhere whose length nobody told. */
  seconds?: number;
  transcript?: string;
  organisation?: string;
  /** How the recording reaches the reader. */
  recording: { attached: true; fileName: string } | { attached: false; why: 'too-large' | 'gone' | 'notice-only' };
}

/** `64` becomes `1:04`. */
export function clockLength(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

/** A line for a header: no control characters, no line breaks, bounded. Caller names and queues are others' words. */
function headerLine(text: string, limit = 200): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, limit);
}

export function subjectOf(mail: VoicemailMail): string {
  const queue = mail.queueName === '' ? '' : ` for ${mail.queueName}`;
  const length = mail.seconds === undefined ? '' : ` (${clockLength(mail.seconds)})`;
  return headerLine(`Voicemail from ${displayNumber(mail.from)}${queue}${length}`);
}

/** `voicemail-2026-11-22-1441-15551234567.wav`, in the business's zone; only letters, digits and hyphens. */
export function attachmentName(mail: Pick<VoicemailMail, 'from' | 'receivedAt' | 'timeZone'>, format: string): string {
  const at = new Intl.DateTimeFormat('sv-SE', { timeZone: mail.timeZone, dateStyle: 'short', timeStyle: 'short' });
  const moment = at
    .format(mail.receivedAt)
    .replace(':', '')
    .replace(/[^0-9]+/g, '-');
  const digits = /^\+\d{7,15}$/.test(mail.from) ? mail.from.slice(1) : 'withheld';
  return `voicemail-${moment}-${digits}.${format}`;
}

interface Fact {
  label: string;
  value: string;
}

function factsOf(mail: VoicemailMail): Fact[] {
  const time = new Intl.DateTimeFormat('en-US', {
    timeZone: mail.timeZone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  const zone = new Intl.DateTimeFormat('en-US', { timeZone: mail.timeZone, timeZoneName: 'short' })
    .formatToParts(mail.receivedAt)
    .find((part) => part.type === 'timeZoneName')?.value;
  const waited = Math.round((mail.receivedAt - mail.waitingSince) / 60_000);
  return [
    { label: 'Caller', value: displayNumber(mail.from) },
    { label: 'Called', value: displayNumber(mail.to) },
    ...(mail.queueName === '' ? [] : [{ label: 'Queue', value: mail.queueName }]),
    { label: 'Received', value: `${time.format(mail.receivedAt)} ${zone ?? ''}`.trim() },
    ...(waited >= 1 ? [{ label: 'Waited', value: waited === 1 ? '1 minute' : `${waited} minutes` }] : []),
    ...(mail.seconds === undefined ? [] : [{ label: 'Length', value: `${clockLength(mail.seconds)} min` }]),
  ].map(({ label, value }) => ({ label, value: headerLine(value) }));
}

function recordingSentence(mail: VoicemailMail): string {
  if (mail.recording.attached) return `The recording is attached: ${mail.recording.fileName}`;
  switch (mail.recording.why) {
    case 'too-large':
      return 'The recording is too large to be attached. It can be played in Flex, on the task of this voicemail.';
    case 'gone':
      return 'The recording could not be fetched any more, so it is not attached.';
    case 'notice-only':
      return 'The recording is not attached, as set by your administrator. It can be played in Flex.';
  }
}

const TRANSCRIPT_NOTE = 'Transcribed by machine; the recording is what counts.';

function footerOf(mail: VoicemailMail): string {
  const by = mail.organisation === undefined ? '' : ` of ${headerLine(mail.organisation, 100)}`;
  return `You get this mail because a supervisor${by} chose your address for voicemails. They can change it in Flex.`;
}

/** The plain text part: complete on its own. */
export function textOf(mail: VoicemailMail): string {
  const facts = factsOf(mail);
  const width = Math.max(...facts.map(({ label }) => label.length));
  const transcript =
    mail.transcript === undefined
      ? []
      : ['', ...cleanLines(mail.transcript).map((line) => `> ${line}`), `(${TRANSCRIPT_NOTE})`];
  return [
    ...facts.map(({ label, value }) => `${`${label}:`.padEnd(width + 2)}${value}`),
    ...transcript,
    '',
    recordingSentence(mail),
    '',
    '-- ',
    footerOf(mail),
    '',
  ].join('\n');
}

/**
 * The HTML part: a table of facts, the transcript, the recording. No images, no scripts, no remote anything; colours
 * are left to the reader's own theme so that dark mode works.
 */
export function htmlOf(mail: VoicemailMail): string {
  const preview = headerLine(mail.transcript ?? recordingSentence(mail), 140);
  const rows = factsOf(mail)
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" align="left" style="padding:2px 16px 2px 0;font-weight:normal;opacity:.75">${escapeHtml(label)}</th>` +
        `<td style="padding:2px 0"><strong>${escapeHtml(value)}</strong></td></tr>`,
    )
    .join('\n');
  const transcript =
    mail.transcript === undefined
      ? ''
      : `<blockquote style="margin:16px 0;padding:0 0 0 12px;border-left:3px solid #8891aa">${cleanLines(mail.transcript).map(escapeHtml).join('<br>')}</blockquote>\n` +
        `<p style="font-size:13px;opacity:.75">${TRANSCRIPT_NOTE}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(subjectOf(mail))}</title></head>
<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preview)}</div>
<div style="max-width:600px">
<table role="presentation" cellspacing="0" cellpadding="0">
${rows}
</table>
${transcript}<p>${escapeHtml(recordingSentence(mail))}</p>
<p style="font-size:13px;opacity:.75">${escapeHtml(footerOf(mail))}</p>
</div>
</body>
</html>
`;
}

/** Text of others in lines, without characters that hide or reorder what is read. */
function cleanLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n|\u2028|\u2029/)
    .map((line) => line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ').trimEnd());
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
