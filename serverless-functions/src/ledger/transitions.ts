import { beginClosing, claimClosing, deferClosing, finishClosing, skipClosing } from './closing-changes';
import { answerAsking, beginAsking, endAsking, placeAsking, undoAsking } from './confirmation-changes';
import {
  awaitTranscript,
  carryOthers,
  claimEmail,
  deferEmail,
  inheritOthers,
  receiveTranscript,
  reportDelivery,
  requestFallback,
  resendEmail,
  sending,
  withSettled,
} from './email-changes';
import {
  type EmailIn,
  type EmailState,
  isPromised,
  type LedgerEntry,
  numberToCall,
  type RecipientOutcome,
  type RecordingState,
  recordingSeconds,
  type TaskState,
  type TranscriptState,
} from './entry';
import { type Change, type EntryIn, UNSENT } from './entry-in';
import { changeTombstone, eraseEntry, isErased } from './erasure-changes';
import type { EventOf, EventType, LedgerEvent } from './events';
import {
  beginInboxCall,
  claimReminders,
  connectInboxCall,
  deferReminders,
  endInboxCall,
  finishReminders,
  giveBack,
  noteTakenSynced,
  placeInboxCall,
  requestReminder,
  takeFromInbox,
  undoInboxCall,
} from './inbox-changes';
import { noteWaiting } from './recipient-states';
import {
  completeRecording,
  deleteRecording,
  failRecording,
  NO_MESSAGE_YET,
  noteDiscardedRecording,
  restoreMessage,
  withoutMessage,
} from './recording-changes';
import { isLeased, isTaskClaimable, LEASE_MS, newLease } from './schedule';
import {
  callBackAt,
  callbackTask,
  claimBooking,
  confirmBooking,
  createdTask,
  failTaskCreation,
  loseTask,
  NUMBER_SYNC_DELAY_MS,
  noTask,
  noteSurplusTasks,
  RETRY_WITHDRAWAL_MS,
  requeueTask,
  restoreTask,
  revertRequeue,
  withdrawCallback,
} from './task-changes';

/** When the sweep looks again at a task that is still open. */
const TASK_LOOK_INTERVAL_MS = 60 * 60_000;
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

const NOT_DELETED = [...NO_MESSAGE_YET, 'completed'] as const;
const PROMISABLE = ['pending', 'created'] as const;
/** An email that a provider may have been given. */
const REPORTABLE = [...UNSENT, 'sent', 'failed'] as const;
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
  'deletion-begun': on({ recording: ['completed'] }, ({ recording }, { byRule }, now) => ({
    recording: { ...recording, deletionDueAt: now + LEASE_MS, deletedByRule: byRule },
  })),
  'deletion-failed': on({ recording: ['completed'] }, ({ recording }) =>
    recording.deletionDueAt === undefined
      ? undefined
      : { recording: { ...recording, deletionDueAt: undefined, deletedByRule: undefined } },
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
  'task-claimed': on({ task: ['pending'] }, (entry, { owner, leaseMs }, now) => {
    const { task } = entry;
    if (!isTaskClaimable(entry, now)) return undefined;
    return {
      task: {
        ...task,
        lease: newLease(owner, now, leaseMs),
        creationUncertainUntil: undefined,
        attempts: task.attempts + 1,
      },
    };
  }),
  'task-created': on({ task: ['pending'] }, (entry, { taskSid }, now) => ({ task: createdTask(entry, taskSid, now) })),
  'task-creation-failed': on({ task: ['pending'] }, failTaskCreation),
  'task-lost': on({ task: ['created'] }, loseTask),
  'task-handled': on({ task: ['created'] }, (entry, { taskSid, at, worker }, now) => {
    const { task } = entry;
    if (task.closed || task.sid !== taskSid) return undefined;
    return {
      task: { ...task, closed: true, handledAt: at, handledBy: worker },
      closing: beginClosing(entry, now),
    };
  }),
  'task-still-open': on({ task: ['created'] }, ({ task }, _, now) => ({
    task: { ...task, runAt: now + TASK_LOOK_INTERVAL_MS },
  })),
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
      ...recipientsOf(email, event.recipients),
      possibleDuplicate: event.possibleDuplicate || undefined,
      others: event.others || undefined,
      fallback: email.fallback,
      resends: email.resends,
    },
  })),
  'email-carries': on({ email: ['sending'] }, carryOthers),
  'email-summarized': on({ email: ['sending'] }, (_, { carrier, until }) => ({
    email: { state: 'summarized', carrier, until },
  })),
  'email-inherits': on({ email: ['summarized'] }, inheritOthers),
  'summary-full': on({ email: ['pending'] }, ({ email }, _, now) =>
    email.carries === undefined || email.runAt <= now ? undefined : { email: { ...email, runAt: now } },
  ),
  'email-uncounted': on({ email: ['sending'] }, ({ email }, { until }) => ({
    email: { ...sending(email), state: 'pending', attempts: 0, runAt: until },
  })),
  'summary-passed-on': on({ email: [...UNSENT, 'failed', 'off'] }, ({ email }, { heir }) =>
    email.heir === heir ? undefined : { email: { ...email, heir } },
  ),
  'email-switched-off': on({ email: UNSENT }, () => ({ email: { state: 'off' } })),
  'email-failed': on({ email: UNSENT }, ({ email }, { lastError, lastErrorDetail, recipients, waiting }) => ({
    email: {
      ...sending(email),
      state: 'failed',
      lastError,
      lastErrorDetail,
      settled: undefined,
      ...noteWaiting(withSettled(email, recipients), waiting),
      ...recipientsOf(email, recipients),
    },
  })),
  'email-deferred': on({ email: UNSENT }, deferEmail),
  'resend-requested': on(
    { recording: ['completed', 'failed'], review: [undefined], email: ['pending', 'sent', 'failed', 'summarized'] },
    resendEmail,
  ),
  'delivery-reported': on({ email: REPORTABLE }, reportDelivery),
  'fallback-requested': on(
    { recording: ['completed', 'failed'], review: [undefined], email: ['sent', 'failed'] },
    requestFallback,
  ),

  // the email that says that it was handled
  'closing-claimed': on({}, claimClosing),
  'closing-finished': on({}, finishClosing),
  'closing-deferred': on({}, deferClosing),
  'closing-skipped': on({}, skipClosing),

  // what recipients of the email do from there
  'inbox-taken': on({}, takeFromInbox),
  'inbox-given-back': on({}, giveBack),
  'taken-synced': on({}, noteTakenSynced),
  'reminder-requested': on({}, requestReminder),
  'reminders-claimed': on({}, claimReminders),
  'reminders-finished': on({}, finishReminders),
  'reminders-deferred': on({}, deferReminders),
  'inbox-call-begun': on({}, beginInboxCall),
  'inbox-call-placed': on({}, placeInboxCall),
  'inbox-call-not-placed': on({}, undoInboxCall),
  'inbox-call-connecting': on({}, connectInboxCall),
  'inbox-call-ended': on({}, endInboxCall),

  // deletion of personal data
  'entry-erased': on({}, eraseEntry),
  'erasure-advanced': on({}, () => undefined),

  // confirmation by the person called back
  'confirmation-begun': on({}, beginAsking),
  'confirmation-placed': on({}, placeAsking),
  'confirmation-not-placed': on({}, undoAsking),
  'confirmation-answered': on({}, answerAsking),
  'confirmation-ended': on({}, endAsking),

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
  if (isErased(entry)) return merge(entry, changeTombstone(entry, event, now));
  const { when, change } = TRANSITIONS[event.type] as Row<EventType>;
  return merge(entry, appliesIn(when, entry) ? change(entry, event, now) : undefined);
}

const merge = (entry: LedgerEntry, changed: Change | undefined): LedgerEntry =>
  changed === undefined ? entry : { ...entry, ...changed };

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

/** All recipients of an email that is final: those whom this attempt settled, and those whom earlier ones did. */
function recipientsOf(email: EmailIn<'pending' | 'sending'>, settled: readonly RecipientOutcome[]) {
  const recipients = withSettled(email, settled) ?? [];
  return { recipients, recipientCount: recipients.length };
}

/** True when that worker is among those who have listened, or the list is full. */
export function hasListened({ listenedBy = [] }: LedgerEntry, workerSid: string): boolean {
  return listenedBy.length >= MAX_LISTENERS || listenedBy.some((one) => one.workerSid === workerSid);
}

/** True until it is recorded that this worker has the entry's task. */
export function needsAssignee({ task, assignee }: LedgerEntry, workerSid: string): boolean {
  return task.state === 'created' && (assignee?.taskSid !== task.sid || assignee.workerSid !== workerSid);
}
