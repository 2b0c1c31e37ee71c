import { type EmailState, isUnderReview, type LedgerEntry, type RecordingState, type TaskState } from './entry';
import type { Change, EntryIn } from './entry-in';
import type { EventOf } from './events';
import { LEASE_MS } from './schedule';
import { taskFieldsOf } from './task-changes';

/** What events change in an entry's recording. Pure; `transitions.ts` says in which states each applies. */

/** When to look whether the caller of a message under review has hung up: longer than anyone listens. */
const REVIEW_TIMEOUT_MS = 5 * 60_000;
export const NO_MESSAGE_YET = ['recording', 'none', 'failed', 'withdrawn', 'superseded'] as const;

type Recorded<R extends RecordingState> = EntryIn<R, TaskState, EmailState>;

export function completeRecording(
  entry: Recorded<(typeof NO_MESSAGE_YET)[number]>,
  { recordingSid, seconds }: EventOf<'recording-completed'>,
  now: number,
): Change {
  const { task, email } = entry;
  const checkAt = isUnderReview(entry) ? now + REVIEW_TIMEOUT_MS : undefined;
  return {
    recording: { state: 'completed', recordingSid, seconds, completedAt: now, checkAt },
    task: task.state === 'none' ? { ...taskFieldsOf(task), state: 'pending', type: 'voicemail', runAt: now } : task,
    email: email.state === 'off' ? { state: 'pending', attempts: 0, runAt: now } : email,
  };
}

/** Its webhook may come after the caller has chosen to record another message. */
export function noteDiscardedRecording({ recordingSid, seconds }: EventOf<'recording-completed'>): Change {
  return { recording: { state: 'superseded', recordingSid, seconds } };
}

export function restoreMessage(
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
export function deleteRecording(
  { recording, email }: Recorded<'completed'>,
  _: EventOf<'recording-deleted'>,
  now: number,
): Change {
  const { recordingSid, seconds, completedAt, deletedByRule } = recording;
  return {
    recording: { state: 'deleted', recordingSid, seconds, completedAt, deletionDueAt: now + LEASE_MS, deletedByRule },
    transcript: { state: 'none' },
    email:
      email.state === 'pending' || email.state === 'sending'
        ? { state: 'off', lastError: 'recording-deleted', heir: email.heir }
        : email,
  };
}

/** The mail stays wanted: it tells that a message was lost. */
export function failRecording({ recording }: LedgerEntry, now: number) {
  return {
    review: undefined,
    recording: { state: 'failed', recordingSid: recording.recordingSid, completedAt: now },
    transcript: { state: 'none' },
  } satisfies Change;
}

/** A recording that another attempt superseded keeps its sid, so that no other entry takes it. */
export function withoutMessage({ recording }: LedgerEntry, state: 'none' | 'withdrawn' | 'superseded') {
  const recordingSid = state === 'none' ? undefined : recording.recordingSid;
  return {
    review: undefined,
    recording: { state, recordingSid },
    email: { state: 'off' },
    transcript: { state: 'none' },
  } satisfies Change;
}
