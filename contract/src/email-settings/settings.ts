import {
  choice,
  flag,
  type Infer,
  integer,
  list,
  openObject,
  optional,
  parseIfValid,
  type TextSchema,
  text,
  withDefault,
} from '../schema';
import { isAddress, MAX_ADDRESS_LENGTH, normalizeAddress } from './addresses';
import { E164_NUMBER, INVISIBLE_CHARACTERS, isLogoUrl, isTimeZone } from './formats';
import {
  EMAIL_SETTINGS_VERSION,
  MAIL_LANGUAGES,
  MAX_RECIPIENTS,
  RULES_DOCUMENT_NAME,
  UNCONFIRMED_DOCUMENT_NAME,
} from './limits';
import { DEFAULT_RETENTION, retentionSchema } from './retention';
import { subjectTemplateErrors } from './subject-template';

/** A text of that form: all of another one is wrong. */
export const formatted = (accepts: (value: string) => boolean, maxLength?: number): TextSchema =>
  text({ maxLength, invalidPart: (value) => (accepts(value) ? undefined : value) });

export const matching = (pattern: RegExp): TextSchema => formatted((value) => pattern.test(value));

/** One line, without what hides or reorders text. */
export const line = (maxLength: number): TextSchema =>
  formatted((value) => !INVISIBLE_CHARACTERS.test(value), maxLength);

export const recipientSchema = openObject({
  address: text({
    required: true,
    maxLength: MAX_ADDRESS_LENGTH,
    invalidPart: (value) => (isAddress(value) ? undefined : value),
    normalize: (value) => normalizeAddress(value) ?? value,
  }),
  name: optional(line(100)),
  /** A ticket system: mails to it do not say that they are automatic, since it would ignore them. */
  service_desk: optional(flag()),
  /** Rings when this recipient has a caller called from the email (`inbox_call`). In E.164. */
  phone: optional(matching(E164_NUMBER)),
});
export type EmailRecipient = Infer<typeof recipientSchema>;

const savedSchema = openObject({
  by: text(),
  /** ISO 8601, UTC. */
  at: text(),
  /** The document that holds the current rules; absent: `email-rules`. */
  rules_document: optional(matching(RULES_DOCUMENT_NAME)),
  /** The document that lists recipients who wait for confirmation; absent: there are none. */
  unconfirmed_document: optional(matching(UNCONFIRMED_DOCUMENT_NAME)),
  /** The key of this change in the audit. */
  audit_key: optional(text()),
});

/** The key in the audit of the change that the stored settings hold; undefined where none is to be read. */
export function readSavedAuditKey(document: Record<string, unknown> | undefined): string | undefined {
  return parseIfValid(savedSchema, document?.saved)?.audit_key;
}

/** Who gets voicemails by email and how: one Sync document. Each field with its limits and its default. */
export const emailSettingsSchema = openObject({
  version: choice(EMAIL_SETTINGS_VERSION),
  enabled: flag(),
  recipients: list(recipientSchema, { max: MAX_RECIPIENTS }),
  /**
   * What a mail may hold. `no-words`: no transcript, whatever `include_transcript` says. `link-only`: no personal data,
   * only the time and a link to Flex, whatever `recording_format` and `subject` say.
   */
  email_content: withDefault(choice('full', 'no-words', 'link-only'), 'full'),
  /**
   * The format of the attached recording. `link` attaches none, and each recipient gets a link to a page that plays it;
   * `notice` tells of it alone.
   */
  recording_format: withDefault(choice('wav', 'mp3', 'link', 'notice'), 'wav'),
  include_transcript: withDefault(flag(), true),
  /** Send as soon as the recording is available, or wait (a bounded time) for the transcript. */
  send_when: withDefault(choice('recorded', 'transcribed'), 'transcribed'),
  /**
   * An email whose answer was lost, when no provider can say whether it took it: `send-again` repeats it, which may make
   * two of it; `ask` leaves it to a person.
   */
  unconfirmed_emails: withDefault(choice('send-again', 'ask'), 'send-again'),
  organization: optional(line(100)),
  /** IANA name; absent: the environment's BUSINESS_TIME_ZONE. */
  time_zone: optional(formatted(isTimeZone)),
  /** What happens to a caller who chose voicemail and left no message. */
  missed_voicemail: withDefault(choice('callback', 'cancel'), 'callback'),
  /** Gets a copy of every email, regardless of rules. */
  archive: optional(recipientSchema),
  /** Gets an email that reached none of its recipients. */
  fallback_recipient: optional(recipientSchema),
  /** With fields in double braces: caller, called, queue, length, received, organization. Absent: the default. */
  subject: optional(
    text({
      maxLength: 150,
      invalidPart: (value) => (INVISIBLE_CHARACTERS.test(value) ? value : subjectTemplateErrors(value)[0]),
    }),
  ),
  logo_url: optional(formatted(isLogoUrl, 500)),
  /** The logo's own size in pixels, as the browser that entered it found it. */
  logo_size: optional(openObject({ width: integer(1, 10_000), height: integer(1, 10_000) })),
  /** Lines are allowed. */
  footer: optional(formatted((value) => !INVISIBLE_CHARACTERS.test(value.replace(/\r?\n/g, ' ')), 500)),
  /** Mail servers must offer TLS, or get nothing. Without, a mail may cross the internet in clear. */
  require_tls: withDefault(flag(), true),
  /** The language of the email. */
  language: withDefault(choice(...MAIL_LANGUAGES), 'en-US'),
  /** Sends a second, short email when a voicemail is handled: it says who handled it, and when. */
  closing_email: withDefault(flag(), false),
  /**
   * What recipients may do from the email: take a voicemail, say that it is handled, and give it back; have themselves
   * reminded; call the caller through the business's number, which rings the recipient's `phone` first.
   */
  inbox_take: withDefault(flag(), true),
  inbox_remind: withDefault(flag(), true),
  inbox_call: withDefault(flag(), false),
  /** Shows callers' whole numbers in the panel's history. */
  show_callers: withDefault(flag(), false),
  /** Tasks that wait longer than this are listed above the history. */
  attention_after_minutes: withDefault(integer(1, 7 * 24 * 60), 60),
  /** Agents may return a callback or voicemail to the queue, up to `max_attempts` in all. */
  allow_requeue: withDefault(flag(), true),
  max_attempts: withDefault(integer(1, 100), 3),
  /** How many days what is known of callers is kept. */
  retention: withDefault(retentionSchema, DEFAULT_RETENTION),
  /** The server's notes on the last save; the value a browser sends is ignored. */
  saved: optional(savedSchema),
});
export type EmailSettings = Infer<typeof emailSettingsSchema>;

/** True when a mail may hold the caller's words. */
export const mailsTranscript = ({ email_content, include_transcript }: EmailSettings): boolean =>
  email_content === 'full' && include_transcript;

/** How a mail brings the recording; `notice` where it does not. */
export const mailedFormat = ({ email_content, recording_format }: EmailSettings): EmailSettings['recording_format'] =>
  email_content === 'link-only' ? 'notice' : recording_format;

/** The format in which a mail has the recording attached; undefined where none is to be attached. */
export function attachedFormat(settings: EmailSettings): 'wav' | 'mp3' | undefined {
  const format = mailedFormat(settings);
  return format === 'wav' || format === 'mp3' ? format : undefined;
}

/** True when a mail waits for the transcript: the only way that most mails hold it. */
export const waitsForTranscript = (settings: EmailSettings): boolean =>
  mailsTranscript(settings) && settings.send_when === 'transcribed';
