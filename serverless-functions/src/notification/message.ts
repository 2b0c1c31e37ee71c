import { type BounceReason, cutText, isolateText, renderSubject } from '@callback-and-voicemail/contract';
import { classifyCaller, displayNumber, isWithheld } from '../numbers/caller-number';
import { toSingleLine } from '../runtime/text';
import type { OtherVoicemail } from './email-job';
import type { EmailStrings } from './email-strings';

/**
 * Why a mail has no recording. `by-link`: the settings want a link in its place. `empty`: it has no sound. `failed`:
 * Twilio could not record what the caller said.
 */
export type RecordingOmission =
  | 'too-large'
  | 'by-link'
  | 'gone'
  | 'empty'
  | 'notice-only'
  | 'encrypted'
  | 'external'
  | 'failed'
  | 'failed-no-callback';

/** A recipient whom a mail did not reach. */
export interface Unreached {
  address: string;
  reason: BounceReason;
}

/** All a voicemail mail says. */
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
  /** Of a mail to the fall-back recipient: whom it did not reach, and why. */
  unreached?: readonly Unreached[];
  inbox?: InboxOffer;
  /** How the recording reaches the reader. */
  recording:
    | { attached: true; fileName: string }
    | { attached: false; reason: RecordingOmission; listen?: ListenOffer };
}

/** What a recipient can do from the mail; `url` is their own address of the page, or its placeholder. */
export interface InboxOffer {
  url: string;
  acts: readonly ('take' | 'remind' | 'call')[];
}

/** Where a recipient can listen without a login. */
export interface ListenOffer {
  /** Their own address of the page, or its placeholder. */
  url: string;
  /** When it ends: milliseconds since 1970. */
  until: number;
}

export const listenOffer = ({ recording }: Pick<VoicemailEmail, 'recording'>): ListenOffer | undefined =>
  recording.attached ? undefined : recording.listen;

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
export function toHeaderLine(text: string, limit = 200): string {
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
          queue: toHeaderLine(queue ?? ''),
          length: length ?? '',
          received: formatReceived(email, 'medium'),
          organization: toHeaderLine(email.organization ?? ''),
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

/** How many addresses the sentence names. */
const MAX_NAMED = 5;

/** Why the fall-back recipient gets the mail; undefined for others. */
export function fallbackSentence({ words, unreached = [] }: Pick<VoicemailEmail, 'words' | 'unreached'>) {
  if (unreached.length === 0) return undefined;
  const named = unreached
    .slice(0, MAX_NAMED)
    .map(({ address, reason }) => `${isolateText(address)} (${words.fallback.reasons[reason]})`);
  const more = unreached.length > MAX_NAMED ? [`+${unreached.length - MAX_NAMED}`] : [];
  return words.fallback.sentence(new Intl.ListFormat(words.locale).format([...named, ...more]));
}

/** The caller's number for reading, or that it is withheld. */
export const numberLabel = ({ from, words }: VoicemailEmail) =>
  isWithheld(from) ? words.withheld : displayNumber(from);

/** The caller's name, one line; undefined where there is none, or the number is withheld. */
export function callerName(email: VoicemailEmail): string | undefined {
  const name = toHeaderLine(email.callerName ?? '', 60);
  return name === '' || isWithheld(email.from) ? undefined : name;
}

/** `Ana Ruiz, +1 555-123-4567`; the number alone where there is no name that says more. */
export function callerLabel(email: VoicemailEmail): string {
  const name = callerName(email);
  return name === undefined ? numberLabel(email) : `${isolateText(name)}, ${numberLabel(email)}`;
}

/** What a telephone dials; undefined where there is no number to dial. */
export const dialableNumber = ({ from }: VoicemailEmail) =>
  classifyCaller(from) === 'number' ? from.trim() : undefined;

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

export interface Fact {
  label: string;
  value: string;
}

/** What is known of the call besides its caller, in the order in which it is shown. */
export function messageFacts(email: VoicemailEmail): Fact[] {
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
  const isLinked = recording.listen !== undefined;
  switch (recording.reason) {
    case 'too-large':
      return isLinked ? words.listen.tooLarge : words.tooLarge;
    case 'by-link':
      return isLinked ? words.listen.notAttached : words.noticeOnly;
    case 'gone':
      return isLinked ? words.listen.gone : words.gone;
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

export function footerText({ words, organization, chosenBy }: MailFrame): string {
  return words.footer(organization === undefined ? undefined : toHeaderLine(organization, 100), chosenBy);
}
