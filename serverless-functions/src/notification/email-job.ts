import type { EmailSettings, NotificationRules } from '@callback-and-voicemail/contract';
import type { LedgerEntry, SendableEntry } from '../ledger/entry';
import type { ClosingOutcome, EmailOutcome, ReminderOutcome } from '../ledger/outcomes';
import type { Deadline } from '../runtime/deadline';
import type { Environment } from '../runtime/environment';
import type { Log } from '../runtime/log';
import type { RecordingMediaClient } from '../twilio/recording-media';
import type { VoiceClient } from '../twilio/voice';
import type { PendingDownload } from './recording-download';
import type { SendAllowance } from './send-allowance';

/** A voicemail that the email of another one tells of. */
export interface OtherVoicemail {
  receivedAt: number;
  seconds?: number;
}

/** One email to send, for an entry whose email step the caller holds. */
export interface EmailJob {
  entry: SendableEntry;
  settings: EmailSettings;
  rules: NotificationRules;
  /** Keys of the addresses that get nothing until another supervisor confirms them. */
  unconfirmed: readonly string[];
  environment: Environment;
  /** `https://host` of this deployment. */
  origin: string;
  /** The business's zone, used where the settings name none. */
  timeZone: string;
  deadline: Deadline;
  log: Log;
  media: () => RecordingMediaClient;
  allowance: SendAllowance;
  /** Voicemails of the same caller that get no email of their own, the oldest first (ADR 0122). */
  others?: readonly OtherVoicemail[];
  /** The email is completed once it says true; after false, it is not sent, and the outcome means nothing. */
  release?: Promise<boolean>;
  /** A download started beside the claim; used when its format is the one wanted. */
  pendingDownload?: PendingDownload;
}

/** The email that says that a voicemail was handled, of an entry whose closing step the caller holds. */
export interface ClosingJob extends Omit<EmailJob, 'entry' | 'origin' | 'media' | 'others' | 'pendingDownload'> {
  entry: LedgerEntry;
  voice: () => Pick<VoiceClient, 'listCallsOf'>;
}

/** Emails that remind those recipients, of an entry whose reminders the caller has claimed. */
export interface ReminderJob extends Omit<EmailJob, 'entry' | 'media' | 'others' | 'pendingDownload'> {
  entry: LedgerEntry;
  addresses: readonly string[];
}

/** None throws: what went wrong is an outcome to be written down. */
export interface SendEmail {
  (job: EmailJob): Promise<EmailOutcome>;
  closing(job: ClosingJob): Promise<ClosingOutcome>;
  reminders(job: ReminderJob): Promise<ReminderOutcome>;
}
