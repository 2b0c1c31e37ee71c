import type { EmailProblem, TaskLoss } from '@callback-and-voicemail/contract';
import {
  type EmailIn,
  type EmailState,
  isPromised,
  isUnderReview,
  type LedgerEntry,
  numberToCall,
  type QueuePosition,
  type RecipientOutcome,
  type RecordingIn,
  type RecordingState,
  recordingSeconds,
  type TaskIn,
  type TaskState,
  type TranscriptState,
  WITHDRAWN_TASK_REASON,
} from './entry';
import {
  backoff,
  creationUncertainUntil,
  isEmailClaimable,
  isLeased,
  isTaskClaimable,
  LATE_EXECUTION_MS,
  LEASE_MS,
  newLease,
  recentResends,
  resendAllowedAt,
  taskLifetimeSeconds,
  transcriptWaitEndsAt,
} from './schedule';
import { truncateBytes } from './truncate';

/** An event that happens to an entry. An event that comes late, twice, or in the wrong state changes nothing. */
export type LedgerEvent =
  // Recording
  | { type: 'recording-completed'; recordingSid: string; seconds?: number }
  /** A transcript arrived first: it shows which recording there is. */
  | { type: 'recording-announced'; recordingSid: string; checkAt: number }
  | { type: 'recording-check-rescheduled'; checkAt: number }
  | { type: 'deletion-begun' }
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
  | { type: 'task-claimed'; owner: string }
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
  | { type: 'email-claimed'; owner: string; sendWhen: 'recorded' | 'transcribed' }
  | { type: 'email-sent'; providerId?: string; recipients: RecipientOutcome[]; possibleDuplicate: boolean }
  | { type: 'email-switched-off' }
  | { type: 'email-failed'; lastError: EmailProblem; lastErrorDetail?: string; recipients: RecipientOutcome[] }
  | ({ type: 'email-deferred' } & EmailDeferral)
  /** A supervisor wants the email sent again, or now. */
  | { type: 'resend-requested' }
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
  recordingOmitted?: 'too-large' | 'gone';
  /** The recording could not be fetched. */
  recordingFetchFailed?: boolean;
  /** Nothing was sent (no settings, no key): the provider's health is unchanged. */
  notAttempted?: boolean;
}

export type EventType = LedgerEvent['type'];
type EventOf<Type extends EventType> = Extract<LedgerEvent, { type: Type }>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When to look whether the caller of a message under review has hung up: longer than anyone listens. */
const REVIEW_TIMEOUT_MS = 5 * MINUTE;
/** An email is retried for three days: a weekend with a wrong key loses nothing. */
export const EMAIL_GIVE_UP_MS = 3 * DAY;
const RETRY_WITHDRAWAL_MS = MINUTE;
/** Longer than the invocation lives that changed the number. */
const NUMBER_SYNC_DELAY_MS = 15_000;
/** A rebuilt entry holds at most this much of the transcript: the whole document stays below 10 KiB. */
const MAX_TRANSCRIPT_BYTES = 3_000;
/** Enough to tell a previous task from the current one while TaskRouter remembers both: five minutes after its end. */
const MAX_PREVIOUS_SIDS = 10;
const MAX_LISTENERS = 20;

/** The states in which an event applies. A step that is left out may be in any state. */
interface When<
  R extends RecordingState = RecordingState,
  T extends TaskState = TaskState,
  E extends EmailState = EmailState,
> {
  recording?: readonly R[];
  task?: readonly T[];
  email?: readonly E[];
  transcript?: readonly TranscriptState[];
  review?: readonly ('open' | 'discarded' | undefined)[];
  booking?: readonly (true | undefined)[];
}
type EntryIn<R extends RecordingState, T extends TaskState, E extends EmailState> = LedgerEntry & {
  recording: RecordingIn<R>;
  task: TaskIn<T>;
  email: EmailIn<E>;
};
type Change = Partial<LedgerEntry>;
interface Row<Type extends EventType> {
  when: When;
  change: (entry: LedgerEntry, event: EventOf<Type>, now: number) => Change | undefined;
}

/** @param change what changes in an entry in these states; undefined when nothing does */
function on<
  Type extends EventType,
  R extends RecordingState = RecordingState,
  T extends TaskState = TaskState,
  E extends EmailState = EmailState,
>(
  when: When<R, T, E>,
  change: (entry: EntryIn<R, T, E>, event: EventOf<Type>, now: number) => Change | undefined,
): Row<Type> {
  // `transition` checks `when` first, which is what the narrower type says.
  return { when, change: change as Row<Type>['change'] };
}

const NO_MESSAGE_YET = ['recording', 'none', 'failed', 'withdrawn', 'superseded'] as const;
const NOT_DELETED = [...NO_MESSAGE_YET, 'completed'] as const;
const UNSENT = ['pending', 'sending'] as const;
const PROMISABLE = ['pending', 'created'] as const;

/** Which event changes what, in which states. Everywhere else an event leaves the entry as it is. */
export const TRANSITIONS: { readonly [Type in EventType]: Row<Type> } = {
  // recording
  'recording-completed': on({ recording: NO_MESSAGE_YET }, (entry, event, now) =>
    entry.review === 'discarded' ? noteDiscardedRecording(event) : completeRecording(entry, event, now),
  ),
  'recording-announced': on({ recording: ['recording'] }, (_, { recordingSid, checkAt }) => ({
    recording: { state: 'recording', recordingSid, checkAt },
  })),
  'recording-check-rescheduled': on({ recording: ['recording', 'completed'] }, ({ recording }, { checkAt }) => ({
    recording: { ...recording, checkAt },
  })),
  'deletion-begun': on({ recording: ['completed'] }, ({ recording }, _, now) => ({
    recording: { ...recording, deletionDueAt: now + LEASE_MS },
  })),
  'deletion-failed': on({ recording: ['completed'] }, ({ recording }) =>
    recording.deletionDueAt === undefined ? undefined : { recording: { ...recording, deletionDueAt: undefined } },
  ),
  'recording-deleted': on({ recording: ['completed'] }, deleteRecording),
  'deletion-checked': on({ recording: ['deleted'] }, ({ recording }) =>
    recording.deletionDueAt === undefined ? undefined : { recording: { ...recording, deletionDueAt: undefined } },
  ),
  'review-ended': on({ review: ['open'] }, () => ({ review: undefined })),
  'message-discarded': on({ recording: NOT_DELETED, review: ['open'] }, (entry, { recordingSid }) => ({
    review: 'discarded',
    recording: { state: 'superseded', recordingSid, seconds: recordingSeconds(entry) },
    email: { state: 'off' },
    task: noTask(entry, 'The caller recorded another message'),
  })),
  'message-restored': on({ recording: ['superseded'], review: ['discarded'] }, restoreMessage),
  'no-message-left': on({ recording: ['recording'] }, (entry, event, now) => ({
    ...(event.recordingFailed ? failRecording(entry, now) : withoutMessage(entry, 'none')),
    task: event.followUp === 'callback' ? callbackTask(entry, now) : noTask(entry, event.reason),
  })),
  'attempt-closed': on({ recording: ['recording'] }, (entry, { as, reason }) => ({
    ...withoutMessage(entry, as),
    task: noTask(entry, reason),
  })),

  // transcript
  'transcript-received': on({ transcript: ['none', 'pending', 'failed'], recording: NOT_DELETED }, receiveTranscript),
  'transcript-timed-out': on({ transcript: ['pending'] }, ({ transcript }, _, now) =>
    transcript.state === 'pending' && transcript.giveUpAt <= now ? { transcript: { state: 'failed' } } : undefined,
  ),

  // queue and booking
  'caller-dequeued': on({}, ({ dequeued }) => (dequeued ? undefined : { dequeued: true })),
  'queue-position-read': on({}, (_, { position }) => position),
  'booking-claimed': on({}, claimBooking),
  'booking-confirmed': on({ booking: [true], task: ['pending'] }, confirmBooking),
  'callback-withdrawn': on({ task: ['pending', 'withdrawing'] }, withdrawCallback),
  'withdrawal-claimed': on({ task: ['withdrawing'] }, (entry, { owner }, now) => {
    const { task } = entry;
    if (isLeased(entry, now)) return undefined;
    return { task: { ...task, lease: newLease(owner, now), attempts: task.attempts + 1 } };
  }),
  'withdrawal-completed': on({ task: ['withdrawing'] }, (entry) => ({ task: noTask(entry, entry.task.reason) })),
  'withdrawal-failed': on({ task: ['withdrawing'] }, ({ task }, _, now) => ({
    task: { ...task, lease: undefined, runAt: now + RETRY_WITHDRAWAL_MS },
  })),
  'number-changed': on({ task: PROMISABLE }, (entry, { number, changedAt }, now) => {
    if (!isPromised(entry) || numberToCall(entry) === number) return undefined;
    const numberChangedAt = changedAt;
    return {
      ...callBackAt(entry, number),
      numberChangedAt,
      task: { ...entry.task, numberSyncDueAt: now + NUMBER_SYNC_DELAY_MS },
    };
  }),
  'number-synced': on({ task: PROMISABLE }, (entry, { number }) => {
    if (entry.task.numberSyncDueAt === undefined || numberToCall(entry) !== number) return undefined;
    return { task: { ...entry.task, numberSyncDueAt: undefined } };
  }),

  // task
  'task-claimed': on({ task: ['pending'] }, (entry, { owner }, now) => {
    const { task } = entry;
    if (!isTaskClaimable(entry, now)) return undefined;
    return {
      task: { ...task, lease: newLease(owner, now), creationUncertainUntil: undefined, attempts: task.attempts + 1 },
    };
  }),
  'task-created': on({ task: ['pending'] }, (entry, { taskSid }, now) => ({ task: createdTask(entry, taskSid, now) })),
  'task-creation-failed': on({ task: ['pending'] }, failTaskCreation),
  'task-lost': on({ task: ['created'] }, loseTask),
  'task-handled': on({ task: ['created'] }, ({ task }, { taskSid, at, worker }) =>
    task.closed || task.sid !== taskSid
      ? undefined
      : { task: { ...task, closed: true, handledAt: at, handledBy: worker } },
  ),
  'task-still-open': on({ task: ['created'] }, ({ task }, _, now) => ({ task: { ...task, runAt: now + HOUR } })),
  'surplus-tasks-found': on({ task: ['created', 'none'] }, noteSurplusTasks),
  'task-requeued': on({ task: ['created'] }, requeueTask),
  'task-restored': on({ task: ['created', 'lost'] }, restoreTask),
  'requeue-reverted': on({ task: ['pending'] }, revertRequeue),
  'late-write-voided': on({}, (_entry, _event, now) => ({ lateWriteVoidedAt: now })),
  'creation-revoked': on({ task: ['pending'] }, (entry) => ({ task: noTask(entry), email: { state: 'off' } })),

  // email
  'email-awaits-transcript': on({ email: ['pending'], transcript: ['pending'] }, awaitTranscript),
  'email-claimed': on({ email: UNSENT }, claimEmail),
  'email-sent': on({ email: UNSENT }, ({ email }, event, now) => ({
    email: {
      state: 'sent',
      sentAt: now,
      attempts: email.attempts,
      providerId: event.providerId,
      recipients: event.recipients,
      recipientCount: event.recipients.length,
      possibleDuplicate: event.possibleDuplicate || undefined,
    },
  })),
  'email-switched-off': on({ email: UNSENT }, () => ({ email: { state: 'off' } })),
  'email-failed': on({ email: UNSENT }, ({ email }, { lastError, lastErrorDetail, recipients }) => ({
    email: {
      ...sending(email),
      state: 'failed',
      lastError,
      lastErrorDetail,
      recipients,
      recipientCount: recipients.length,
    },
  })),
  'email-deferred': on({ email: UNSENT }, deferEmail),
  'resend-requested': on(
    { recording: ['completed', 'failed'], review: [undefined], email: ['pending', 'failed'] },
    resendEmail,
  ),

  // agents
  'message-heard': on({}, (entry, { worker, workerSid }, now) =>
    hasListened(entry, workerSid)
      ? undefined
      : { listenedBy: [...(entry.listenedBy ?? []), { worker, workerSid, at: now }] },
  ),
  'task-opened': on({ task: ['created'] }, (entry, { taskSid, worker, workerSid }, now) =>
    entry.task.sid === taskSid && needsAssignee(entry, workerSid)
      ? { assignee: { worker, workerSid, taskSid, at: now } }
      : undefined,
  ),
};

/**
 * What an event makes of an entry. Pure.
 * @param now milliseconds since 1970
 * @returns the entry itself when the event changes nothing
 */
export function transition(entry: LedgerEntry, event: LedgerEvent, now: number): LedgerEntry {
  const { when, change } = TRANSITIONS[event.type] as Row<EventType>;
  const changed = appliesIn(when, entry) ? change(entry, event, now) : undefined;
  return changed === undefined ? entry : { ...entry, ...changed };
}

/** Applies several events, which happened in that order. */
export function transitionAll(entry: LedgerEntry, events: readonly LedgerEvent[], now: number): LedgerEntry {
  return events.reduce((current, event) => transition(current, event, now), entry);
}

function appliesIn(when: When, { recording, task, email, transcript, review, booking }: LedgerEntry): boolean {
  return (
    (when.recording?.includes(recording.state) ?? true) &&
    (when.task?.includes(task.state) ?? true) &&
    (when.email?.includes(email.state) ?? true) &&
    (when.transcript?.includes(transcript.state) ?? true) &&
    (when.review?.includes(review) ?? true) &&
    (when.booking?.includes(booking) ?? true)
  );
}

/** True when that worker is among those who have listened, or the list is full. */
export function hasListened({ listenedBy = [] }: LedgerEntry, workerSid: string): boolean {
  return listenedBy.length >= MAX_LISTENERS || listenedBy.some((one) => one.workerSid === workerSid);
}

/** True until it is recorded that this worker has the entry's task. */
export function needsAssignee({ task, assignee }: LedgerEntry, workerSid: string): boolean {
  return task.state === 'created' && (assignee?.taskSid !== task.sid || assignee.workerSid !== workerSid);
}

/** The fields that a task has in every state. */
function common({ type, attempts, runAt, previousSids, replacedAt, wantedSince }: LedgerEntry['task']) {
  return { type, attempts, runAt, previousSids, replacedAt, wantedSince };
}

/** What a new task in the place of the current one begins with. */
function replacement({ task }: LedgerEntry, now: number) {
  const previousSids = [...(task.previousSids ?? []), ...(task.state !== 'pending' && task.sid ? [task.sid] : [])];
  return {
    type: task.type,
    state: 'pending' as const,
    runAt: now,
    previousSids: previousSids.slice(-MAX_PREVIOUS_SIDS),
    wantedSince: now,
  };
}

function noTask({ task }: LedgerEntry, reason?: string): TaskIn<'none'> {
  return { ...common(task), state: 'none', sid: task.state === 'pending' ? undefined : task.sid, reason };
}

function callbackTask({ task }: LedgerEntry, now: number): TaskIn<'pending'> {
  return { ...common(task), state: 'pending', type: 'callback', runAt: now };
}

function createdTask(
  { task }: EntryIn<RecordingState, 'pending', EmailState>,
  sid: string,
  now: number,
): TaskIn<'created'> {
  return { ...common(task), state: 'created', sid, createdAt: now, numberSyncDueAt: task.numberSyncDueAt };
}

function callBackAt({ from }: LedgerEntry, number: string): Pick<LedgerEntry, 'numberToCall'> {
  return { numberToCall: number === from ? undefined : number };
}

/** The fields that an unsent or failed email has in every state. */
function sending(email: EmailIn<'pending' | 'sending' | 'failed'>) {
  const {
    attempts,
    lastError,
    lastErrorDetail,
    deliveryUncertainSince,
    recordingFetchFailures,
    recordingOmitted,
    resendRequestedAt,
    resends,
  } = email;
  return {
    attempts,
    lastError,
    lastErrorDetail,
    deliveryUncertainSince,
    recordingFetchFailures,
    recordingOmitted,
    resendRequestedAt,
    resends,
  };
}

type Recorded<R extends RecordingState> = EntryIn<R, TaskState, EmailState>;

function completeRecording(
  entry: Recorded<(typeof NO_MESSAGE_YET)[number]>,
  { recordingSid, seconds }: EventOf<'recording-completed'>,
  now: number,
): Change {
  const { task, email } = entry;
  const checkAt = isUnderReview(entry) ? now + REVIEW_TIMEOUT_MS : undefined;
  return {
    recording: { state: 'completed', recordingSid, seconds, completedAt: now, checkAt },
    task: task.state === 'none' ? { ...common(task), state: 'pending', type: 'voicemail', runAt: now } : task,
    email: email.state === 'off' ? { state: 'pending', attempts: 0, runAt: now } : email,
  };
}

/** Its webhook may come after the caller has chosen to record another message. */
function noteDiscardedRecording({ recordingSid, seconds }: EventOf<'recording-completed'>): Change {
  return { recording: { state: 'superseded', recordingSid, seconds } };
}

function restoreMessage(
  entry: Recorded<'superseded'>,
  _: EventOf<'message-restored'>,
  now: number,
): Change | undefined {
  const { recordingSid, seconds } = entry.recording;
  if (recordingSid === undefined) return undefined;
  const completed = completeRecording(entry, { type: 'recording-completed', recordingSid, seconds }, now);
  return { ...completed, review: undefined };
}

/** The recording and its transcript are gone at Twilio, so an email that is still to be sent is not. */
function deleteRecording(
  { recording, email }: Recorded<'completed'>,
  _: EventOf<'recording-deleted'>,
  now: number,
): Change {
  const { recordingSid, seconds, completedAt } = recording;
  return {
    recording: { state: 'deleted', recordingSid, seconds, completedAt, deletionDueAt: now + LEASE_MS },
    transcript: { state: 'none' },
    email: UNSENT.some((state) => state === email.state) ? { state: 'off', lastError: 'recording-deleted' } : email,
  };
}

/** The mail stays wanted: it tells that a message was lost. */
function failRecording({ recording }: LedgerEntry, now: number) {
  return {
    review: undefined,
    recording: { state: 'failed', recordingSid: recording.recordingSid, completedAt: now },
    transcript: { state: 'none' },
  } satisfies Change;
}

/** A recording that another attempt superseded keeps its sid, so that no other entry takes it. */
function withoutMessage({ recording }: LedgerEntry, state: 'none' | 'withdrawn' | 'superseded') {
  const recordingSid = state === 'none' ? undefined : recording.recordingSid;
  return {
    review: undefined,
    recording: { state, recordingSid },
    email: { state: 'off' },
    transcript: { state: 'none' },
  } satisfies Change;
}

function receiveTranscript({ email }: LedgerEntry, { text = '' }: EventOf<'transcript-received'>, now: number): Change {
  const trimmed = text.trim();
  const isAwaited = email.state === 'pending' && email.attempts === 0 && email.runAt > now;
  return {
    transcript:
      trimmed === '' ? { state: 'failed' } : { state: 'ready', text: truncateBytes(trimmed, MAX_TRANSCRIPT_BYTES) },
    email: isAwaited ? { ...email, runAt: now } : email,
  };
}

/** The first booking of an entry, and each later one: until it is confirmed or withdrawn no one else creates its task. */
function claimBooking(
  entry: LedgerEntry,
  { owner, number }: EventOf<'booking-claimed'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (isPromised(entry) || isLeased(entry, now)) return undefined;
  return {
    ...(number === undefined ? {} : callBackAt(entry, number)),
    booking: true,
    dequeued: undefined,
    task: {
      ...common(task),
      state: 'pending',
      attempts: task.attempts + 1,
      lease: newLease(owner, now),
      // The earlier attempt's request may be on its way: until that is settled the task is only looked for.
      creationUncertainUntil: creationUncertainUntil(entry, now),
    },
  };
}

function confirmBooking(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { taskSid }: EventOf<'booking-confirmed'>,
  now: number,
): Change {
  const { task } = entry;
  return {
    booking: undefined,
    dequeued: true,
    task:
      taskSid === undefined
        ? { ...task, lease: undefined, runAt: task.creationUncertainUntil ?? now }
        : createdTask(entry, taskSid, now),
  };
}

function withdrawCallback(
  entry: EntryIn<RecordingState, 'pending' | 'withdrawing', EmailState>,
  { task: known }: EventOf<'callback-withdrawn'>,
  now: number,
): Change {
  const { task } = entry;
  if (known === 'not-created') return { booking: undefined, task: noTask(entry, WITHDRAWN_TASK_REASON) };
  const isCertain = known !== 'uncertain';
  const previousSid = task.state === 'withdrawing' ? task.sid : undefined;
  return {
    booking: undefined,
    task: {
      ...common(task),
      state: 'withdrawing',
      sid: isCertain ? known.sid : previousSid,
      reason: WITHDRAWN_TASK_REASON,
      runAt: isCertain ? now : now + LATE_EXECUTION_MS,
      creationUncertainUntil: isCertain ? undefined : now + LATE_EXECUTION_MS,
    },
  };
}

function failTaskCreation(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { error, uncertain }: EventOf<'task-creation-failed'>,
  now: number,
): Change {
  const { task } = entry;
  // After a task's whole lifetime no one expects it any more, and the failure must be seen.
  if (now - (task.wantedSince ?? entry.createdAt) > taskLifetimeSeconds(entry) * 1_000)
    return { task: { ...common(task), state: 'lost', loss: 'not-created', lostAt: now, reason: error } };
  const uncertainUntil = uncertain ? now + LATE_EXECUTION_MS : undefined;
  return {
    task: {
      ...task,
      lease: undefined,
      creationUncertainUntil: uncertainUntil,
      runAt: Math.max(uncertainUntil ?? 0, now + backoff(task.attempts)),
      reason: error,
    },
  };
}

/** A new task is to be created by `owner`, one callback attempt further. */
function requeueTask(
  entry: EntryIn<RecordingState, 'created', EmailState>,
  { taskSid, owner }: EventOf<'task-requeued'>,
  now: number,
): Change | undefined {
  const { task, callbackAttempts = 0 } = entry;
  if (task.sid !== taskSid) return undefined;
  return {
    callbackAttempts: callbackAttempts + 1,
    task: { ...replacement(entry, now), attempts: 1, lease: newLease(owner, now) },
  };
}

/** A supervisor puts it back: a new task, without another attempt, since nobody has called. */
function restoreTask(
  entry: EntryIn<RecordingState, 'created' | 'lost', EmailState>,
  { taskSid, owner }: EventOf<'task-restored'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (task.sid !== taskSid || (task.state === 'created' && task.closed)) return undefined;
  return { task: { ...replacement(entry, now), attempts: 1, lease: newLease(owner, now) } };
}

/** They count as previous tasks from then on, so that none of them is taken for the entry's task again. */
function noteSurplusTasks(
  { task }: EntryIn<RecordingState, 'created' | 'none', EmailState>,
  { taskSid, surplus }: EventOf<'surplus-tasks-found'>,
): Change | undefined {
  const { previousSids = [] } = task;
  const known = surplus.filter((sid) => !previousSids.includes(sid));
  const isAdopted = task.state === 'created' && taskSid !== undefined && taskSid !== task.sid && !task.closed;
  if (known.length === 0 && !isAdopted) return undefined;
  const changed = { previousSids: [...previousSids, ...known].slice(-MAX_PREVIOUS_SIDS) };
  return { task: isAdopted ? { ...task, ...changed, sid: taskSid } : { ...task, ...changed } };
}

/** Once, another task takes its place without a person; the second time a person must know. */
function loseTask(
  entry: EntryIn<RecordingState, 'created', EmailState>,
  { taskSid, loss, at, reason, replaceIn }: EventOf<'task-lost'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (task.closed || task.sid !== taskSid) return undefined;
  if (replaceIn !== undefined && task.replacedAt === undefined)
    return {
      workflowSid: replaceIn,
      task: { ...replacement(entry, now), attempts: 0, reason, replacedAt: now },
    };
  const { sid, createdAt } = task;
  return { task: { ...common(task), state: 'lost', sid, createdAt, loss, lostAt: at, reason } };
}

function revertRequeue(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { taskSid }: EventOf<'requeue-reverted'>,
  now: number,
): Change | undefined {
  const { task, callbackAttempts = 0 } = entry;
  if (task.previousSids?.at(-1) !== taskSid) return undefined;
  return {
    callbackAttempts: Math.max(0, callbackAttempts - 1),
    task: { ...createdTask(entry, taskSid, now), previousSids: task.previousSids.slice(0, -1) },
  };
}

/** An email that includes the transcript is due when the transcript arrives, or is given up. */
function awaitTranscript(
  { email, transcript, recording }: EntryIn<RecordingState, TaskState, 'pending'>,
  _event: EventOf<'email-awaits-transcript'>,
  now: number,
): Change | undefined {
  if (email.attempts > 0 || email.runAt > now || email.resendRequestedAt !== undefined) return undefined;
  if (transcript.state !== 'pending' || recording.state !== 'completed') return undefined;
  const runAt = transcriptWaitEndsAt(recording.completedAt, transcript.giveUpAt);
  return runAt <= now ? undefined : { email: { ...email, runAt } };
}

function claimEmail(
  entry: EntryIn<RecordingState, TaskState, 'pending' | 'sending'>,
  { owner, sendWhen }: EventOf<'email-claimed'>,
  now: number,
): Change | undefined {
  const { email } = entry;
  if (!isEmailClaimable(entry, sendWhen, now)) return undefined;
  // The owner of an expired lease may have sent the email until it expired.
  const uncertainSince = email.state === 'sending' ? email.lease.until : undefined;
  return {
    email: {
      ...sending(email),
      state: 'sending',
      lease: newLease(owner, now),
      attempts: email.attempts + 1,
      deliveryUncertainSince: email.deliveryUncertainSince ?? uncertainSince,
    },
  };
}

function deferEmail(
  { email, recording, createdAt }: EntryIn<RecordingState, TaskState, 'pending' | 'sending'>,
  event: EventOf<'email-deferred'>,
  now: number,
): Change {
  const completedAt = 'completedAt' in recording ? recording.completedAt : createdAt;
  const since = email.resendRequestedAt ?? completedAt;
  const next = {
    ...sending(email),
    lastError: event.lastError,
    lastErrorDetail: event.lastErrorDetail,
    recordingOmitted: event.recordingOmitted ?? email.recordingOmitted,
    recordingFetchFailures: (email.recordingFetchFailures ?? 0) + (event.recordingFetchFailed ? 1 : 0) || undefined,
    deliveryUncertainSince: event.deliveryUncertain
      ? (email.deliveryUncertainSince ?? now)
      : email.deliveryUncertainSince,
  };
  if (now - since > EMAIL_GIVE_UP_MS) return { email: { ...next, state: 'failed', recipients: [], recipientCount: 0 } };
  return { email: { ...next, state: 'pending', runAt: now + backoff(email.attempts) } };
}

/** Due at once, with as many attempts as at first. An earlier uncertain delivery is not forgotten. */
function resendEmail(
  { email }: EntryIn<'completed' | 'failed', TaskState, 'pending' | 'failed'>,
  _event: EventOf<'resend-requested'>,
  now: number,
): Change | undefined {
  if (email.state === 'pending' && email.runAt <= now) return undefined;
  if (resendAllowedAt(email, now) > now) return undefined;
  return {
    email: {
      ...sending(email),
      state: 'pending',
      attempts: 0,
      runAt: now,
      recordingFetchFailures: undefined,
      // A recording that is too large for one provider may not be for the next; one that is gone stays gone.
      recordingOmitted: email.recordingOmitted === 'gone' ? 'gone' : undefined,
      resendRequestedAt: now,
      resends: [...recentResends(email, now), now],
    },
  };
}
