/**
 * Responses of `flex/email-{settings,test,history,delivery,resend}`, which serve the supervisors' panel. Requests are POSTs
 * of form fields with `Token`, like all of `flex/`. Structured fields are sent as JSON. Only supervisors and admins are
 * served. Times are ISO 8601 in UTC.
 */

import type { BouncingAddress, EmailDelivery } from './bounce-reasons';
import type { EmailProblem, ProviderProblemCode } from './email-problems';
import type { EmailProviderName } from './email-providers';
import type { EmailSettings, FieldError, NotificationRules, RetentionCounts } from './email-settings';
import type { TaskLoss } from './task-losses';
import type { WorkflowFinding } from './workflow-problems';

export type { FieldError } from './email-settings';

/** Codes of refusals, beside those of flex-api.ts. */
export const EMAIL_ADMIN_ERRORS = [
  /** `Settings`, `Rules` or another field is invalid; `fields` lists where. */
  'invalid',
  /** An address is neither allowed itself nor of an allowed domain; `fields` lists the addresses. */
  'domain-not-allowed',
  /** More than fits in a Sync document, or too many recipients or rules. */
  'too-large',
  /** Someone else saved first; `current` holds what they saved. */
  'conflict',
  /** The stored settings are unreadable. Saving with `Replace` overwrites them. */
  'settings-corrupt',
  /** Who added a recipient can neither confirm nor reject them. */
  'own-recipient',
  /** The recipient was confirmed or removed meanwhile. */
  'nothing-to-confirm',
  /** Nothing is sent to the address until another supervisor confirms it. */
  'recipient-unconfirmed',
  'settings-unreachable',
  'no-such-entry',
  /** The email was sent already, or none was wanted. */
  'nothing-to-resend',
  /** It was done too often within the last hour; `retryAfterSeconds` says when it is allowed again. */
  'too-many-requests',
  /** The task waits in line, or was handled. */
  'nothing-to-restore',
  /** Nothing is missing of the voicemail, or what is cannot be mended. */
  'nothing-to-take-up',
  /** The provider rejected the email; `provider` holds its reason and what to do. */
  'mail-refused',
] as const;
export type EmailAdminErrorCode = (typeof EMAIL_ADMIN_ERRORS)[number];

/** `flex/email-settings` with `Action=read` (the default): everything the panel shows except the history. */
export interface EmailSettingsResponse {
  settings: EmailSettings;
  rules: NotificationRules;
  /** Covers both documents; sent back as `Revision` on save. Empty: nothing was saved yet. */
  revision: string;
  /** `environment`: nothing was saved yet, so the variables apply. `corrupt`: readable fields are shown. */
  source: 'saved' | 'environment' | 'corrupt';
  savedBy?: string;
  savedAt?: string;
  /** Who may be a recipient: domains in lower case, and whole addresses. */
  allowedRecipients: string[];
  /** The queues of this supervisor, who sees and changes only the rules of these; absent: all. */
  ownQueues?: string[];
  /** Get no mail until another supervisor confirms them; absent where RECIPIENT_CONFIRMATION is off. */
  unconfirmed?: UnconfirmedRecipient[];
  /** Addresses of this supervisor's at which mails bounce; absent: it is not known. */
  bouncing?: BouncingAddress[];
  /** Hosts of logos, as `isAllowedLogo` takes them. Absent in answers of earlier versions. */
  logoHosts?: string[];
  /** The business's time zone (IANA), used when the settings name none. */
  timeZone: string;
  /** Known queues and numbers, to choose from in rules. */
  queues: string[];
  numbers: string[];
  health: EmailHealth;
  /** Absent: no run of retention has been noted yet. */
  retention?: RetentionStatus;
}

/** What retention has done. */
export interface RetentionStatus {
  /** When a run last went through all that was due; absent while the first one goes on. */
  lastRunAt?: string;
  /** When one last did a part of its work: a run over a large backlog takes many sweeps. */
  checkedAt: string;
  /** What that run deleted. */
  last: RetentionCounts;
  /** What was deleted in all. */
  total: RetentionCounts;
  /** Days by which the oldest day is late that should have been deleted and was not gone through. */
  behindDays: number;
  /** How many voicemails and callbacks the last run left, since a task is open or Twilio refused. */
  left: number;
}

/** A recipient that one supervisor added and no other has confirmed. */
export interface UnconfirmedRecipient {
  address: string;
  addedBy: string;
  addedAt: string;
  /** The user who asks added it: somebody else has to confirm it. */
  isOwn: boolean;
}

/**
 * An error of any of these Functions. `Action=save` takes `Settings`, `Rules`, `Revision`, and `Replace=true` to overwrite
 * unreadable settings. `Action=confirm` and `reject` take `Address` and `Revision`. Each returns a new
 * `EmailSettingsResponse`, or 409 `conflict` with `current`.
 */
export interface EmailAdminErrorResponse {
  code: EmailAdminErrorCode;
  message: string;
  advice: string;
  fields?: FieldError[];
  current?: EmailSettingsResponse;
  provider?: ProviderProblem;
  /** With `rate-limited` of `flex/email-test`, and `too-many-requests`: seconds until it is allowed again. */
  retryAfterSeconds?: number;
}

export { PROVIDER_PROBLEMS } from './email-problems';

/** What a provider's response means. */
export interface ProviderProblem {
  problem: ProviderProblemCode;
  /** Whose response it is; absent when no provider was asked, and in answers of earlier versions. */
  provider?: EmailProviderName;
  /** The provider's own words, without keys. */
  detail?: string;
  /** Its answer was lost or unclear: the mail may have been taken. */
  uncertain?: true;
}

/** How far a provider is from its hourly limit. */
export interface HourlyLimitStatus {
  provider: EmailProviderName;
  /** Mails within an hour. */
  limit: number;
  /** Within the last hour. */
  used: number;
  /** Since when it is reached, or when it will be within the next hour at the present pace; absent: it will not. */
  reachedAt?: string;
  /** When it takes mails again after that. */
  freeAt?: string;
  /** Takes over while the limit is reached; absent: mails wait. */
  next?: EmailProviderName;
}

export interface EmailHealth {
  provider: {
    configured: boolean;
    /** In the order in which they are tried: the next one takes over when one does not take a mail. */
    chain: { name: EmailProviderName; domain?: string; host?: string; region?: 'us' | 'eu' | 'other' }[];
    from?: string;
    /** Environment variables that are missing or malformed, by name; never a value. */
    configErrors: string[];
  };
  /** Of the providers of `chain` with a limit in EMAIL_HOURLY_LIMITS; absent where none has one. */
  limits?: HourlyLimitStatus[];
  /** `aclEnabled` is absent when Twilio does not report it. */
  sync: { reachable: boolean; aclEnabled?: boolean };
  lastSuccessAt?: string;
  /** The provider accepted a test email. */
  lastTestAt?: string;
  lastFailure?: { at: string; problem: EmailProblem };
  lastSweepAt?: string;
  /** True when a scheduler's request came within the last quarter of an hour. */
  schedulerRuns: boolean;
  /** Emails of the last 7 days that failed for good, and those still waiting to be sent. */
  failedEmails: number;
  waitingEmails: number;
  /** Those that went out, or are still to, and were refused for some of their recipients. Earlier versions do not count them. */
  refusedEmails?: number;
  /** Workflow settings that would lose callbacks; absent when TaskRouter does not answer. */
  workflows?: WorkflowFinding[];
}

/** `flex/email-test` with `Address`, and `Settings` (JSON, optional: not saved yet). Allow-listed and rate-limited. */
export interface EmailTestResponse {
  ok: true;
  provider: EmailProviderName;
  /** The provider's id of the message, where it gives one. */
  providerId?: string;
  to: string;
}

/** `flex/email-preview` with `Settings` (JSON): the mail of a made-up voicemail with them. `html` is a whole page. */
export interface EmailPreviewResponse {
  subject: string;
  html: string;
  text: string;
}

/** States of an entry's email step, and the values of the history's filter. `summarized`: another one's email tells of it. */
export const EMAIL_STATES = ['off', 'pending', 'sent', 'failed', 'summarized'] as const;
export type EmailState = (typeof EMAIL_STATES)[number];

/**
 * A caller to look for: a number in E.164 or as dialed in the business's country, or its last four digits, which every
 * supervisor sees. Not other parts: one could find out a masked number with them.
 */
export const CALLER_SEARCH = /^(\+?\d{7,15}|\d{4})$/;

/**
 * `flex/email-history` with `Day` (`YYYY-MM-DD` in the business's zone; absent: the last 7 days), `State`, `Queue`,
 * `Caller` (`CALLER_SEARCH`), `Cursor`.
 */
export interface EmailHistoryResponse {
  items: HistoryItem[];
  /** Ask again with it for what is older; absent: there is no more. */
  cursor?: string;
  /** With filters a page may end before it is full, since each page costs a bounded number of calls. */
  complete: boolean;
  /** Only without a cursor: what needs a person now. */
  attention?: AttentionItem[];
}
/** What became of the recipients of one email. */
export interface RecipientOutcomes {
  accepted: number;
  refused: number;
  /** Nobody has taken it for them: they get it later, or never when the email has failed. */
  waiting: number;
  /** Some of them: first those who were refused, then those who wait. */
  recipients: {
    address: string;
    state: 'accepted' | 'refused' | 'waiting';
    /** Why not, or not yet. */
    problem?: EmailProblem;
    /** Who took it, one of `EMAIL_PROVIDERS`, where that is known. */
    provider?: string;
  }[];
}
export interface HistoryItem {
  voicemail_id: string;
  taskType: 'callback' | 'voicemail';
  receivedAt: string;
  /** Masked (`+1 555-•••-4567`) unless the settings allow it; empty when withheld. */
  caller: string;
  queue: string;
  seconds?: number;
  email: {
    state: EmailState;
    recipients: number;
    sentAt?: string;
    problem?: EmailProblem;
    /** The error's code and the provider's words, without keys and addresses. */
    problemDetail?: string;
    possibleDuplicate?: boolean;
    /** When the one email for several voicemails is due, or was sent; of `pending`: it waits for others until then. */
    summaryAt?: string;
    /** How many others are in the same email, where that is known. */
    others?: number;
    /** Absent while the same holds for all recipients. */
    outcomes?: RecipientOutcomes;
    /** What providers have reported; absent: nothing yet. */
    delivery?: EmailDelivery;
  };
  task: {
    /**
     * `pending`: to be created. `waiting`: in line. `offered`: TaskRouter offers it to an agent. `taken`: an agent has
     * it. `ended`: TaskRouter does not have it any more, and the next sweep finds out why. `lost`: it ended although
     * nobody handled it. `none`: no task is wanted.
     */
    state: 'pending' | 'waiting' | 'offered' | 'taken' | 'ended' | 'handled' | 'lost' | 'none';
    /** Who has it, or who handled it. */
    by?: string;
    /** The recipient of the email who has taken it from there, while it is not handled. */
    takenFromEmail?: { by: string; at: string };
    /** When it was taken, handled or lost. */
    at?: string;
    loss?: TaskLoss;
  };
  /** The caller spoke, and Twilio could not record it. */
  recordingFailed?: boolean;
  mayResend: boolean;
}
export interface AttentionItem {
  voicemail_id: string;
  taskType: 'callback' | 'voicemail';
  /**
   * `held`: an agent has had it for too long. `email-partly`: no provider takes the mail for some recipients.
   * `email-bounced`: the mail went out, and a recipient did not get it. `email-complained`: a recipient marked it as
   * spam. `lost`: the task ended although nobody handled it. `unreadable`: its stored document cannot be read.
   */
  kind:
    | 'not-taken'
    | 'held'
    | 'email-failed'
    | 'email-partly'
    | 'email-bounced'
    | 'email-complained'
    | 'lost'
    | 'unreadable';
  since: string;
  queue: string;
  caller: string;
  /** Who holds it. */
  worker?: string;
  loss?: TaskLoss;
  /** Of an unreadable one: a later release wrote it. */
  isNewer?: boolean;
  /** Of a mail that failed, or is refused for `refused` of its `recipients`: why. */
  problem?: EmailProblem;
  refused?: number;
  recipients?: number;
  /** Of a mail that bounced. */
  bounced?: EmailDelivery['bounced'];
  /** Who marked the mail as spam. */
  complained?: string[];
  /** `flex/restore-task` would put it back in line. */
  mayRestore?: boolean;
}

/** The most ids in one request of `flex/email-delivery`. */
export const MAX_DELIVERY_IDS = 50;
/** What `flex/email-delivery` looks back: Mailgun keeps events for one to thirty days, by its plan. */
export const DELIVERY_LOOKBACK_MS = 3 * 24 * 60 * 60_000;
/** `flex/email-delivery` with `Voicemails`, ids separated by commas. The provider is asked for what it has not reported. */
export interface EmailDeliveryResponse {
  /** By voicemail id; absent: the provider does not know, or did not answer. */
  deliveries: { [voicemailId: string]: EmailDelivery };
  /** Mails that did not reach a recipient, or that one marked as spam, whether or not they were asked for. */
  bounced: AttentionItem[];
  /** False when the provider did not answer, or is not set up. */
  complete: boolean;
}

/** `flex/email-resend` with `Voicemail` (an id; a summarized one is sent singly), or `All=true` for every mail that failed in the last 7 days. */
export interface EmailResendResponse {
  sent: number;
  /** Not sent yet; a sweep goes on with them. */
  queued: number;
  failed: number;
}
