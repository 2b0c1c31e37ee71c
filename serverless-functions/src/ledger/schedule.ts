import { createHash } from 'node:crypto';
import {
  isMailWorthy,
  isUnderReview,
  type Lease,
  type LedgerEntry,
  type SendingFields,
  TASK_TIMEOUT_SECONDS,
} from './entry';

/** When the steps of an entry are due, and which of them may be claimed now. Pure. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Longer than a Function lives (10 s): the owner of an expired lease is dead. */
export const LEASE_MS = 15 * SECOND;

/**
 * How long a request may be carried out after nobody waits for its answer: a task whose creation was never answered
 * exists by then, or never will (ADR 0050).
 */
export const LATE_EXECUTION_MS = MINUTE;

/** @param leaseMs longer than its owner works: a Function, unless it says otherwise */
export function newLease(owner: string, now: number, leaseMs = LEASE_MS): Lease {
  return { owner, until: now + leaseMs };
}

/** True when the step is not being worked on. */
export function isLeaseAvailable(lease: Lease | undefined, now: number): boolean {
  return lease === undefined || lease.until <= now;
}

/** True when the invocation `owner` has claimed the entry's task. */
export function isClaimedBy({ task }: LedgerEntry, owner: string): boolean {
  return task.state === 'pending' && task.lease?.owner === owner;
}

/** True while an invocation works on the entry. */
export function isLeased({ task, email, closing, reminders = [] }: LedgerEntry, now: number): boolean {
  const taskLease = task.state === 'pending' || task.state === 'withdrawing' ? task.lease : undefined;
  const emailLease = email.state === 'sending' ? email.lease : undefined;
  const closingLease = closing?.state === 'sending' ? closing.lease : undefined;
  const reminderLeases = reminders.map(({ lease }) => lease);
  return [taskLease, emailLease, closingLease, ...reminderLeases].some((lease) => !isLeaseAvailable(lease, now));
}

/**
 * Until when a task may appear that nobody knows of: the answer to its creation was lost, or the invocation that wanted
 * to create it died with its lease.
 * @returns undefined when that is not, or no longer, possible
 */
export function creationUncertainUntil({ task }: LedgerEntry, now: number): number | undefined {
  if (task.state !== 'pending' && task.state !== 'withdrawing') return undefined;
  const until = task.creationUncertainUntil ?? (task.state === 'pending' ? creationSettledAt(task.lease) : undefined);
  return until !== undefined && until > now ? until : undefined;
}

/**
 * A lease begins just before the request that it is for. A longer one is of an owner that may begin it as much later
 * (ADR 0130).
 */
function creationSettledAt(lease: Lease | undefined): number | undefined {
  return lease && lease.until - LEASE_MS + LATE_EXECUTION_MS;
}

/** True when the task may be created now. */
export function isTaskClaimable(entry: LedgerEntry, now: number): boolean {
  const { task, recording, booking } = entry;
  if (task.state !== 'pending' || booking || isUnderReview(entry)) return false;
  if (creationUncertainUntil(entry, now) !== undefined) return false;
  return (recording.state === 'completed' || task.type === 'callback') && isLeaseAvailable(task.lease, now);
}

/**
 * True when the email may be sent now.
 * @param sendWhen `transcribed`: it waits for the transcript, for a bounded time
 */
export function isEmailClaimable(entry: LedgerEntry, sendWhen: 'recorded' | 'transcribed', now: number): boolean {
  const { recording, email, transcript } = entry;
  if (!isMailWorthy(entry) || isUnderReview(entry) || isBeingDeleted(entry)) return false;
  if (email.state === 'sending') return isLeaseAvailable(email.lease, now);
  if (email.state !== 'pending' || email.runAt > now) return false;
  // A supervisor who sends it again does not wait.
  if (sendWhen === 'recorded' || transcript.state !== 'pending' || email.resendRequestedAt !== undefined) return true;
  if (recording.state !== 'completed') return true;
  return transcriptWaitEndsAt(recording.completedAt, transcript.giveUpAt) <= now;
}

/**
 * True when a person had the email sent again after its answer was lost: they know that it may arrive twice. What is lost
 * after that is a doubt of its own.
 */
export function isDoubtAccepted({
  deliveryUncertainSince: since,
  resendRequestedAt: requestedAt,
}: Pick<SendingFields, 'deliveryUncertainSince' | 'resendRequestedAt'>): boolean {
  return since !== undefined && requestedAt !== undefined && requestedAt > since;
}

const RESENDS_PER_HOUR = 5;

/** When supervisors requested the email again within the last hour. */
export function recentResends(email: LedgerEntry['email'], now: number): number[] {
  const resends = 'resends' in email ? (email.resends ?? []) : [];
  return resends.filter((at) => at > now - 60 * MINUTE && at <= now);
}

/** When the email may be requested again: five times an hour, since each costs the provider a request. */
export function resendAllowedAt(email: LedgerEntry['email'], now: number): number {
  const recent = recentResends(email, now);
  return recent.length < RESENDS_PER_HOUR ? now : Math.min(...recent) + 60 * MINUTE;
}

/** How long an email waits for its transcript, from the recording on; the transcript itself may come later. */
const TRANSCRIPT_WAIT_MS = MINUTE;

/** When an email goes out without a transcript that is still pending. */
export function transcriptWaitEndsAt(completedAt: number, giveUpAt: number): number {
  return Math.min(giveUpAt, completedAt + TRANSCRIPT_WAIT_MS);
}

/** The lifetime of the entry's task, in seconds. */
export function taskLifetimeSeconds(entry: LedgerEntry): number {
  return entry.taskTimeoutSeconds ?? TASK_TIMEOUT_SECONDS;
}

/** 1, 2, 4 … minutes, at most 30: an outage of an hour costs a few attempts and ends with a prompt email. */
export function backoff(attempts: number): number {
  return Math.min(30 * MINUTE, MINUTE * 2 ** Math.max(0, attempts - 1));
}

/**
 * How long an email waits before its next attempt: at least as long as the provider asked, else `backoff`, shortened by
 * up to 15 % so that many do not come back at one moment. The same for the same entry and attempt.
 */
export function pauseBefore(id: string, attempts: number, retryAfterMs = 0): number {
  const spread = createHash('sha256').update(`${id} ${attempts}`).digest().readUInt16BE(0) / 0xffff;
  return Math.max(retryAfterMs, Math.round(backoff(attempts) * (1 - 0.15 * spread)));
}

/** True while somebody deletes the recording: no mail is begun with it. */
function isBeingDeleted({ recording }: LedgerEntry): boolean {
  return recording.state === 'completed' && recording.deletionDueAt !== undefined;
}

/** True when a sweep must complete or check a deletion. */
export function isDeletionDue(entry: LedgerEntry, now: number): boolean {
  const at = deletionDueAt(entry);
  return at !== undefined && at <= now;
}

/** When the entry must be processed again; undefined once every step is final. */
export function nextRunAt(entry: LedgerEntry): number | undefined {
  const { recording, erasure } = entry;
  if (erasure !== undefined) return erasure.checkAt;
  if (recording.state === 'recording') return recording.checkAt;
  if (recording.state === 'completed' && isUnderReview(entry)) return recording.checkAt;
  const due = [
    taskDueAt(entry),
    emailDueAt(entry),
    closingDueAt(entry),
    entry.takenSyncDueAt,
    remindersDueAt(entry),
    transcriptDueAt(entry),
    deletionDueAt(entry),
  ].filter((at) => at !== undefined);
  return due.length === 0 ? undefined : Math.min(...due);
}

function taskDueAt(entry: LedgerEntry): number | undefined {
  const { task } = entry;
  switch (task.state) {
    case 'pending':
      // A booking is decided as soon as nobody works on it; that creates no task.
      if (entry.booking) return task.lease?.until ?? task.runAt;
      return creationSettledAt(task.lease) ?? task.runAt;
    case 'withdrawing':
      return task.runAt;
    case 'created': {
      if (task.closed) return undefined;
      // A minute after TaskRouter's own timeout: it soon forgets canceled tasks.
      const expiryCheckAt = Math.max(task.createdAt + taskLifetimeSeconds(entry) * SECOND + MINUTE, task.runAt);
      return task.numberSyncDueAt ?? expiryCheckAt;
    }
    default:
      return undefined;
  }
}

function deletionDueAt({ recording }: LedgerEntry): number | undefined {
  return recording.state === 'completed' || recording.state === 'deleted' ? recording.deletionDueAt : undefined;
}

/** When the email must be taken up; undefined when there is none to send. */
function emailDueAt(entry: LedgerEntry): number | undefined {
  const { email } = entry;
  if (email.state === 'pending') return isBeingDeleted(entry) ? undefined : email.runAt;
  return email.state === 'sending' ? email.lease.until : undefined;
}

/** When an email of the entry must be taken up: the one about it, or that it was handled; undefined: there is none. */
export function mailDueAt(entry: LedgerEntry): number | undefined {
  const isWaitedFor = isMailWorthy(entry) && !isUnderReview(entry);
  const due = [isWaitedFor ? emailDueAt(entry) : undefined, closingDueAt(entry)].filter((at) => at !== undefined);
  return due.length === 0 ? undefined : Math.min(...due);
}

function closingDueAt({ closing }: LedgerEntry): number | undefined {
  if (closing?.state === 'pending') return closing.runAt;
  return closing?.state === 'sending' ? closing.lease.until : undefined;
}

function remindersDueAt({ reminders = [] }: LedgerEntry): number | undefined {
  const due = reminders.map(({ lease, runAt }) => lease?.until ?? runAt);
  return due.length === 0 ? undefined : Math.min(...due);
}

function transcriptDueAt({ transcript }: LedgerEntry): number | undefined {
  return transcript.state === 'pending' ? transcript.giveUpAt : undefined;
}
