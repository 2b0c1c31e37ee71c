/**
 * The attributes of a task we make, under the names the ecosystem's reports and plugins already read
 * (`taskType`, `callBackData`, `conversations`), plus one key of our own.
 *
 * Any agent can write a task's attributes, so they are for display only: every action reads the ledger.
 */
export type TaskType = 'callback' | 'voicemail';

export interface CallBackData {
  /** The caller's number in E.164, or the masked form Twilio gave for a withheld one. */
  numberToCall: string;
  /** The number the caller dialed; shown as caller id when calling back. */
  numberToCallFrom: string;
  /** ISO 8601, UTC: when the caller requested it. */
  utcDateTimeReceived: string;
  attempts: number;
  /** At most 1 KB of the transcript; the whole text is in the ledger. */
  transcriptText?: string;
  /** IANA name of the business's zone. */
  mainTimeZone: string;
  recordingSid?: string;
  isDeleted: boolean;
}

export interface FeatureAttributes {
  /** Name of the ledger entry, e.g. `voicemail-CA…-1`. */
  voicemail_id: string;
  /** That this task was made for that entry. */
  proof?: string;
  recording_seconds?: number;
  queue?: string;
  /** ISO 8601, UTC: when the caller began to wait. */
  waiting_since?: string;
  withheld_number?: boolean;
  /** The recipient of the email who has taken it from there, and when (ISO 8601, UTC). */
  taken_by?: string;
  taken_at?: string;
}

export interface CallbackAndVoicemailTaskAttributes {
  taskType: TaskType;
  name: string;
  from: string;
  to: string;
  direction: 'inbound';
  callBackData: CallBackData;
  conversations: Record<string, unknown>;
  callback_and_voicemail: FeatureAttributes;
}

/** Ours stay below this so that TaskRouter's 4,096 bytes leave room for what agents and other features add. */
export const MAX_TASK_ATTRIBUTES_BYTES = 3584;
/** Transcript text on the task, in UTF-8 bytes. */
export const MAX_TASK_TRANSCRIPT_BYTES = 1024;
