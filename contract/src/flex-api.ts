import type { BounceReason } from './bounce-reasons';
import type { EmailProblem } from './email-problems';
import type { TaskType } from './task-attributes';

/**
 * What the Flex plugin and the Functions under `flex/` say to each other. Every request is a POST of form fields with
 * `Token`, the user's Flex token; every answer is JSON, except audio.
 */

/** Codes an answer that is not 2xx may carry; the plugin has words for each. */
export const FLEX_API_ERRORS = [
  'token-missing',
  'token-invalid',
  'role-missing',
  'not-yours',
  /** SUPERVISOR_QUEUES is set, and it belongs to a queue that is not this supervisor's. */
  'not-your-queue',
  'not-this-task',
  'no-such-task',
  'not-ours',
  /** The ledger entry cannot be read: it is damaged, or a later version wrote it. The log names it. */
  'entry-corrupt',
  'bad-task-sid',
  'bad-range',
  'no-recording',
  'recording-deleted',
  /** The account encrypts recordings with its own key, or stores them itself: they cannot be played here. */
  'recording-encrypted',
  'recording-external',
  'task-not-held',
  'requeue-not-allowed',
  'no-attempts-left',
  'already-requeued',
  'number-withheld',
  'number-not-a-number',
  'number-country-not-allowed',
  'number-ours',
  'number-premium',
  'number-satellite',
  'number-high-cost',
  'number-not-callable',
  /** Twilio placed no call to the caller, and will place none: see the log of the Function. */
  'call-refused',
  /** AUDIT_REQUIRED is set, and the audit could not be written: nothing was done. */
  'audit-unavailable',
  'certificate-unavailable',
  'busy',
  'rate-limited',
  'twilio-unavailable',
  'misconfigured',
  'failed',
] as const;
export type FlexApiErrorCode = (typeof FLEX_API_ERRORS)[number];

export interface FlexApiErrorResponse {
  code: FlexApiErrorCode;
  /** For the log; the plugin says it in the agent's language. */
  message: string;
  advice: string;
}

/** What the carriers say of the number that a caller shows (STIR/SHAKEN). Absent: Twilio was told nothing. */
export const CALLER_VERDICTS = ['verified', 'partly', 'unverified', 'failed'] as const;
export type CallerVerdict = (typeof CALLER_VERDICTS)[number];

/**
 * Whether somebody at the number to call wants the callback, where the caller's own number is not verified and
 * `UNVERIFIED_CALLERS=confirm` asks for that (ADR 0123). Times are ISO 8601, UTC.
 */
export interface CallerConfirmation {
  /** `calling`: an automated call asks. `unanswered`: nobody has pressed a key. */
  state: 'needed' | 'calling' | 'confirmed' | 'declined' | 'unanswered';
  /** When they were asked last, or have answered. */
  at?: string;
  /** How often they may be asked yet. */
  asksLeft: number;
}

/** What came of the request to ask; without `confirmation` nobody needs to be asked. */
export interface ConfirmCallerResponse {
  confirmation?: CallerConfirmation;
}

/** Why a number may not be called back, if it may not. */
export type CallBlockReason =
  | 'number-withheld'
  | 'number-not-a-number'
  | 'number-country-not-allowed'
  | 'number-ours'
  | 'number-premium'
  | 'number-satellite'
  | 'number-high-cost'
  | 'number-not-callable';

export interface OtherOpenTask {
  taskSid: string;
  taskType: TaskType;
  /** ISO 8601, UTC. */
  receivedAt: string;
}

/** What the card of a callback or voicemail shows: `flex/voicemail`. Times are ISO 8601, UTC. */
export interface VoicemailCard {
  voicemail_id: string;
  taskType: TaskType;
  numberToCall: string;
  numberToCallFrom: string;
  /** Both as people read them: `+44 20 7946 0958`. */
  numberToCallText: string;
  numberToCallFromText: string;
  /** When another call, which showed the same number, changed where to call back. */
  numberChangedAt?: string;
  /** The number the caller called from, when they gave another one to be called at; empty when it was withheld. */
  calledFrom?: string;
  calledFromText?: string;
  /** Of the number they called from. */
  callerVerdict?: CallerVerdict;
  /** As the network or a phone book gave it. */
  callerName?: string;
  callBlock?: CallBlockReason;
  /** Absent: the number may be called without. */
  confirmation?: CallerConfirmation;
  queue: string;
  receivedAt: string;
  waitingSince: string;
  /** IANA name of the business's zone. */
  timeZone: string;
  /** The task's state in TaskRouter. `by` and `at` are absent until they are known. */
  task?: { state: 'waiting' | 'offered' | 'taken'; by?: string; at?: string };
  /** The recipient of the email who has taken it from there: their name, or their address without one. */
  takenFromEmail?: { by: string; at: string };
  /** How often agents have tried before; the first card shows attempt 1. */
  attempts: number;
  maxAttempts: number;
  mayRequeue: boolean;
  recording: {
    state: 'none' | 'ready' | 'deleted';
    seconds?: number;
    /** Retention deleted it, and no person. */
    byRule?: true;
  };
  /** The caller chose voicemail, and there is no message: they said nothing, or Twilio could not record it. */
  noMessage?: 'silent' | 'failed';
  transcript: { state: 'none' | 'pending' | 'ready' | 'failed'; text?: string };
  email: {
    /** `summarized`: another voicemail's email tells of it. */
    state: 'off' | 'pending' | 'sent' | 'failed' | 'summarized';
    recipients: number;
    sentAt?: string;
    problem?: EmailProblem;
    /** When the one email for several voicemails is due, or was sent; of `pending`: it waits for others until then. */
    summaryAt?: string;
    /** How many others are in the same email, where that is known. */
    others?: number;
    /** Where it is not the same for all recipients: how many have it, were refused by the provider and why, and wait. */
    accepted?: number;
    refused?: number;
    refusedProblem?: EmailProblem;
    waiting?: number;
    /** How many recipients' mail servers accepted it; absent while unknown. */
    delivered?: number;
    /** How many put it off: the provider tries again. */
    deferred?: number;
    /** How many marked it as spam; they are among the delivered. */
    complained?: number;
    /** How many rejected it permanently, and the first one's reason: what it means, and the server's words. */
    bounced?: number;
    bounceProblem?: BounceReason;
    bounceReason?: string;
  };
  /** Who has listened, the first first. */
  listenedBy: { worker: string; at: string }[];
  otherTasks: OtherOpenTask[];
}

export interface RequeueResponse {
  ok: true;
  /** Absent while the new task could not be made yet; it will be. */
  taskSid?: string;
  attempts: number;
}

/** The most bytes of audio in one answer of `flex/voicemail-audio`, and in the first request. */
export const MAX_AUDIO_RANGE_BYTES = 512 * 1024;
export const FIRST_AUDIO_RANGE_BYTES = 64 * 1024;
