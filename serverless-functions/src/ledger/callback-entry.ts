import type { VoicemailDetails } from './entry';
import { LEASE_MS, type LedgerEntry } from './entry';

/** The entry of a callback: pure, like `entry.ts`. It has no recording, no mail and no transcript. */

/** The reason on the waiting task that was cancelled for a callback. */
export const CALLBACK_CANCEL_REASON = 'Opted to request a callback';
/** The reason on a callback's task that was made and is not wanted any more. */
export const WITHDRAWN_TASK_REASON = 'Callback withdrawn: the caller was connected or stayed in line';
/** A task whose creation was never answered is looked for after this: by then it is there or will never be. */
const LATE_TASK_MS = 60_000;
const RETRY_WITHDRAWAL_MS = 60_000;
/** Longer than whoever changed the number lives: by then the task shows it, or has to be shown it. */
const SHOW_NUMBER_MS = 15_000;

export function callbackEntryId(callSid: string): string {
  return `callback-${callSid}`;
}

export type CallbackDetails = Omit<VoicemailDetails, 'attempt'> &
  Pick<LedgerEntry, 'numberToCall' | 'callbackAttempts' | 'taskTimeoutSeconds'>;

/** A callback that is wanted: nothing but its task is open. */
export function newCallbackEntry(id: string, details: CallbackDetails, now: number): LedgerEntry {
  return {
    version: 1,
    id,
    attempt: 1,
    ...details,
    createdAt: now,
    recording: { state: 'none', checkAt: now },
    task: { state: 'pending', type: 'callback', attempts: 0, runAt: now },
    email: { state: 'off', attempts: 0, runAt: now, recipients: [] },
    transcript: { state: 'none', giveUpAt: now },
  };
}

/** The number an agent is to call. */
export function numberToCall(entry: LedgerEntry): string {
  return entry.numberToCall ?? entry.from;
}

/** The same callback, at another number. */
export function withNumberToCall(entry: LedgerEntry, number: string): LedgerEntry {
  if (numberToCall(entry) === number) return entry;
  return { ...entry, numberToCall: number === entry.from ? undefined : number };
}

/** A promised callback, at another number: its task, if there is one, still shows the old one. */
export function withNumberChanged(entry: LedgerEntry, number: string, now: number): LedgerEntry {
  if (!isPromised(entry) || numberToCall(entry) === number) return entry;
  return { ...withNumberToCall(entry, number), task: { ...entry.task, numberSyncDueAt: now + SHOW_NUMBER_MS } };
}

/** The task shows the number, or there is none that could. */
export function withNumberShown(entry: LedgerEntry, number: string): LedgerEntry {
  if (entry.task.numberSyncDueAt === undefined || numberToCall(entry) !== number) return entry;
  return { ...entry, task: { ...entry.task, numberSyncDueAt: undefined } };
}

/** Claimed by whoever books it: until it is booked or withdrawn nobody else makes its task. */
export function withBooking(entry: LedgerEntry, owner: string, now: number): LedgerEntry {
  const { task } = entry;
  return {
    ...entry,
    booking: true,
    dequeued: undefined,
    task: {
      ...task,
      state: 'pending',
      sid: undefined,
      reason: undefined,
      closed: undefined,
      lease: { owner, until: now + LEASE_MS },
      attempts: task.attempts + 1,
    },
  };
}

/**
 * The caller has left the line for it, so it is promised.
 * @param taskSid undefined when nobody knows whether its task was made; it is looked for later, and made if it is not there
 */
export function withBooked(entry: LedgerEntry, taskSid: string | undefined, now: number): LedgerEntry {
  if (!entry.booking) return entry;
  const task = { ...entry.task, lease: undefined };
  return {
    ...entry,
    booking: undefined,
    dequeued: true,
    task:
      taskSid === undefined
        ? { ...task, runAt: now + LATE_TASK_MS }
        : { ...task, state: 'created', sid: taskSid, createdAt: now, reason: undefined },
  };
}

/**
 * The callback is not wanted: the caller stayed in line or was connected.
 * @param made what is known of its task: not made, made with that sid, or made perhaps
 */
export function withWithdrawn(
  entry: LedgerEntry,
  made: 'not-made' | 'perhaps' | { sid: string },
  now: number,
): LedgerEntry {
  if (entry.task.state !== 'pending' && entry.task.state !== 'withdrawing') return entry;
  const task = { ...entry.task, lease: undefined, reason: WITHDRAWN_TASK_REASON };
  return {
    ...entry,
    booking: undefined,
    task:
      made === 'not-made'
        ? { ...task, state: 'none' }
        : made === 'perhaps'
          ? { ...task, state: 'withdrawing', runAt: now + LATE_TASK_MS }
          : { ...task, state: 'withdrawing', sid: made.sid, runAt: now },
  };
}

/** The task of a withdrawn callback is gone, or could not be cancelled yet. */
export function withWithdrawal(entry: LedgerEntry, done: boolean, now: number): LedgerEntry {
  if (entry.task.state !== 'withdrawing') return entry;
  const task = { ...entry.task, lease: undefined };
  return { ...entry, task: done ? { ...task, state: 'none' } : { ...task, runAt: now + RETRY_WITHDRAWAL_MS } };
}

/** True while the callback is promised and nobody has made it: its task still has to be made, or waits. */
export function isPromised({ task, booking }: LedgerEntry): boolean {
  return !booking && !task.closed && (task.state === 'pending' || task.state === 'created');
}
