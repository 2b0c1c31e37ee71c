import * as z from 'zod/mini';

/**
 * Who gets voicemails by mail and how: one Sync document written by the supervisor's panel and read when a mail is
 * sent. Unknown fields are kept, so that an older Function does not erase what a newer panel wrote.
 */
export const EMAIL_SETTINGS_DOCUMENT = 'email-settings';
export const EMAIL_SETTINGS_VERSION = 1;
/** Those of the plugin. */
export const MAIL_LANGUAGES = ['en-US', 'es-ES', 'es-MX', 'pt-BR', 'th', 'zh-Hans'] as const;
/** One provider request carries at most this many recipients with an outcome each. */
export const MAX_RECIPIENTS = 50;

/** An address a provider accepts as it is: no spaces, no control characters, no quotes, one @, a dot in the domain. */
export const EMAIL_ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;

export const recipientSchema = z.looseObject({
  address: z.string().check(z.maxLength(254), z.regex(EMAIL_ADDRESS)),
  name: z.optional(z.string().check(z.maxLength(100))),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const emailSettingsSchema = z.looseObject({
  version: z.literal(EMAIL_SETTINGS_VERSION),
  enabled: z.boolean(),
  recipients: z.array(recipientSchema).check(z.maxLength(MAX_RECIPIENTS)),
  /** What is attached: the recording as wav or mp3, or nothing but the notice. */
  recording_format: z._default(z.enum(['wav', 'mp3', 'notice']), 'wav'),
  include_transcript: z._default(z.boolean(), true),
  /** Send as soon as the recording is there, or wait (a bounded time) for the transcript. */
  send_when: z._default(z.enum(['recorded', 'transcribed']), 'recorded'),
  organisation: z.optional(z.string().check(z.maxLength(100))),
  /** IANA name; absent: the environment's BUSINESS_TIME_ZONE. */
  time_zone: z.optional(z.string().check(z.refine(isTimeZone))),
  /** What becomes of a caller who chose voicemail and left none. */
  missed_voicemail: z._default(z.enum(['callback', 'cancel']), 'callback'),
  /** Gets a copy of every voicemail mail, whatever the rules say. */
  archive: z.optional(recipientSchema),
  /** With fields in double braces: caller, called, queue, length, received, organisation. Absent: the usual one. */
  subject: z.optional(z.string().check(z.maxLength(150))),
  logo_url: z.optional(z.string().check(z.maxLength(500), z.regex(/^https:\/\/[^\s"'<>]+$/))),
  footer: z.optional(z.string().check(z.maxLength(500))),
  /** Of the mail itself. */
  language: z._default(z.enum(MAIL_LANGUAGES), 'en-US'),
  /** Callers' numbers in the panel's history are shown whole. */
  show_callers: z._default(z.boolean(), false),
  /** Callbacks and voicemails that nobody has taken for longer stand above the history. */
  attention_after_minutes: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(10_080)), 60),
  /** Agents may put a callback or voicemail back, to be tried again later, up to that many attempts in all. */
  allow_requeue: z._default(z.boolean(), true),
  max_attempts: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(100)), 3),
});

export type EmailRecipient = z.infer<typeof recipientSchema>;
export type EmailSettings = z.infer<typeof emailSettingsSchema>;
