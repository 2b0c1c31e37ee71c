import type { EMAIL_RULES_VERSION, EMAIL_SETTINGS_VERSION, MAIL_LANGUAGES } from './limits';

/**
 * The shapes of the email settings, written out. Types inferred from the schemas would need the schema library wherever
 * they are used, and flex-project-template does not have it. The compiler checks the schemas against these types.
 */

/** Unknown fields are kept, so that an older Function does not erase what a newer panel wrote. */
interface Extensible {
  [unknownField: string]: unknown;
}

export interface EmailRecipient extends Extensible {
  address: string;
  name?: string;
}

/** Who gets voicemails by email and how: one Sync document. */
export interface EmailSettings extends Extensible {
  version: typeof EMAIL_SETTINGS_VERSION;
  enabled: boolean;
  recipients: EmailRecipient[];
  /** The format of the attached recording; `notice` attaches nothing. */
  recording_format: 'wav' | 'mp3' | 'notice';
  include_transcript: boolean;
  /** Send as soon as the recording is available, or wait (a bounded time) for the transcript. */
  send_when: 'recorded' | 'transcribed';
  organization?: string;
  /** IANA name; absent: the environment's BUSINESS_TIME_ZONE. */
  time_zone?: string;
  /** What happens to a caller who chose voicemail and left no message. */
  missed_voicemail: 'callback' | 'cancel';
  /** Gets a copy of every email, regardless of rules. */
  archive?: EmailRecipient;
  /** With fields in double braces: caller, called, queue, length, received, organization. Absent: the default. */
  subject?: string;
  logo_url?: string;
  footer?: string;
  /** The language of the email. */
  language: (typeof MAIL_LANGUAGES)[number];
  /** Shows callers' whole numbers in the panel's history. */
  show_callers: boolean;
  /** Tasks that wait longer than this are listed above the history. */
  attention_after_minutes: number;
  /** Agents may return a callback or voicemail to the queue, up to `max_attempts` in all. */
  allow_requeue: boolean;
  max_attempts: number;
  /** The server's notes on the last save; the value a browser sends is ignored. */
  saved?: SavedBy;
}

export interface SavedBy extends Extensible {
  by: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The document that holds the current rules; absent: `email-rules`. */
  rules_document?: string;
  /** The key of this change in the audit log; a reader that does not find it there appends it. */
  audit_key?: string;
  changes?: ChangedField[];
}

interface ChangedField extends Extensible {
  field: string;
}

/** When a rule applies, in the settings' time zone. */
export interface RuleTimes extends Extensible {
  /** ISO weekdays, 1 is Monday; absent: every day. */
  days?: number[];
  /** `HH:MM`, included. */
  from?: string;
  /** `HH:MM`, excluded. Before `from`: over midnight, and the whole span belongs to the day on which it begins. */
  to?: string;
  holidays: 'as-any-day' | 'never' | 'only';
}

export interface NotificationRule extends Extensible {
  /** Unchanged when the rule is edited or moved. */
  id: string;
  name?: string;
  enabled: boolean;
  /** Names of task queues; absent or empty: any. */
  queues?: string[];
  /** Dialed numbers in E.164; absent or empty: any. */
  numbers?: string[];
  when?: RuleTimes;
  recipients: EmailRecipient[];
}

export interface Holiday extends Extensible {
  /** `YYYY-MM-DD`. */
  date: string;
  name?: string;
}

export interface NotificationRules extends Extensible {
  version: typeof EMAIL_RULES_VERSION;
  /** `first`: the first matching rule decides. `all`: the recipients of every matching rule get the email. */
  match: 'first' | 'all';
  rules: NotificationRule[];
  holidays: Holiday[];
}
