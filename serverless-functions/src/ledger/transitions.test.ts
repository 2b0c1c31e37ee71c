import { parse } from '@callback-and-voicemail/contract/schema';
import fc from 'fast-check';
import {
  apply,
  begunVoicemail,
  bookingCallback,
  details,
  NOW,
  newCallback,
  OTHER_TASK_SID,
  RECORDING_SID,
  recordedVoicemail,
  SAM,
  TASK_SID,
} from '../../test/ledger-fixtures';
import {
  type EmailState,
  isPromised,
  type LedgerEntry,
  ledgerEntrySchema,
  numberToCall,
  type RecordingState,
  type TaskState,
  type TranscriptState,
  WITHDRAWN_TASK_REASON,
} from './entry';
import type { EventType, LedgerEvent } from './events';
import { toFailureRow, toHistoryRow } from './history-row';
import { isOpenForInbox, TAKEN_SYNC_DELAY_MS } from './inbox-changes';
import { isLeased, LEASE_MS, nextRunAt, pauseBefore } from './schedule';
import { TRANSITIONS, transition, transitionAll } from './transitions';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

const MINUTE = 60_000;
const held = { owner: 'other', until: NOW + LEASE_MS };
const expired = { owner: 'dead', until: NOW - 1 };
const taskFields = { type: 'callback' as const, attempts: 1, runAt: NOW, previousSids: [OTHER_TASK_SID] };
const emailFields = { attempts: 1 };
const recipients = [{ address: 'ana@example.com', state: 'accepted' as const }];

/** Every state of every step; leases free, held and expired. */
const RECORDINGS: LedgerEntry['recording'][] = [
  { state: 'recording', checkAt: NOW },
  { state: 'completed', recordingSid: RECORDING_SID, seconds: 9, completedAt: NOW, checkAt: NOW },
  { state: 'completed', recordingSid: RECORDING_SID, seconds: 9, completedAt: NOW, deletionDueAt: NOW },
  { state: 'deleted', recordingSid: RECORDING_SID, seconds: 9, completedAt: NOW },
  { state: 'deleted', recordingSid: RECORDING_SID, seconds: 9, completedAt: NOW, deletionDueAt: NOW },
  { state: 'failed', recordingSid: RECORDING_SID, completedAt: NOW },
  { state: 'none' },
  { state: 'withdrawn' },
  { state: 'superseded', recordingSid: RECORDING_SID },
];
const TASKS: LedgerEntry['task'][] = [
  { ...taskFields, state: 'pending' },
  { ...taskFields, state: 'pending', lease: held, numberSyncDueAt: NOW },
  { ...taskFields, state: 'created', sid: TASK_SID, createdAt: NOW, numberSyncDueAt: NOW },
  { ...taskFields, state: 'created', sid: TASK_SID, createdAt: NOW, closed: true },
  { ...taskFields, state: 'created', sid: TASK_SID, createdAt: NOW, replacedAt: NOW - MINUTE },
  { ...taskFields, state: 'lost', sid: TASK_SID, loss: 'canceled', lostAt: NOW },
  { ...taskFields, state: 'withdrawing', sid: TASK_SID, reason: WITHDRAWN_TASK_REASON },
  { ...taskFields, state: 'withdrawing', lease: held },
  { ...taskFields, state: 'none' },
];
const EMAILS: LedgerEntry['email'][] = [
  { state: 'off' },
  { ...emailFields, state: 'pending', runAt: NOW },
  { ...emailFields, state: 'pending', runAt: NOW + MINUTE, attempts: 0 },
  { ...emailFields, state: 'pending', runAt: NOW + MINUTE, attempts: 0, carries: 'mails' },
  { state: 'summarized', carrier: 'another', until: NOW + MINUTE },
  { ...emailFields, state: 'sending', lease: held },
  { ...emailFields, state: 'sending', lease: expired },
  { ...emailFields, state: 'sent', sentAt: NOW, recipients, recipientCount: 1 },
  { ...emailFields, state: 'failed', lastError: 'recipient-refused', recipients, recipientCount: 1 },
];
const TRANSCRIPTS: LedgerEntry['transcript'][] = [
  { state: 'none' },
  { state: 'pending', giveUpAt: NOW + MINUTE },
  { state: 'pending', giveUpAt: NOW },
  { state: 'ready', text: 'Hello' },
  { state: 'failed' },
];
const REVIEWS = [undefined, 'open', 'discarded'] as const;
const BOOKINGS = [undefined, true] as const;

const base = newCallback();
const ENTRIES: LedgerEntry[] = RECORDINGS.flatMap((recording) =>
  TASKS.flatMap((task) =>
    EMAILS.flatMap((email) =>
      TRANSCRIPTS.flatMap((transcript) =>
        REVIEWS.flatMap((review) =>
          BOOKINGS.map((booking) => ({ ...base, recording, task, email, transcript, review, booking })),
        ),
      ),
    ),
  ),
);

/** What an event must do, said once more and in other words than the table does. */
interface Expected {
  event: LedgerEvent;
  recording?: RecordingState[];
  task?: TaskState[];
  email?: EmailState[];
  transcript?: TranscriptState[];
  review?: (LedgerEntry['review'] | 'any')[];
  booking?: true;
  /** Beside the states. */
  only?: (entry: LedgerEntry) => boolean;
  /** The fields that may change. */
  changes: (keyof LedgerEntry)[];
  /** What they are then. */
  to: (entry: LedgerEntry) => object;
}

const ANA = 'ana@example.com';
const isHeld = (entry: LedgerEntry) => isLeased(entry, NOW);
const withoutMessage = { email: { state: 'off' }, transcript: { state: 'none' } };
const NO_MESSAGE: (keyof LedgerEntry)[] = ['recording', 'task', 'email', 'transcript', 'review'];
const position = {
  queueName: 'Sales',
  workflowSid: 'WW',
  priority: 7,
  routing: { skill: 'x' },
  conversationId: 'y',
  waitingSince: 1,
};
const lease = { owner: 'me', until: NOW + LEASE_MS };
const ignored = (event: LedgerEvent): Expected => ({ event, only: () => false, changes: [], to: () => ({}) });

const EXPECTED: { [Type in EventType]: Expected } = {
  'recording-completed': {
    event: { type: 'recording-completed', recordingSid: 'RE9', seconds: 5 },
    recording: ['recording', 'none', 'failed', 'withdrawn', 'superseded'],
    changes: ['recording', 'task', 'email'],
    to: ({ task, email, review }) => {
      if (review === 'discarded')
        return { recording: { state: 'superseded', recordingSid: 'RE9', seconds: 5 }, task, email };
      return {
        recording: {
          state: 'completed',
          recordingSid: 'RE9',
          seconds: 5,
          completedAt: NOW,
          checkAt: review === 'open' ? NOW + 5 * MINUTE : undefined,
        },
        task: task.state === 'none' ? { state: 'pending', type: 'voicemail', runAt: NOW } : task,
        email: email.state === 'off' ? { state: 'pending', attempts: 0, runAt: NOW } : email,
      };
    },
  },
  'recording-announced': {
    event: { type: 'recording-announced', recordingSid: 'RE9', checkAt: NOW + 5 },
    recording: ['recording'],
    changes: ['recording'],
    to: () => ({ recording: { state: 'recording', recordingSid: 'RE9', checkAt: NOW + 5 } }),
  },
  'recording-check-rescheduled': {
    event: { type: 'recording-check-rescheduled', checkAt: NOW + 5 },
    recording: ['recording', 'completed'],
    changes: ['recording'],
    to: ({ recording }) => ({ recording: { ...recording, checkAt: NOW + 5 } }),
  },
  'deletion-begun': {
    event: { type: 'deletion-begun', byRule: true },
    recording: ['completed'],
    changes: ['recording'],
    to: ({ recording }) => ({ recording: { ...recording, deletionDueAt: NOW + LEASE_MS, deletedByRule: true } }),
  },
  'deletion-failed': {
    event: { type: 'deletion-failed' },
    recording: ['completed'],
    only: ({ recording }) => 'deletionDueAt' in recording,
    changes: ['recording'],
    to: ({ recording }) => ({ recording: { ...recording, deletionDueAt: undefined } }),
  },
  'deletion-checked': {
    event: { type: 'deletion-checked' },
    recording: ['deleted'],
    only: ({ recording }) => 'deletionDueAt' in recording,
    changes: ['recording'],
    to: ({ recording }) => ({ recording: { ...recording, deletionDueAt: undefined } }),
  },
  'recording-deleted': {
    event: { type: 'recording-deleted' },
    recording: ['completed'],
    changes: ['recording', 'transcript', 'email'],
    to: ({ email }) => ({
      recording: { state: 'deleted', recordingSid: RECORDING_SID, seconds: 9, deletionDueAt: NOW + LEASE_MS },
      transcript: { state: 'none' },
      email:
        email.state === 'pending' || email.state === 'sending'
          ? { state: 'off', lastError: 'recording-deleted' }
          : email,
    }),
  },
  'review-ended': {
    event: { type: 'review-ended' },
    review: ['open'],
    changes: ['review'],
    to: () => ({ review: undefined }),
  },
  'message-discarded': {
    event: { type: 'message-discarded', recordingSid: RECORDING_SID },
    recording: ['recording', 'completed', 'none', 'failed', 'withdrawn', 'superseded'],
    review: ['open'],
    changes: ['review', 'recording', 'task', 'email'],
    to: ({ recording }) => ({
      email: { state: 'off' },
      review: 'discarded',
      recording: {
        state: 'superseded',
        recordingSid: RECORDING_SID,
        seconds: recording.state === 'completed' ? recording.seconds : undefined,
      },
      task: { state: 'none', reason: 'The caller recorded another message' },
    }),
  },
  'message-restored': {
    event: { type: 'message-restored' },
    recording: ['superseded'],
    review: ['discarded'],
    changes: ['review', 'recording', 'task', 'email'],
    to: ({ task, email }) => ({
      review: undefined,
      recording: { state: 'completed', recordingSid: RECORDING_SID, completedAt: NOW },
      task: task.state === 'none' ? { state: 'pending', type: 'voicemail', runAt: NOW } : task,
      email: email.state === 'off' ? { state: 'pending', attempts: 0, runAt: NOW } : email,
    }),
  },
  'no-message-left': {
    event: { type: 'no-message-left', followUp: 'callback' },
    recording: ['recording'],
    changes: NO_MESSAGE,
    to: () => ({
      ...withoutMessage,
      review: undefined,
      recording: { state: 'none', recordingSid: undefined },
      task: { state: 'pending', type: 'callback', runAt: NOW },
    }),
  },
  'attempt-closed': {
    event: { type: 'attempt-closed', as: 'withdrawn', reason: 'why' },
    recording: ['recording'],
    changes: NO_MESSAGE,
    to: () => ({
      ...withoutMessage,
      review: undefined,
      recording: { state: 'withdrawn' },
      task: { state: 'none', reason: 'why' },
    }),
  },
  'transcript-received': {
    event: { type: 'transcript-received', text: ' Hi ' },
    transcript: ['none', 'pending', 'failed'],
    recording: ['recording', 'completed', 'none', 'failed', 'withdrawn', 'superseded'],
    changes: ['transcript', 'email'],
    to: ({ email }) => ({
      transcript: { state: 'ready', text: 'Hi' },
      email:
        email.state === 'pending' && email.attempts === 0 && email.carries === undefined
          ? { ...email, runAt: NOW }
          : email,
    }),
  },
  'transcript-timed-out': {
    event: { type: 'transcript-timed-out' },
    only: ({ transcript }) => transcript.state === 'pending' && transcript.giveUpAt === NOW,
    changes: ['transcript'],
    to: () => ({ transcript: { state: 'failed' } }),
  },
  'caller-dequeued': {
    event: { type: 'caller-dequeued' },
    changes: ['dequeued'],
    to: () => ({ dequeued: true }),
  },
  'queue-position-read': {
    event: { type: 'queue-position-read', position },
    changes: ['queueName', 'workflowSid', 'priority', 'routing', 'conversationId', 'waitingSince'],
    to: () => position,
  },
  'booking-claimed': {
    event: { type: 'booking-claimed', owner: 'me', number: '+12025550188' },
    only: (entry) => !isHeld(entry) && !isPromised(entry),
    changes: ['booking', 'dequeued', 'numberToCall', 'task'],
    to: () => ({
      booking: true,
      dequeued: undefined,
      numberToCall: '+12025550188',
      task: { state: 'pending', attempts: 2, lease },
    }),
  },
  'booking-confirmed': {
    event: { type: 'booking-confirmed', taskSid: 'WT9' },
    task: ['pending'],
    booking: true,
    changes: ['booking', 'dequeued', 'task'],
    to: () => ({ booking: undefined, dequeued: true, task: { state: 'created', sid: 'WT9', createdAt: NOW } }),
  },
  'callback-withdrawn': {
    event: { type: 'callback-withdrawn', task: 'uncertain' },
    task: ['pending', 'withdrawing'],
    changes: ['booking', 'task'],
    to: ({ task }) => ({
      booking: undefined,
      task: {
        state: 'withdrawing',
        sid: task.state === 'withdrawing' ? task.sid : undefined,
        reason: WITHDRAWN_TASK_REASON,
        runAt: NOW + MINUTE,
      },
    }),
  },
  'withdrawal-claimed': {
    event: { type: 'withdrawal-claimed', owner: 'me' },
    task: ['withdrawing'],
    only: (entry) => !isHeld(entry),
    changes: ['task'],
    to: () => ({ task: { state: 'withdrawing', attempts: 2, lease } }),
  },
  'withdrawal-completed': {
    event: { type: 'withdrawal-completed' },
    task: ['withdrawing'],
    changes: ['task'],
    to: ({ task }) => ({ task: { state: 'none', sid: 'sid' in task ? task.sid : undefined } }),
  },
  'withdrawal-failed': {
    event: { type: 'withdrawal-failed' },
    task: ['withdrawing'],
    changes: ['task'],
    to: () => ({ task: { state: 'withdrawing', lease: undefined, runAt: NOW + MINUTE } }),
  },
  'number-changed': {
    event: { type: 'number-changed', number: '+12025550188' },
    only: isPromised,
    changes: ['numberToCall', 'task'],
    to: ({ task }) => ({ numberToCall: '+12025550188', task: { ...task, numberSyncDueAt: NOW + 15_000 } }),
  },
  'number-synced': {
    event: { type: 'number-synced', number: details.from },
    task: ['pending', 'created'],
    only: ({ task }) => 'numberSyncDueAt' in task,
    changes: ['task'],
    to: ({ task }) => ({ task: { ...task, numberSyncDueAt: undefined } }),
  },
  'task-claimed': {
    event: { type: 'task-claimed', owner: 'me' },
    task: ['pending'],
    only: ({ task, review, booking }) => !('lease' in task) && review !== 'open' && !booking,
    changes: ['task'],
    to: () => ({ task: { state: 'pending', attempts: 2, lease } }),
  },
  'task-created': {
    event: { type: 'task-created', taskSid: 'WT9' },
    task: ['pending'],
    changes: ['task'],
    to: () => ({ task: { state: 'created', sid: 'WT9', createdAt: NOW, previousSids: [OTHER_TASK_SID] } }),
  },
  'task-creation-failed': {
    event: { type: 'task-creation-failed', error: 'twilio-unavailable' },
    task: ['pending'],
    changes: ['task'],
    to: () => ({
      task: { state: 'pending', lease: undefined, runAt: NOW + MINUTE, reason: 'twilio-unavailable', attempts: 1 },
    }),
  },
  'task-lost': {
    event: { type: 'task-lost', taskSid: TASK_SID, loss: 'canceled', at: NOW - MINUTE, reason: 'mistake' },
    task: ['created'],
    only: ({ task }) => !('closed' in task),
    changes: ['task'],
    to: () => ({
      task: {
        state: 'lost',
        sid: TASK_SID,
        createdAt: NOW,
        loss: 'canceled',
        lostAt: NOW - MINUTE,
        reason: 'mistake',
        previousSids: [OTHER_TASK_SID],
      },
    }),
  },
  'task-handled': {
    event: { type: 'task-handled', taskSid: TASK_SID, at: NOW - MINUTE, worker: 'sam' },
    task: ['created'],
    only: ({ task }) => !('closed' in task),
    changes: ['task', 'closing'],
    to: ({ task, email }) => ({
      task: { ...task, closed: true, handledAt: NOW - MINUTE, handledBy: 'sam' },
      ...(email.state === 'sent' ? { closing: { state: 'pending', attempts: 0, runAt: NOW } } : {}),
    }),
  },
  'task-restored': {
    event: { type: 'task-restored', taskSid: TASK_SID, owner: 'me' },
    task: ['created', 'lost'],
    only: ({ task }) => !('closed' in task),
    changes: ['task'],
    to: () => ({
      task: {
        state: 'pending',
        attempts: 1,
        lease,
        runAt: NOW,
        wantedSince: NOW,
        replacedAt: undefined,
        previousSids: [OTHER_TASK_SID, TASK_SID],
      },
    }),
  },
  'task-still-open': {
    event: { type: 'task-still-open' },
    task: ['created'],
    changes: ['task'],
    to: ({ task }) => ({ task: { ...task, runAt: NOW + 60 * MINUTE } }),
  },
  'surplus-tasks-found': {
    event: { type: 'surplus-tasks-found', taskSid: 'WT9', surplus: [TASK_SID, OTHER_TASK_SID] },
    task: ['created', 'none'],
    changes: ['task'],
    to: ({ task }) => ({
      task: {
        previousSids: [OTHER_TASK_SID, TASK_SID],
        ...(task.state === 'created' ? { sid: task.closed ? TASK_SID : 'WT9' } : {}),
      },
    }),
  },
  'late-write-voided': {
    event: { type: 'late-write-voided' },
    changes: ['lateWriteVoidedAt'],
    to: () => ({ lateWriteVoidedAt: NOW }),
  },
  'task-requeued': {
    event: { type: 'task-requeued', taskSid: TASK_SID, owner: 'me' },
    task: ['created'],
    changes: ['callbackAttempts', 'task'],
    to: () => ({
      callbackAttempts: 1,
      task: { state: 'pending', attempts: 1, lease, previousSids: [OTHER_TASK_SID, TASK_SID] },
    }),
  },
  'requeue-reverted': {
    event: { type: 'requeue-reverted', taskSid: OTHER_TASK_SID },
    task: ['pending'],
    changes: ['callbackAttempts', 'task'],
    to: () => ({
      callbackAttempts: 0,
      task: { state: 'created', sid: OTHER_TASK_SID, createdAt: NOW, previousSids: [] },
    }),
  },
  'creation-revoked': {
    event: { type: 'creation-revoked' },
    task: ['pending'],
    changes: ['task', 'email'],
    to: () => ({ task: { state: 'none' }, email: { state: 'off' } }),
  },
  'email-awaits-transcript': {
    event: { type: 'email-awaits-transcript' },
    only: () => false,
    changes: [],
    to: () => ({}),
  },
  'email-claimed': {
    event: { type: 'email-claimed', owner: 'me', sendWhen: 'transcribed' },
    recording: ['completed', 'failed'],
    review: [undefined, 'discarded'],
    only: ({ email, transcript, recording }) =>
      !('deletionDueAt' in recording) &&
      ((email.state === 'sending' && email.lease.owner === 'dead') ||
        (email.state === 'pending' &&
          email.runAt === NOW &&
          !(recording.state === 'completed' && transcript.state === 'pending' && transcript.giveUpAt > NOW))),
    changes: ['email'],
    to: ({ email }) => ({
      email: {
        state: 'sending',
        attempts: 2,
        lease,
        deliveryUncertainSince: email.state === 'sending' ? email.lease.until : undefined,
      },
    }),
  },
  'email-sent': {
    event: { type: 'email-sent', providerId: 'id', recipients, possibleDuplicate: true },
    email: ['pending', 'sending'],
    changes: ['email'],
    to: () => ({
      email: { state: 'sent', sentAt: NOW, providerId: 'id', recipients, recipientCount: 1, possibleDuplicate: true },
    }),
  },
  'email-carries': {
    event: { type: 'email-carries', document: 'mails', until: NOW + 60 * MINUTE },
    email: ['sending'],
    changes: ['email'],
    to: () => ({ email: { state: 'pending', attempts: 0, runAt: NOW + 60 * MINUTE, carries: 'mails' } }),
  },
  'email-summarized': {
    event: { type: 'email-summarized', carrier: 'another', until: NOW + 60 * MINUTE },
    email: ['sending'],
    changes: ['email'],
    to: () => ({ email: { state: 'summarized', carrier: 'another', until: NOW + 60 * MINUTE } }),
  },
  'email-inherits': {
    event: { type: 'email-inherits', document: 'mails', until: NOW - MINUTE },
    recording: ['completed', 'failed'],
    email: ['summarized'],
    changes: ['email'],
    to: () => ({ email: { state: 'pending', attempts: 0, runAt: NOW, carries: 'mails' } }),
  },
  'summary-full': {
    event: { type: 'summary-full' },
    only: ({ email }) => email.state === 'pending' && email.carries !== undefined && email.runAt > NOW,
    changes: ['email'],
    to: () => ({ email: { state: 'pending', runAt: NOW, carries: 'mails' } }),
  },
  'email-uncounted': {
    event: { type: 'email-uncounted', until: NOW + MINUTE },
    email: ['sending'],
    changes: ['email'],
    to: () => ({ email: { state: 'pending', attempts: 0, runAt: NOW + MINUTE } }),
  },
  'summary-passed-on': {
    event: { type: 'summary-passed-on', heir: 'another' },
    email: ['pending', 'sending', 'failed', 'off'],
    changes: ['email'],
    to: ({ email }) => ({ email: { ...email, heir: 'another' } }),
  },
  'email-switched-off': {
    event: { type: 'email-switched-off' },
    email: ['pending', 'sending'],
    changes: ['email'],
    to: () => ({ email: { state: 'off' } }),
  },
  'email-failed': {
    event: { type: 'email-failed', lastError: 'recipient-refused', recipients },
    email: ['pending', 'sending'],
    changes: ['email'],
    to: () => ({ email: { state: 'failed', lastError: 'recipient-refused', recipients, recipientCount: 1 } }),
  },
  'email-deferred': {
    event: { type: 'email-deferred', lastError: 'unreachable', deliveryUncertain: true, recordingFetchFailed: true },
    email: ['pending', 'sending'],
    changes: ['email'],
    to: ({ id, email }) => ({
      email: {
        state: 'pending',
        lastError: 'unreachable',
        deliveryUncertainSince: NOW,
        recordingFetchFailures: 1,
        runAt: NOW + pauseBefore(id, 'attempts' in email ? email.attempts : 0),
      },
    }),
  },
  'resend-requested': {
    event: { type: 'resend-requested' },
    recording: ['completed', 'failed'],
    review: [undefined],
    only: ({ email }) =>
      email.state === 'failed' || email.state === 'summarized' || (email.state === 'pending' && email.runAt > NOW),
    changes: ['email'],
    to: ({ email }) => ({
      email: {
        ...{ state: 'pending', attempts: 0, runAt: NOW, resendRequestedAt: NOW, resends: [NOW] },
        // Requested early, it sums up all the same.
        carries: 'carries' in email ? email.carries : undefined,
      },
    }),
  },
  'delivery-reported': {
    event: {
      ...{ type: 'delivery-reported', address: 'ana@EXAMPLE.com', provider: 'mailgun' },
      ...{ outcome: 'bounced', reason: 'mailbox-full', at: NOW },
    },
    email: ['pending', 'sending', 'sent', 'failed'],
    changes: ['email'],
    to: ({ email }) => {
      const isFinal = email.state === 'sent' || email.state === 'failed';
      const delivery = { outcome: 'bounced', reason: 'mailbox-full', at: NOW };
      const reported = [{ address: 'ana@EXAMPLE.com', state: 'accepted', provider: 'mailgun', delivery }];
      return {
        email: isFinal ? { ...email, recipients: reported, recipientCount: 1 } : { ...email, settled: reported },
      };
    },
  },
  // Somebody has each of these mails; `recipient-deliveries.test.ts` has the others.
  'fallback-requested': ignored({ type: 'fallback-requested', address: 'boss@example.com' }),
  'entry-erased': {
    event: { type: 'entry-erased', by: SAM.workerSid, subject: 's', documents: ['lock'] },
    changes: [
      ...NO_MESSAGE,
      ...(['from', 'numberToCall', 'queueName', 'priority', 'routing', 'dequeued', 'conversationId'] as const),
      ...(['waitingSince', 'callerName', 'booking', 'queueTaskSid', 'activeCallback', 'erasure'] as const),
    ],
    to: ({ recording, createdAt }) => ({
      from: '',
      booking: undefined,
      review: undefined,
      waitingSince: createdAt,
      recording: { state: 'withdrawn' },
      task: { state: 'none' },
      ...withoutMessage,
      erasure: { at: NOW, checkAt: NOW + LEASE_MS, dueRecordings: [recording.recordingSid ?? []].flat() },
    }),
  },
  'erasure-advanced': {
    event: { type: 'erasure-advanced', recordings: [], tasks: [], documents: [], checkAt: undefined },
    only: () => false,
    changes: [],
    to: () => ({}),
  },
  'confirmation-begun': {
    event: { type: 'confirmation-begun', ask: 'a', number: details.from },
    changes: ['confirmation'],
    to: () => ({ confirmation: { state: 'calling', ask: 'a', asks: 1, at: NOW } }),
  },
  // What follows a call that nobody has begun changes nothing; `confirmation-changes.test.ts` has the others.
  'confirmation-placed': ignored({ type: 'confirmation-placed', ask: 'a', callSid: 'CA9' }),
  'confirmation-not-placed': ignored({ type: 'confirmation-not-placed', ask: 'a' }),
  'confirmation-answered': ignored({ type: 'confirmation-answered', ask: 'a', callSid: 'CA9', answer: 'confirmed' }),
  'confirmation-ended': ignored({ type: 'confirmation-ended', ask: 'a' }),
  'inbox-taken': {
    event: { type: 'inbox-taken', address: ANA, name: 'Ana' },
    task: ['pending', 'created'],
    only: isOpenForInbox,
    changes: ['taken', 'takenSyncDueAt'],
    to: () => ({ taken: { address: ANA, name: 'Ana', at: NOW }, takenSyncDueAt: NOW + TAKEN_SYNC_DELAY_MS }),
  },
  'reminder-requested': {
    event: { type: 'reminder-requested', address: ANA, at: NOW + 5 },
    task: ['pending', 'created'],
    only: isOpenForInbox,
    changes: ['reminders'],
    to: () => ({ reminders: [{ address: ANA, runAt: NOW + 5, attempts: 0 }] }),
  },
  'inbox-call-begun': {
    event: { type: 'inbox-call-begun', attempt: 'a', address: ANA },
    task: ['pending', 'created'],
    only: isOpenForInbox,
    changes: ['taken', 'takenSyncDueAt', 'inboxCall'],
    to: () => ({
      taken: { address: ANA, at: NOW },
      inboxCall: { state: 'calling', attempt: 'a', calls: 1, address: ANA, at: NOW },
    }),
  },
  // What follows something that nobody has begun changes nothing; `inbox-changes.test.ts` has the others.
  'inbox-given-back': ignored({ type: 'inbox-given-back', address: ANA }),
  'taken-synced': ignored({ type: 'taken-synced', takenAt: undefined }),
  'reminders-claimed': ignored({ type: 'reminders-claimed', owner: 'me' }),
  'reminders-finished': ignored({ type: 'reminders-finished', owner: 'me' }),
  'reminders-deferred': ignored({ type: 'reminders-deferred', owner: 'me' }),
  'inbox-call-placed': ignored({ type: 'inbox-call-placed', attempt: 'a', callSid: 'CA9' }),
  'inbox-call-not-placed': ignored({ type: 'inbox-call-not-placed', attempt: 'a' }),
  'inbox-call-connecting': ignored({ type: 'inbox-call-connecting', attempt: 'a', callSid: 'CA9' }),
  'inbox-call-ended': ignored({ type: 'inbox-call-ended', attempt: 'a', callSid: 'CA9', outcome: 'spoke' }),
  // Without a handled voicemail there is no such email; `closing-changes.test.ts` has the others.
  'closing-claimed': ignored({ type: 'closing-claimed', owner: 'me' }),
  'closing-finished': ignored({ type: 'closing-finished', result: 'sent' }),
  'closing-deferred': ignored({ type: 'closing-deferred' }),
  'closing-skipped': ignored({ type: 'closing-skipped' }),
  'message-heard': {
    event: { type: 'message-heard', ...SAM },
    changes: ['listenedBy'],
    to: () => ({ listenedBy: [{ ...SAM, at: NOW }] }),
  },
  'task-opened': {
    event: { type: 'task-opened', taskSid: TASK_SID, ...SAM },
    task: ['created'],
    changes: ['assignee'],
    to: () => ({ assignee: { ...SAM, taskSid: TASK_SID, at: NOW } }),
  },
};

describe('every event in every state', () => {
  test('there is an expectation for every row of the table', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(TRANSITIONS).sort());
  });

  test.each(Object.entries(EXPECTED))('%s changes what it must, where it must, and nothing else', (_type, expected) => {
    const wrong: unknown[] = [];
    for (const [index, entry] of ENTRIES.entries()) {
      const next = transition(entry, expected.event, NOW);
      const isExpected = applies(expected, entry)
        ? contains(next, expected.to(entry)) &&
          keeps(next, entry, expected.changes) &&
          (index % 23 > 0 || isValid(next))
        : next === entry;
      if (!isExpected) wrong.push({ entry, next });
    }
    expect(wrong.slice(0, 1)).toEqual([]);
  });
});

function applies(expected: Expected, entry: LedgerEntry): boolean {
  const { recording, task, email, transcript, review, booking } = entry;
  return (
    (expected.recording?.includes(recording.state) ?? true) &&
    (expected.task?.includes(task.state) ?? true) &&
    (expected.email?.includes(email.state) ?? true) &&
    (expected.transcript?.includes(transcript.state) ?? true) &&
    (expected.review?.includes(review) ?? true) &&
    (expected.booking === undefined || booking === true) &&
    (expected.only?.(entry) ?? true)
  );
}

/** True when `actual` has everything that `expected` names. */
function contains(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) return false;
  return Object.entries(expected).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value));
}

function keeps(next: LedgerEntry, entry: LedgerEntry, changes: (keyof LedgerEntry)[]): boolean {
  return (Object.keys(next) as (keyof LedgerEntry)[]).every((key) => changes.includes(key) || next[key] === entry[key]);
}

/** The schema is exact: what it would drop was a field of another state. */
function isValid(entry: LedgerEntry): boolean {
  const stored = JSON.parse(JSON.stringify(entry)) as unknown;
  const parsed = parse(ledgerEntrySchema, stored);
  return parsed.ok && contains(parsed.value, stored);
}

describe('tombstones', () => {
  const EVENTS = Object.values(EXPECTED).map(({ event }) => event);
  const tombstones = ENTRIES.filter((_entry, index) => index % 7 === 0).map((entry) =>
    apply({ ...entry, from: details.from, callerName: 'Ana' }, EXPECTED['entry-erased'].event),
  );

  test('no event brings anything back: only what is to be deleted, or checked, changes', () => {
    const wrong: unknown[] = [];
    for (const tombstone of tombstones)
      for (const event of EVENTS) {
        const next = transition(tombstone, event, NOW);
        if (!keeps(next, tombstone, ['erasure']) || !isValid(next)) wrong.push({ event, next });
      }
    expect(wrong.slice(0, 1)).toEqual([]);
  });

  test('a tombstone has no row, and nothing of the caller', () => {
    for (const tombstone of tombstones) {
      expect([toHistoryRow(tombstone), toFailureRow(tombstone)]).toEqual([undefined, undefined]);
      expect(JSON.stringify(tombstone)).not.toMatch(/2025550123|Ana|Hello|ana@/);
    }
  });
});

describe('the variants of an event', () => {
  const recording = ENTRIES.find((entry) => entry.recording.state === 'recording')!;

  test('without a message and without a callback, the entry ends with its reason', () => {
    const ended = apply(recording, { type: 'no-message-left', followUp: 'none', reason: 'why' });
    expect(ended).toMatchObject({ task: { state: 'none', reason: 'why' }, recording: { state: 'none' } });
  });

  test('a superseded attempt keeps its announced recording', () => {
    const announced = apply(begunVoicemail(), { type: 'recording-announced', recordingSid: 'RE9', checkAt: NOW });
    const closed = apply(announced, { type: 'attempt-closed', as: 'superseded', reason: 'why' });
    expect(closed.recording).toEqual({ state: 'superseded', recordingSid: 'RE9' });
  });

  test('a discarded message comes back with its length and transcript, also when they came after it', () => {
    const discarded = apply(begunVoicemail({ reviewed: true }), [
      { type: 'message-discarded', recordingSid: RECORDING_SID },
      { type: 'recording-completed', recordingSid: RECORDING_SID, seconds: 9 },
      { type: 'transcript-received', text: 'Hello' },
    ]);
    expect(discarded).toMatchObject({ review: 'discarded', task: { state: 'none' }, email: { state: 'off' } });
    expect(apply(discarded, { type: 'message-restored' })).toMatchObject({
      review: undefined,
      recording: { state: 'completed', recordingSid: RECORDING_SID, seconds: 9 },
      transcript: { state: 'ready', text: 'Hello' },
      task: { state: 'pending', type: 'voicemail' },
      email: { state: 'pending' },
    });
  });

  test.each(['', '  ', undefined])('a transcript of %j has failed', (text) => {
    expect(apply(recording, { type: 'transcript-received', text }).transcript).toEqual({ state: 'failed' });
  });

  test('a booking whose task is uncertain looks for it once that is settled', () => {
    const again = apply(bookingCallback(), { type: 'booking-claimed', owner: 'you' }, NOW + LEASE_MS);
    const booked = apply(again, { type: 'booking-confirmed', taskSid: undefined }, NOW + LEASE_MS);
    expect(booked).toMatchObject({ dequeued: true, task: { state: 'pending', runAt: NOW + MINUTE } });
    expect(isPromised(booked)).toBe(true);
  });

  test.each([
    ['not-created', { state: 'none', reason: WITHDRAWN_TASK_REASON }, undefined],
    ['uncertain', { state: 'withdrawing', reason: WITHDRAWN_TASK_REASON }, NOW + MINUTE],
    [{ sid: TASK_SID }, { state: 'withdrawing', sid: TASK_SID, reason: WITHDRAWN_TASK_REASON }, NOW],
  ] as const)('a callback withdrawn while its task is %j', (task, expected, runAt) => {
    const withdrawn = apply(bookingCallback(), { type: 'callback-withdrawn', task });
    expect(withdrawn.task).toMatchObject(expected);
    expect(nextRunAt(withdrawn)).toBe(runAt);
    expect(isPromised(withdrawn)).toBe(false);
  });

  test.each([{ followUp: 'callback' }, { followUp: 'none', reason: 'why' }] as const)(
    'a recording that failed keeps its email and says so, with follow-up $followUp',
    (followUp) => {
      const failed = apply(begunVoicemail(), { type: 'no-message-left', ...followUp, recordingFailed: true });
      expect(failed).toMatchObject({
        recording: { state: 'failed', completedAt: NOW },
        email: { state: 'pending' },
        transcript: { state: 'none' },
        task:
          followUp.followUp === 'callback' ? { state: 'pending', type: 'callback' } : { state: 'none', reason: 'why' },
      });
      const sending = apply(failed, { type: 'email-claimed', owner: 'me', sendWhen: 'transcribed' });
      expect(sending.email.state).toBe('sending');
    },
  );

  test('the number the caller calls from is not stored again', () => {
    const other = apply(newCallback(), { type: 'number-changed', number: '+12025550188' });
    expect(numberToCall(other)).toBe('+12025550188');
    expect(apply(other, { type: 'number-changed', number: '+12025550188' })).toBe(other);
    expect(apply(other, { type: 'number-changed', number: details.from }).numberToCall).toBeUndefined();
  });

  test('a number that another call changed is marked, until the change is taken back', () => {
    const changed = apply(newCallback(), { type: 'number-changed', number: '+12025550188', changedAt: NOW });
    expect(changed.numberChangedAt).toBe(NOW);
    expect(apply(changed, { type: 'number-changed', number: details.from }).numberChangedAt).toBeUndefined();
  });

  test('a number that has changed since is not marked as synced', () => {
    const created = apply(newCallback(), [
      { type: 'task-created', taskSid: TASK_SID },
      { type: 'number-changed', number: '+12025550188' },
    ]);
    expect(apply(created, { type: 'number-synced', number: details.from })).toBe(created);
  });

  test('an email waits for a transcript that is still to come, once', () => {
    const recorded = recordedVoicemail();
    const waiting = apply(recorded, { type: 'email-awaits-transcript' });
    expect(waiting.email).toMatchObject({ state: 'pending', runAt: NOW + MINUTE });
    expect(apply(waiting, { type: 'email-awaits-transcript' })).toBe(waiting);
    expect(apply(recorded, { type: 'email-awaits-transcript' }, NOW + MINUTE)).toBe(recorded);
    expect(apply(waiting, { type: 'transcript-received', text: 'Hi' }).email).toMatchObject({ runAt: NOW });
    const claimed = { type: 'email-claimed', owner: 'me', sendWhen: 'transcribed' } as const;
    expect(apply(waiting, claimed).email.state).toBe('pending');
    expect(apply(waiting, claimed, NOW + MINUTE).email.state).toBe('sending');
    // Sent by a supervisor, it waits for nothing.
    expect(apply(waiting, [{ type: 'resend-requested' }, claimed]).email.state).toBe('sending');
  });

  test('the wrong task is neither requeued, restored nor assigned', () => {
    const created = ENTRIES.find(({ task }) => task.state === 'created')!;
    expect(apply(created, { type: 'task-requeued', taskSid: OTHER_TASK_SID, owner: 'me' })).toBe(created);
    expect(apply(created, { type: 'task-opened', taskSid: OTHER_TASK_SID, ...SAM })).toBe(created);
    const pending = ENTRIES.find(({ task }) => task.state === 'pending')!;
    expect(apply(pending, { type: 'requeue-reverted', taskSid: TASK_SID })).toBe(pending);
  });

  test('a worker is listed once, and at most twenty are', () => {
    const heard = apply(recording, { type: 'message-heard', ...SAM });
    expect(apply(heard, { type: 'message-heard', ...SAM })).toBe(heard);
    const many = Array.from(
      { length: 30 },
      (_, n): LedgerEvent => ({ type: 'message-heard', worker: 'x', workerSid: `WK${n}` }),
    );
    expect(apply(recording, many).listenedBy).toHaveLength(20);
  });
});

const EMAIL_OUTCOMES: ReadonlySet<EventType> = new Set(['email-sent', 'email-failed', 'email-deferred']);

describe('recipients are settled one by one', () => {
  const ana = { address: 'ana@example.com', state: 'accepted' as const, provider: 'mailgun' };
  const bo = { address: 'bo@example.com', state: 'refused' as const, problem: 'recipient-refused' as const };
  const cy = { address: 'cy@example.com', state: 'accepted' as const, provider: 'smtp' };
  const deferred: LedgerEvent = {
    type: 'email-deferred',
    lastError: 'unreachable',
    deliveryUncertain: false,
    settled: [ana, bo],
  };
  const claimed: LedgerEvent = { type: 'email-claimed', owner: 'other', sendWhen: 'recorded' };
  const afterFirst = () => transitionAll(recordedVoicemail(), [claimed, deferred], NOW);

  test('what an attempt settled is known to the next one, and to the outcome', () => {
    expect(afterFirst().email).toMatchObject({ state: 'pending', settled: [ana, bo] });
    const sending = transition(afterFirst(), claimed, NOW + MINUTE);
    expect(sending.email).toMatchObject({ state: 'sending', settled: [ana, bo] });
    const sent = transition(sending, { type: 'email-sent', recipients: [cy], possibleDuplicate: false }, NOW + MINUTE);
    expect(sent.email).toMatchObject({ state: 'sent', recipients: [ana, bo, cy], recipientCount: 3 });
  });

  test('given up after three days, it says who has it; sent again, it leaves them out', () => {
    const later = NOW + 4 * 24 * 60 * MINUTE;
    const failed = transitionAll(
      afterFirst(),
      [claimed, { type: 'email-deferred', lastError: 'unreachable', deliveryUncertain: false, settled: [cy] }],
      later,
    );
    expect(failed.email).toMatchObject({ state: 'failed', recipients: [ana, bo, cy], recipientCount: 3 });
    const again = transition(failed, { type: 'resend-requested' }, later);
    expect(again.email).toMatchObject({ state: 'pending', settled: [ana, cy] });
  });
});

describe('any events in any order', () => {
  const eventAt = fc.record({
    event: fc.constantFrom(...Object.values(EXPECTED).map(({ event }) => event)),
    after: fc.constantFrom(0, 1_000, LEASE_MS, MINUTE, 24 * 60 * MINUTE),
  });
  const histories = fc.array(eventAt, { maxLength: 30 });
  const starts = fc.constantFrom(
    begunVoicemail(),
    begunVoicemail({ reviewed: true }),
    newCallback(),
    bookingCallback(),
  );
  type Step = { before: LedgerEntry; entry: LedgerEntry; event: LedgerEvent; now: number };
  const holds = (check: (step: Step) => void) =>
    fc.assert(
      fc.property(starts, histories, (start, history) => {
        let before = start;
        let now = NOW;
        for (const { event, after } of history) {
          now += after;
          // Only the invocation that has claimed the email has an outcome of it.
          if (EMAIL_OUTCOMES.has(event.type) && before.email.state !== 'sending') continue;
          const entry = transition(before, event, now);
          check({ before, entry, event, now });
          before = entry;
        }
      }),
      { numRuns: 500 },
    );

  test('an entry can be stored and read back', () => holds(({ entry }) => expect(isValid(entry)).toBe(true)));

  test('a sent email stays sent', () =>
    holds(({ before, entry }) => {
      if (before.email.state === 'sent') expect(entry.email).toBe(before.email);
    }));

  test('a deleted recording and its transcript stay deleted', () =>
    holds(({ before, entry }) => {
      // A tombstone says nothing of its recording.
      if (before.recording.state !== 'deleted' || entry.erasure !== undefined) return;
      expect(entry.recording.state).toBe('deleted');
      expect(entry.transcript.state).toBe('none');
    }));

  test('a discarded message is never sent', () =>
    holds(({ entry }) => {
      if (entry.review === 'discarded') expect(entry.recording.state).not.toBe('completed');
    }));

  test('while a step is leased, no other claim succeeds on it', () =>
    holds(({ before, entry, event, now }) => {
      if (!isLeased(before, now)) return;
      if (event.type === 'booking-claimed' || event.type === 'withdrawal-claimed') expect(entry).toBe(before);
      if (event.type === 'task-claimed' && 'lease' in before.task) expect(entry.task).toBe(before.task);
      if (event.type === 'email-claimed' && before.email.state === 'sending') expect(entry.email).toBe(before.email);
    }));

  test('what is still to be done is due', () =>
    holds(({ entry }) => {
      const isOpen =
        entry.task.state === 'pending' || entry.email.state === 'pending' || entry.email.state === 'sending';
      if (isOpen) expect(nextRunAt(entry)).toBeDefined();
    }));
});
