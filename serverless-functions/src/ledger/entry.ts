import { BOUNCE_REASONS, DELIVERY_OUTCOMES } from '@callback-and-voicemail/contract/bounce-reasons';
import { EMAIL_PROBLEMS, type EmailProblem } from '@callback-and-voicemail/contract/email-problems';
import { CALLER_VERDICTS } from '@callback-and-voicemail/contract/flex-api';
import {
  choice,
  dictionary,
  type Infer,
  list,
  number,
  object,
  optional,
  text,
  timestamp,
  union,
  withFallback,
} from '@callback-and-voicemail/contract/schema';
import { TASK_LOSSES } from '@callback-and-voicemail/contract/task-losses';
import { callbackEntryId, voicemailEntryId } from './entry-id';
import { erasureSchema } from './erasure';

/**
 * A ledger entry holds everything needed to finish one voicemail or callback, even if the invocation that began it dies.
 * Schema and type are one: entries are parsed when they are read back from Sync. The state of each step decides which
 * fields it has. `transitions.ts` says what each event does to an entry; `ledger.ts` reads and writes entries.
 *
 * All times are milliseconds since 1970.
 */

/** Marks a step as being worked on. Past `until` another invocation may take the step over. */
const leaseSchema = object({ owner: text(), until: timestamp() });

const time = timestamp();
const optionalText = optional(text());
/** A problem that a newer version stored is read as `unknown`. */
const emailProblem = optional(withFallback(choice(...EMAIL_PROBLEMS), 'unknown'));
const optionalNumber = optional(number());
const optionalFlag = optional(choice(true));
/** Somebody deletes the recording. From then on a sweep completes what is left of that, and checks it. */
const deletionDueAt = optional(time);
/** Retention deletes it, and no person. */
const deletedByRule = optionalFlag;
/** A request to create the task may still be carried out until then: no other is made. */
const creationUncertainUntil = optional(time);

const recordingSchema = union(
  'state',
  /** Twilio has not reported a recording yet. A transcript may have shown which one it will be. */
  object({ state: choice('recording'), recordingSid: optionalText, checkAt: time }),
  /** While the message is under review, `checkAt` is when the sweep looks whether the caller has hung up. */
  object({
    state: choice('completed'),
    recordingSid: text(),
    seconds: optionalNumber,
    completedAt: time,
    checkAt: optional(time),
    deletionDueAt,
    deletedByRule,
  }),
  object({
    state: choice('deleted'),
    recordingSid: text(),
    seconds: optionalNumber,
    completedAt: time,
    deletionDueAt,
    deletedByRule,
  }),
  /** The caller spoke, and Twilio could not make a recording of it. The mail says so. */
  object({ state: choice('failed'), recordingSid: optionalText, seconds: optionalNumber, completedAt: time }),
  /**
   * There is no message: `none`, the caller said nothing; `withdrawn`, the caller stayed in line; `superseded`, another
   * attempt of the call took its place. A discarded message keeps what is known of its recording: it may be restored.
   */
  object({ state: choice('none', 'withdrawn', 'superseded'), recordingSid: optionalText, seconds: optionalNumber }),
);

const taskFields = {
  type: choice('callback', 'voicemail'),
  attempts: number(),
  runAt: time,
  /** Tasks that this one replaces: an agent requeued them, or they were lost; newest last. */
  previousSids: optional(list(text())),
  /** Set when a lost task was replaced without a person: that happens once. */
  replacedAt: optional(time),
  /** When the task was wanted, where that is later than the entry: it was put back. */
  wantedSince: optional(time),
};
/** Set when the number was changed: by then the sweep makes sure that the task shows it. */
const numberSyncDueAt = optional(time);
const taskSchema = union(
  'state',
  /** To be created once it is due. `reason` is the code of the last failure. */
  object({
    ...taskFields,
    state: choice('pending'),
    lease: optional(leaseSchema),
    creationUncertainUntil,
    reason: optionalText,
    numberSyncDueAt,
  }),
  /** `closed`: it was handled, and nothing is left to check. */
  object({
    ...taskFields,
    state: choice('created'),
    sid: text(),
    createdAt: time,
    closed: optionalFlag,
    handledAt: optional(time),
    handledBy: optionalText,
    numberSyncDueAt,
  }),
  /** Nobody handled it, and it does not exist any more. `reason` is TaskRouter's, or the code of the last failure. */
  object({
    ...taskFields,
    state: choice('lost'),
    sid: optionalText,
    createdAt: optional(time),
    loss: withFallback(choice(...TASK_LOSSES), 'unknown'),
    lostAt: time,
    reason: optionalText,
  }),
  /** It was, or may have been, created, and must be canceled. */
  object({
    ...taskFields,
    state: choice('withdrawing'),
    sid: optionalText,
    lease: optional(leaseSchema),
    creationUncertainUntil,
    reason: optionalText,
  }),
  /** No task is wanted. An agent who had accepted a withdrawn one still has it. */
  object({ ...taskFields, state: choice('none'), sid: optionalText, reason: optionalText }),
);

/** What the provider reported last of a recipient's mail: see `recipient-deliveries.ts`. */
const deliverySchema = object({
  /** An outcome that a newer version stored is read as not final. */
  outcome: withFallback(choice(...DELIVERY_OUTCOMES), 'deferred'),
  /** Of a bounce. */
  reason: optional(withFallback(choice(...BOUNCE_REASONS), 'unknown')),
  /** Of the recipient's mail server, which did not take it, or not yet: one line without addresses. */
  words: optionalText,
  /** When it happened, by the provider's clock. */
  at: time,
});

/** `accepted` by the provider, or `refused` by all providers, for that reason. */
const recipientOutcomeSchema = object({
  address: text(),
  state: choice('accepted', 'refused'),
  /** Its name, where it is known. */
  provider: optionalText,
  problem: emailProblem,
  delivery: optional(deliverySchema),
});

const sendingFields = {
  attempts: number(),
  lastError: emailProblem,
  /** The error's code and the provider's words. */
  lastErrorDetail: optionalText,
  /** A response was lost at that time, so the email may have been sent: the provider is queried before it is resent. */
  deliveryUncertainSince: optional(time),
  /** How often the recording could not be fetched for it. */
  recordingFetchFailures: optionalNumber,
  /** Why it is sent without the recording. */
  recordingOmitted: optional(choice('too-large', 'gone')),
  /** A supervisor, or the fall-back, wants it again: retries end that long after this, not after the recording. */
  resendRequestedAt: optional(time),
  /** When supervisors requested it again, of late: see `resendAllowedAt`. */
  resends: optional(list(time)),
  /** It sums up voicemails of its caller: the Sync document that lists them (ADR 0122). */
  carries: optionalText,
  /** The entry that tells of those others instead, since this one's email will not. */
  heir: optionalText,
  /** Recipients who have it already, or never will; it is sent to the others. */
  settled: optional(list(recipientOutcomeSchema)),
  /** Of an email that is partly done: some of those who have none yet, how many they are, and what each waits for. */
  waiting: optional(list(object({ address: text(), problem: emailProblem }))),
  waitingCount: optionalNumber,
  /** None of its recipients could be reached: it goes to this address instead, once (ADR 0129). */
  fallback: optionalText,
};
const sendingSchema = object(sendingFields);
/** The fields that an unsent or failed email has in every state. */
export type SendingFields = Infer<typeof sendingSchema>;
export const SENDING_FIELDS = Object.keys(sendingFields) as (keyof SendingFields)[];
const emailSchema = union(
  'state',
  object({ state: choice('off'), lastError: emailProblem, heir: optionalText }),
  object({ ...sendingFields, state: choice('pending'), runAt: time }),
  object({ ...sendingFields, state: choice('sending'), lease: leaseSchema }),
  /** `recipients` may be cut short to fit into a Sync document; `recipientCount` is always complete. */
  object({
    state: choice('sent'),
    sentAt: time,
    attempts: number(),
    providerId: optionalText,
    recipients: list(recipientOutcomeSchema),
    recipientCount: number(),
    possibleDuplicate: optionalFlag,
    /** How many other voicemails it summed up. */
    others: optionalNumber,
    fallback: optionalText,
    resends: sendingFields.resends,
  }),
  /** Not sent singly: the mail of the entry `carrier`, due at `until`, tells of it. */
  object({ state: choice('summarized'), carrier: text(), until: time }),
  object({
    ...sendingFields,
    state: choice('failed'),
    recipients: list(recipientOutcomeSchema),
    recipientCount: number(),
  }),
);

/** The short email that says that a voicemail was handled, to those who got the one about it. */
const closingFields = {
  attempts: number(),
  /** Digests of those who get it no more: they have it, may have it, or were refused. */
  settled: optional(list(text())),
};
const closingSchema = union(
  'state',
  object({ ...closingFields, state: choice('pending'), runAt: time }),
  object({ ...closingFields, state: choice('sending'), lease: leaseSchema }),
  /** `dropped`: it may have been sent, or could not be for a day. It is not worth a second one. */
  object({ state: choice('sent', 'dropped'), at: time }),
);

const transcriptSchema = union(
  'state',
  object({ state: choice('none', 'failed') }),
  object({ state: choice('pending'), giveUpAt: time }),
  object({ state: choice('ready'), text: text() }),
);

/**
 * The automated calls that ask at the number to call whether the callback is wanted (ADR 0123). Of `number-changed` and
 * of a new booking at another number nothing of it is left.
 */
const confirmationSchema = object({
  state: choice('calling', 'confirmed', 'declined', 'unanswered'),
  /** Names the latest call before Twilio has; its URLs carry it. */
  ask: text(),
  /** How many calls were, or may have been, made. */
  asks: number(),
  /** When the latest one was begun, or was answered with a key. */
  at: time,
  /** Absent until it is known. */
  callSid: optionalText,
});

/** The recipient who has taken it from the email, while it is theirs (ADR 0135). */
const takenSchema = object({ address: text(), name: optionalText, at: time });

/** An email that a recipient wants again at that time, unless it is handled by then. */
const reminderSchema = object({
  address: text(),
  runAt: time,
  /** The first `runAt`, once it could not be sent then. */
  wantedAt: optional(time),
  attempts: number(),
  lease: optional(leaseSchema),
});

/** The newest call that connects the recipient `address` with the caller: it rings the recipient first. */
const inboxCallSchema = object({
  /** `connecting`: the recipient has answered with a key, and the caller is called. */
  state: choice('calling', 'connecting', 'ended'),
  /** Names the call before Twilio has; its URLs carry it. */
  attempt: text(),
  /** How many calls were, or may have been, made for this entry. */
  calls: number(),
  address: text(),
  /** When it was begun, or has ended. */
  at: time,
  /** Of the recipient's call. Absent until it is known. */
  callSid: optionalText,
  outcome: optional(withFallback(choice('spoke', 'not-reached', 'not-answered', 'failed', 'unknown'), 'unknown')),
  /** How long they spoke. */
  seconds: optionalNumber,
});

/** A document with a higher one was written by a later release. */
export const ENTRY_VERSION = 1;

export const ledgerEntrySchema = object({
  version: choice(ENTRY_VERSION),
  /** See `entry-id.ts`. */
  id: text(),
  /** Signs the entry's tasks. Absent in entries of earlier versions. */
  taskKey: optionalText,
  /** Empty for a callback that was not requested in a call. */
  callSid: text(),
  /** Counts the recordings of one call from 1; part of every webhook URL. */
  attempt: number(),
  from: text(),
  to: text(),
  callerName: optionalText,
  /** What the carriers say of `from`; absent when they said nothing. */
  callerVerdict: optional(withFallback(choice(...CALLER_VERDICTS), 'unverified')),
  /** Where to call back, in E.164, when that is not `from`. */
  numberToCall: optionalText,
  /** When another call changed that number. All that ties the two calls is the number they showed. */
  numberChangedAt: optional(time),
  confirmation: optional(confirmationSchema),
  queueName: text(),
  workflowSid: text(),
  priority: number(),
  /** How often agents have tried to call back. */
  callbackAttempts: optionalNumber,
  /** Workers who have listened to the message, in that order. */
  listenedBy: optional(list(object({ worker: text(), workerSid: text(), at: time }))),
  /** The worker who has the task `taskSid`, recorded when they open it. */
  assignee: optional(object({ worker: text(), workerSid: text(), taskSid: text(), at: time })),
  /** The lifetime of the task; absent: `TASK_TIMEOUT_SECONDS`. */
  taskTimeoutSeconds: optionalNumber,
  /**
   * A callback is being booked: the caller may still hold a place in line. When no invocation works on it any more, the
   * queue task decides what becomes of it.
   */
  booking: optionalFlag,
  /** The Sync document that names the active callback of this caller and queue. */
  activeCallback: optionalText,
  /** Attributes of the queue task that routing may use. */
  routing: dictionary(),
  /** The task of the call that waited in line. */
  queueTaskSid: optionalText,
  /**
   * `open`: the caller is listening to the message, which is not used before they send it or hang up. `discarded`: they
   * chose to record another; without another it is restored.
   */
  review: optional(choice('open', 'discarded')),
  /** The queue task was canceled for this entry, so the caller was promised something. */
  dequeued: optionalFlag,
  /** Links our task to the task of the call in Flex Insights. */
  conversationId: text(),
  waitingSince: time,
  language: text(),
  createdAt: time,
  /** When the entry was written only to make a write void that may be carried out late. */
  lateWriteVoidedAt: optional(time),
  /** Makes it a tombstone: its personal data were deleted, and nothing brings them back. */
  erasure: optional(erasureSchema),
  /** The key that lists this entry in the index of due entries; absent once nothing is left to do. */
  indexKey: optionalText,
  recording: recordingSchema,
  task: taskSchema,
  email: emailSchema,
  /** Absent while the voicemail is not handled, and where the settings want no such email. */
  closing: optional(closingSchema),
  taken: optional(takenSchema),
  /** By then the sweep makes sure that the task shows who has taken it, or that nobody has. */
  takenSyncDueAt: optional(time),
  reminders: optional(list(reminderSchema)),
  inboxCall: optional(inboxCallSchema),
  transcript: transcriptSchema,
});

export type LedgerEntry = Infer<typeof ledgerEntrySchema>;
/** What a task inherits from the call that waited in the queue. */
export type QueuePosition = Pick<
  LedgerEntry,
  'queueName' | 'workflowSid' | 'priority' | 'routing' | 'conversationId' | 'waitingSince'
>;
export type Lease = Infer<typeof leaseSchema>;
export type RecipientOutcome = Infer<typeof recipientOutcomeSchema>;
export type WaitingRecipient = NonNullable<SendingFields['waiting']>[number];
export type RecipientDelivery = Infer<typeof deliverySchema>;
export type RecordingState = LedgerEntry['recording']['state'];
export type TaskState = LedgerEntry['task']['state'];
export type EmailState = LedgerEntry['email']['state'];
export type Confirmation = Infer<typeof confirmationSchema>;
export type InboxCall = Infer<typeof inboxCallSchema>;
export type TranscriptState = LedgerEntry['transcript']['state'];
type StepIn<Step extends { state: string }, State extends string> = Step extends { state: infer S extends string }
  ? [Extract<S, State>] extends [never]
    ? never
    : Step & { state: Extract<S, State> }
  : never;
export type RecordingIn<State extends RecordingState> = StepIn<LedgerEntry['recording'], State>;
export type TaskIn<State extends TaskState> = StepIn<LedgerEntry['task'], State>;
export type EmailIn<State extends EmailState> = StepIn<LedgerEntry['email'], State>;

/** An entry whose email step this invocation has claimed. */
export type SendableEntry = LedgerEntry & { recording: RecordingIn<'completed' | 'failed'>; email: EmailIn<'sending'> };

export function isSendable(entry: LedgerEntry): entry is SendableEntry {
  return isMailWorthy(entry) && entry.email.state === 'sending';
}

/** There is something to tell by mail: a message, or that one was lost. */
export function isMailWorthy({ recording }: LedgerEntry): boolean {
  return recording.state === 'completed' || recording.state === 'failed';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How long Sync keeps what belongs to entries, after its last write: longer than any step takes. */
export const LEDGER_TTL_SECONDS = (30 * DAY) / SECOND;
/** A task's lifetime in TaskRouter: a week covers a long weekend and a holiday. */
export const TASK_TIMEOUT_SECONDS = (7 * DAY) / SECOND;
/** How long after the longest possible message the sweep looks for a recording that was never reported. */
const RECORDING_GRACE_MS = MINUTE;
/** How long an entry, and an email that includes the transcript, waits for the transcript. */
const TRANSCRIPT_TIMEOUT_MS = 10 * MINUTE;

/** The reason on a queue task that was canceled for a voicemail. */
export const VOICEMAIL_CANCEL_REASON = 'Opted to leave a voicemail';
/** The reason on a queue task that was canceled for a callback. */
export const CALLBACK_CANCEL_REASON = 'Opted to request a callback';
/** The reason of an entry without a task whose caller is called back by another one. */
export const ALREADY_PROMISED_REASON = 'Chose voicemail and left no message; a callback is promised already';
/** The reason on a callback's task that is not wanted any more. */
export const WITHDRAWN_TASK_REASON = 'Callback withdrawn: the caller was connected or stayed in line';

export type VoicemailDetails = Pick<
  LedgerEntry,
  | 'callSid'
  | 'attempt'
  | 'from'
  | 'to'
  | 'callerName'
  | 'callerVerdict'
  | 'queueName'
  | 'workflowSid'
  | 'priority'
  | 'routing'
  | 'queueTaskSid'
  | 'conversationId'
  | 'waitingSince'
  | 'language'
> & { taskKey: string };

/** A voicemail whose recording is about to start. */
export function newVoicemailEntry(
  details: VoicemailDetails,
  limits: { maxRecordingSeconds: number; transcribed: boolean; reviewed?: boolean },
  now: number,
): LedgerEntry {
  const longestMessageEndsAt = now + limits.maxRecordingSeconds * SECOND;
  return {
    version: 1,
    id: voicemailEntryId(details.callSid, details.attempt),
    ...details,
    review: limits.reviewed ? 'open' : undefined,
    createdAt: now,
    recording: { state: 'recording', checkAt: longestMessageEndsAt + RECORDING_GRACE_MS },
    task: { state: 'pending', type: 'voicemail', attempts: 0, runAt: now },
    email: { state: 'pending', attempts: 0, runAt: now },
    transcript: limits.transcribed
      ? { state: 'pending', giveUpAt: longestMessageEndsAt + TRANSCRIPT_TIMEOUT_MS }
      : { state: 'none' },
  };
}

export type CallbackDetails = Omit<VoicemailDetails, 'attempt'> &
  Pick<LedgerEntry, 'numberToCall' | 'callbackAttempts' | 'taskTimeoutSeconds' | 'activeCallback'>;

/** A callback without recording, transcript or email: only its task is to be created. */
export function newCallbackEntry(id: string, details: CallbackDetails, now: number): LedgerEntry {
  return {
    version: 1,
    id,
    attempt: 1,
    ...details,
    createdAt: now,
    recording: { state: 'none' },
    task: { state: 'pending', type: 'callback', attempts: 0, runAt: now },
    email: { state: 'off' },
    transcript: { state: 'none' },
  };
}

/** A callback that `owner` is booking for a caller in line: it is not promised yet. */
export function newBookingEntry(details: CallbackDetails, lease: Lease, now: number): LedgerEntry {
  const entry = newCallbackEntry(callbackEntryId(details.callSid), details, now);
  return {
    ...entry,
    booking: true,
    task: { state: 'pending', type: 'callback', attempts: 1, runAt: now, lease },
  };
}

/** The number an agent is to call, in E.164. */
export function numberToCall(entry: LedgerEntry): string {
  return entry.numberToCall ?? entry.from;
}

/** The entry's task at TaskRouter, as far as it is known. */
export function currentTaskSid({ task }: LedgerEntry): string | undefined {
  return task.state === 'pending' ? undefined : task.sid;
}

export function transcriptText({ transcript }: LedgerEntry): string | undefined {
  return transcript.state === 'ready' ? transcript.text : undefined;
}

/** Seconds the recorded message lasts. */
export function recordingSeconds({ recording }: LedgerEntry): number | undefined {
  return recording.state === 'completed' || recording.state === 'deleted' ? recording.seconds : undefined;
}

/** The error's code and the provider's words for `emailError`. */
export function emailErrorDetail({ email }: LedgerEntry): string | undefined {
  return 'lastErrorDetail' in email ? email.lastErrorDetail : undefined;
}

/** The code of what went wrong with the email last; undefined once it was sent. */
export function emailError({ email }: LedgerEntry): EmailProblem | undefined {
  return 'lastError' in email ? email.lastError : undefined;
}

/** How many recipients the email was sent to, or was refused for. */
export function recipientCount({ email }: LedgerEntry): number {
  return email.state === 'sent' || email.state === 'failed' ? email.recipientCount : 0;
}

/** True while the caller may still record another message in place of this one. */
export function isUnderReview({ review }: LedgerEntry): boolean {
  return review === 'open';
}

/** True while the email waits to sum up other voicemails of its caller. */
export function isCarrier({ email }: LedgerEntry): boolean {
  return (email.state === 'pending' || email.state === 'sending') && email.carries !== undefined;
}

/** True while the email is still to be sent. */
export function isEmailOpen({ email }: LedgerEntry): boolean {
  return email.state === 'pending' || email.state === 'sending';
}

/** True while the email that says that it was handled is still to be sent. */
export function isClosingOpen({ closing }: LedgerEntry): boolean {
  return closing?.state === 'pending' || closing?.state === 'sending';
}

/** True while a callback is promised and no agent has handled it. */
export function isPromised({ task, booking }: LedgerEntry): boolean {
  if (booking) return false;
  return task.state === 'pending' || (task.state === 'created' && !task.closed);
}
