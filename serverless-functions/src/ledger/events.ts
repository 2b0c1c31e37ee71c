import type { EmailProblem, TaskLoss } from '@callback-and-voicemail/contract';
import type { QueuePosition, RecipientDelivery, RecipientOutcome, WaitingRecipient } from './entry';
import type { ErasedRecording, ErasedTask } from './erasure';

/** An event that happens to an entry. An event that comes late, twice, or in the wrong state changes nothing. */
export type LedgerEvent =
  // Recording
  | { type: 'recording-completed'; recordingSid: string; seconds?: number }
  /** A transcript arrived first: it shows which recording there is. */
  | { type: 'recording-announced'; recordingSid: string; checkAt: number }
  | { type: 'recording-check-rescheduled'; checkAt: number }
  /** `byRule`: by retention. */
  | { type: 'deletion-begun'; byRule?: true }
  /** The recording is as it was. */
  | { type: 'deletion-failed' }
  /** Twilio has deleted it; whether the task still shows it is checked later. */
  | { type: 'recording-deleted' }
  /** Nothing of it is left, on the task either. */
  | { type: 'deletion-checked' }
  /** The caller sent the message under review, or hung up, which sends it. */
  | { type: 'review-ended' }
  /** The caller records another message in place of the one under review. */
  | { type: 'message-discarded'; recordingSid: string }
  /** The caller recorded no other message, so the discarded one is theirs. */
  | { type: 'message-restored' }
  /** `recordingFailed`: something was said, and Twilio could not record it. */
  | { type: 'no-message-left'; followUp: 'callback'; recordingFailed?: true }
  | { type: 'no-message-left'; followUp: 'none'; reason: string; recordingFailed?: true }
  /** Nothing was recorded, and nothing is promised by this entry. */
  | { type: 'attempt-closed'; as: 'withdrawn' | 'superseded'; reason: string }
  // Transcript
  /** `text` is undefined when Twilio could not transcribe the recording. */
  | { type: 'transcript-received'; text: string | undefined }
  | { type: 'transcript-timed-out' }
  // Queue and booking
  /** The queue task was canceled for this entry. */
  | { type: 'caller-dequeued' }
  /** The position of the call in the queue, which the task inherits. */
  | { type: 'queue-position-read'; position: QueuePosition }
  /** `number`: the number the caller has confirmed now. */
  | { type: 'booking-claimed'; owner: string; number?: string }
  /** The caller left the line for the callback. Without `taskSid` its task may not have been created. */
  | { type: 'booking-confirmed'; taskSid: string | undefined }
  | { type: 'callback-withdrawn'; task: TaskKnowledge }
  | { type: 'withdrawal-claimed'; owner: string }
  | { type: 'withdrawal-completed' }
  | { type: 'withdrawal-failed' }
  | { type: 'number-changed'; number: string; changedAt?: number }
  /** The task shows `number`, or there is no task to show it. */
  | { type: 'number-synced'; number: string }
  // Task
  | { type: 'task-claimed'; owner: string; leaseMs?: number }
  | { type: 'task-created'; taskSid: string }
  /** `uncertain`: the answer was lost, so it may be created yet. */
  | { type: 'task-creation-failed'; error: string; uncertain?: boolean }
  /** It ended though nobody handled it. With `replaceIn`, a workflow, another may take its place without a person. */
  | { type: 'task-lost'; taskSid: string; loss: TaskLoss; at: number; reason?: string; replaceIn?: string }
  | { type: 'task-handled'; taskSid: string; at: number; worker?: string }
  | { type: 'task-still-open' }
  /** Several tasks of this entry are open: `taskSid` is the entry's task, and `surplus` are to end. */
  | { type: 'surplus-tasks-found'; taskSid: string | undefined; surplus: readonly string[] }
  | { type: 'task-requeued'; taskSid: string; owner: string }
  /** A supervisor wants a new task in the place of a lost one, or of `taskSid`, which an agent holds. */
  | { type: 'task-restored'; taskSid: string | undefined; owner: string }
  /** TaskRouter refused the new task: the previous one is current again. */
  | { type: 'requeue-reverted'; taskSid: string }
  /** A conditional write of the earlier revision may be carried out late: it must not succeed any more. */
  | { type: 'late-write-voided' }
  /** The request to create the callback is refused after all. */
  | { type: 'creation-revoked' }
  // Email
  | { type: 'email-awaits-transcript' }
  | { type: 'email-claimed'; owner: string; leaseMs?: number; sendWhen: 'recorded' | 'transcribed' }
  | {
      type: 'email-sent';
      providerId?: string;
      recipients: RecipientOutcome[];
      possibleDuplicate: boolean;
      /** How many other voicemails it told of. */
      others?: number;
    }
  /** Its caller left many: it waits, and sums up those that the Sync document lists by then (ADR 0122). */
  | { type: 'email-carries'; document: string; until: number }
  /** The email of `carrier`, due at `until`, tells of it. */
  | { type: 'email-summarized'; carrier: string; until: number }
  /** It takes the place of a carrier that will not be sent. */
  | { type: 'email-inherits'; document: string; until: number }
  /** It lists as many as one email may. */
  | { type: 'summary-full' }
  /** Its caller's mails changed too often to be counted: it waits, and is counted then. */
  | { type: 'email-uncounted'; until: number }
  /** Another entry tells of what this one was to tell of. */
  | { type: 'summary-passed-on'; heir: string }
  | { type: 'email-switched-off' }
  | {
      type: 'email-failed';
      lastError: EmailProblem;
      lastErrorDetail?: string;
      recipients: RecipientOutcome[];
      /** Those for whom nobody has taken it. */
      waiting?: readonly WaitingRecipient[];
    }
  | ({ type: 'email-deferred' } & EmailDeferral)
  /** A supervisor wants the email sent again, or now. */
  | { type: 'resend-requested' }
  // The email that says that the voicemail was handled
  | { type: 'closing-claimed'; owner: string; leaseMs?: number }
  /** `dropped`: it may have been sent, or nobody takes it. */
  | { type: 'closing-finished'; result: 'sent' | 'dropped' }
  /** `settled`: the addresses of those who get it no more. */
  | { type: 'closing-deferred'; retryAfterMs?: number; settled?: readonly string[] }
  | { type: 'closing-skipped' }
  // What recipients of the email do from there
  | { type: 'inbox-taken'; address: string; name?: string }
  | { type: 'inbox-given-back'; address: string }
  /** The task shows who has taken it: since `takenAt`, or nobody. */
  | { type: 'taken-synced'; takenAt: number | undefined }
  /** The recipient wants the email again at that time. */
  | { type: 'reminder-requested'; address: string; at: number }
  | { type: 'reminders-claimed'; owner: string }
  /** They were sent, or may have been. */
  | { type: 'reminders-finished'; owner: string }
  | { type: 'reminders-deferred'; owner: string; retryAfterMs?: number }
  | { type: 'inbox-call-begun'; attempt: string; address: string; name?: string }
  | { type: 'inbox-call-placed'; attempt: string; callSid: string }
  /** There is no such call, and will be none. */
  | { type: 'inbox-call-not-placed'; attempt: string }
  /** The recipient has pressed the key: the caller is called. */
  | { type: 'inbox-call-connecting'; attempt: string; callSid: string }
  /** `not-answered`: the recipient's call is over. The other outcomes are of the call to the caller. */
  | {
      type: 'inbox-call-ended';
      attempt: string;
      callSid: string;
      outcome: 'spoke' | 'not-reached' | 'not-answered';
      seconds?: number;
    }
  /** A provider reports what became of the email of one recipient. */
  | ({ type: 'delivery-reported'; address: string; provider: string } & RecipientDelivery)
  /** Nobody may have been reached: then this address gets the email. */
  | { type: 'fallback-requested'; address: string }
  // Deletion of personal data
  /** `documents`: names of the Sync documents that point to it. `wasMissing`: there was no entry, and shall be none. */
  | {
      type: 'entry-erased';
      by: string;
      subject: string;
      documents: readonly string[];
      callMayGoOn?: boolean;
      wasMissing?: true;
      hadRow?: true;
      /** When the caller was asked to speak, as its row says: recordings since then are ours. */
      invitedAt?: number;
    }
  /** What was deleted now; without `checkAt` nothing is left to do. */
  | {
      type: 'erasure-advanced';
      recordings: readonly ErasedRecording[];
      tasks: readonly ErasedTask[];
      documents: readonly string[];
      checkAt: number | undefined;
    }
  // Confirmation by the person called back
  /** An agent has them asked. `number`: the number that was checked, and is called. */
  | { type: 'confirmation-begun'; ask: string; number: string }
  | { type: 'confirmation-placed'; ask: string; callSid: string }
  /** There is no such call, and will be none. */
  | { type: 'confirmation-not-placed'; ask: string }
  /** They have pressed a key. */
  | { type: 'confirmation-answered'; ask: string; callSid: string; answer: 'confirmed' | 'declined' }
  /** The call is over. */
  | { type: 'confirmation-ended'; ask: string; callSid?: string }
  // Agents
  | { type: 'message-heard'; worker: string; workerSid: string }
  | { type: 'task-opened'; taskSid: string; worker: string; workerSid: string };

/** What is known of a callback's task when the callback is withdrawn. */
export type TaskKnowledge = 'not-created' | 'uncertain' | { sid: string };

/** Why an email is not sent yet. */
export interface EmailDeferral {
  lastError: EmailProblem;
  /** The error's code and the provider's words. */
  lastErrorDetail?: string;
  /** The response was lost, now or earlier: the email may have been sent. */
  deliveryUncertain: boolean;
  /** It was lost now. */
  answerLost?: boolean;
  recordingOmitted?: 'too-large' | 'gone';
  /** The recording could not be fetched. */
  recordingFetchFailed?: boolean;
  /** Nothing was sent (no settings, no key): the provider's health is unchanged. */
  notAttempted?: boolean;
  /** How long the provider asks to wait. */
  retryAfterMs?: number;
  /** Recipients who have the email now, or whom every provider refused. */
  settled?: readonly RecipientOutcome[];
  /** All others, and why they have none yet. */
  waiting?: readonly WaitingRecipient[];
}

export type EventType = LedgerEvent['type'];

export type EventOf<Type extends EventType> = Extract<LedgerEvent, { type: Type }>;
