import * as z from 'zod/mini';
import { EMAIL_ADDRESS } from './addresses';
import {
  EMAIL_SETTINGS_VERSION,
  isTimeZone,
  LOGO_URL,
  MAIL_LANGUAGES,
  MAX_LENGTH,
  MAX_RECIPIENTS,
  RULES_DOCUMENT_NAME,
} from './limits';

/**
 * Who gets voicemails by mail and how: one Sync document written by the supervisor's panel and read when a mail is
 * sent. Unknown fields are kept, so that an older Function does not erase what a newer panel wrote.
 */
export const recipientSchema = z.looseObject({
  address: z.string().check(z.maxLength(MAX_LENGTH.address), z.regex(EMAIL_ADDRESS)),
  name: z.optional(z.string().check(z.maxLength(MAX_LENGTH.recipientName))),
});

const savedSchema = z.looseObject({
  by: z.string(),
  at: z.string(),
  /** The document that holds the rules in force; absent: `email-rules`. */
  rules_document: z.optional(z.string().check(z.regex(RULES_DOCUMENT_NAME))),
  /** The audit's key of this change; a reader that does not find it there appends it. */
  audit_key: z.optional(z.string()),
  changes: z.optional(z.array(z.looseObject({ field: z.string() }))),
});

export const emailSettingsSchema = z.looseObject({
  version: z.literal(EMAIL_SETTINGS_VERSION),
  enabled: z.boolean(),
  recipients: z.array(recipientSchema).check(z.maxLength(MAX_RECIPIENTS)),
  /** What is attached: the recording as wav or mp3, or nothing but the notice. */
  recording_format: z._default(z.enum(['wav', 'mp3', 'notice']), 'wav'),
  include_transcript: z._default(z.boolean(), true),
  /** Send as soon as the recording is there, or wait (a bounded time) for the transcript. */
  send_when: z._default(z.enum(['recorded', 'transcribed']), 'recorded'),
  organization: z.optional(z.string().check(z.maxLength(MAX_LENGTH.organization))),
  /** IANA name; absent: the environment's BUSINESS_TIME_ZONE. */
  time_zone: z.optional(z.string().check(z.refine(isTimeZone))),
  /** What becomes of a caller who chose voicemail and left none. */
  missed_voicemail: z._default(z.enum(['callback', 'cancel']), 'callback'),
  /** Gets a copy of every voicemail mail, whatever the rules say. */
  archive: z.optional(recipientSchema),
  /** With fields in double braces: caller, called, queue, length, received, organization. Absent: the usual one. */
  subject: z.optional(z.string().check(z.maxLength(MAX_LENGTH.subject))),
  logo_url: z.optional(z.string().check(z.maxLength(MAX_LENGTH.logoUrl), z.regex(LOGO_URL))),
  footer: z.optional(z.string().check(z.maxLength(MAX_LENGTH.footer))),
  /** Of the mail itself. */
  language: z._default(z.enum(MAIL_LANGUAGES), 'en-US'),
  /** Callers' numbers in the panel's history are shown whole. */
  show_callers: z._default(z.boolean(), false),
  /** Tasks that wait longer than this are listed above the history. */
  attention_after_minutes: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(10_080)), 60),
  /** Agents may put a callback or voicemail back, to be tried again later, up to that many attempts in all. */
  allow_requeue: z._default(z.boolean(), true),
  max_attempts: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(100)), 3),
  /** The server's own notes on the last save; whatever a browser sends here is not looked at. */
  saved: z.optional(savedSchema),
});
