import {
  EMAIL_GIVE_UP_MS,
  isUnderReview,
  LEASE_MS,
  type Lease,
  type LedgerEntry,
  type RecipientOutcome,
  TASK_TIMEOUT_SECONDS,
} from './entry';

/**
 * The steps of an entry, task and mail: who may work on them now, what came of it, and when they are due again. Pure.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** True when nobody works on a step, or whoever did has died. */
export const isLeaseAvailable = (lease: Lease | undefined, now: number) => lease === undefined || lease.until <= now;

/** True when the task can be made now and nobody is making it. */
export function taskIsClaimable(entry: LedgerEntry, now: number): boolean {
  const ready = entry.recording.state === 'completed' || entry.task.type === 'callback';
  return (
    ready &&
    !entry.booking &&
    !isUnderReview(entry) &&
    entry.task.state === 'pending' &&
    isLeaseAvailable(entry.task.lease, now)
  );
}

/**
 * True when the mail can be sent now and nobody is sending it.
 * @param sendWhen `transcribed`: it waits for the transcript, a bounded time
 */
export function emailIsClaimable(entry: LedgerEntry, sendWhen: 'recorded' | 'transcribed', now: number): boolean {
  if (entry.recording.state !== 'completed' || isUnderReview(entry)) return false;
  if (entry.email.state === 'sending') return isLeaseAvailable(entry.email.lease, now);
  if (entry.email.state !== 'pending' || entry.email.runAt > now) return false;
  return sendWhen === 'recorded' || entry.transcript.state !== 'pending' || entry.transcript.giveUpAt <= now;
}

export interface Claim {
  task: boolean;
  email: boolean;
}

/** Takes the claimed steps for `owner` until the lease runs out. Both in one write. */
export function withClaims(entry: LedgerEntry, claim: Claim, owner: string, now: number): LedgerEntry {
  const lease: Lease = { owner, until: now + LEASE_MS };
  const next = { ...entry };
  if (claim.task) {
    next.task = { ...entry.task, lease, attempts: entry.task.attempts + 1 };
  }
  if (claim.email) {
    const mayHaveBeenSent = entry.email.deliveryUncertain === true || entry.email.state === 'sending';
    // A lease found here has run out: whoever held it may have sent the mail until it did.
    const mayHaveBeenSentAt =
      entry.email.deliveryUncertainSince ?? (mayHaveBeenSent ? entry.email.lease?.until : undefined);
    next.email = {
      ...entry.email,
      state: 'sending',
      lease,
      attempts: entry.email.attempts + 1,
      deliveryUncertain: mayHaveBeenSent,
      deliveryUncertainSince: mayHaveBeenSentAt,
    };
  }
  return next;
}

export type TaskOutcome =
  | {
      made: true;
      sid: string;
      /** It was there already, with what was known when it was made. */
      found?: boolean;
    }
  | {
      made: false;
      problem: string;
      /** The answer was lost: it may be there. */
      mayHaveBeenMade?: boolean;
    };

export function withTaskOutcome(entry: LedgerEntry, outcome: TaskOutcome, now: number): LedgerEntry {
  if (entry.task.state !== 'pending') return entry;
  const task = { ...entry.task, lease: undefined };
  // As long as a task itself would have waited; after that nobody expects it any more, and it must be seen.
  if (!outcome.made && now - entry.createdAt > taskLifetimeSeconds(entry) * SECOND)
    return { ...entry, task: { ...task, state: 'expired', closed: true, reason: outcome.problem } };
  return {
    ...entry,
    task: outcome.made
      ? { ...task, state: 'created', sid: outcome.sid, createdAt: now, reason: undefined }
      : {
          ...task,
          runAt: now + backoff(task.attempts),
          reason: outcome.problem,
        },
  };
}

export type EmailOutcome =
  | {
      result: 'sent';
      providerId?: string;
      recipients: RecipientOutcome[];
      possibleDuplicate: boolean;
      /** Bytes attached; for the log. */
      attachedBytes?: number;
    }
  | { result: 'off' }
  | { result: 'failed'; lastError: string; recipients: RecipientOutcome[] }
  | {
      result: 'later';
      lastError: string;
      deliveryUncertain: boolean;
      recordingOmitted?: 'too-large' | 'gone';
      /** It was the recording that could not be fetched. */
      recordingFetchFailed?: boolean;
      /** Nothing was tried (no settings, no key): it does not count as a try. */
      notAttempted?: boolean;
    };

export function withEmailOutcome(entry: LedgerEntry, outcome: EmailOutcome, now: number): LedgerEntry {
  if (entry.email.state !== 'pending' && entry.email.state !== 'sending') return entry;
  const email = { ...entry.email, lease: undefined };
  const step = (): LedgerEntry['email'] => {
    switch (outcome.result) {
      case 'sent':
        return {
          ...email,
          state: 'sent',
          sentAt: now,
          providerId: outcome.providerId,
          recipients: outcome.recipients,
          recipientCount: outcome.recipients.length,
          possibleDuplicate: outcome.possibleDuplicate || undefined,
          deliveryUncertain: undefined,
          deliveryUncertainSince: undefined,
          lastError: undefined,
        };
      case 'off':
        return { ...email, state: 'off', lastError: undefined };
      case 'failed':
        return {
          ...email,
          state: 'failed',
          lastError: outcome.lastError,
          recipients: outcome.recipients,
          recipientCount: outcome.recipients.length,
        };
      case 'later': {
        const since = email.resendRequestedAt ?? entry.recording.completedAt ?? entry.createdAt;
        const tries = outcome.notAttempted ? Math.max(1, email.attempts) : email.attempts;
        const later = {
          ...email,
          problem: outcome.lastError,
          withoutRecording: outcome.recordingOmitted ?? email.recordingOmitted,
          recordingTries: (email.recordingFetchFailures ?? 0) + (outcome.recordingFetchFailed ? 1 : 0) || undefined,
          mayHaveBeenSent: outcome.deliveryUncertain || (outcome.notAttempted && email.deliveryUncertain) || undefined,
          mayHaveBeenSentAt: outcome.deliveryUncertain
            ? (email.deliveryUncertainSince ?? now)
            : email.deliveryUncertainSince,
        };
        return now - since > EMAIL_GIVE_UP_MS
          ? { ...later, state: 'failed' }
          : { ...later, state: 'pending', runAt: now + backoff(tries) };
      }
    }
  };
  return { ...entry, email: step() };
}

/**
 * A supervisor wants it sent again, or now: due at once, with as many tries as at first. That an earlier one may have
 * been sent is not forgotten, so the provider is asked first.
 */
export function withResend(entry: LedgerEntry, now: number): LedgerEntry {
  const { email, recording } = entry;
  if (recording.state !== 'completed' || isUnderReview(entry)) return entry;
  if (email.state !== 'failed' && email.state !== 'pending') return entry;
  if (email.state === 'pending' && email.runAt <= now) return entry;
  return {
    ...entry,
    email: {
      ...email,
      state: 'pending',
      attempts: 0,
      runAt: now,
      recordingFetchFailures: undefined,
      // What was too large for a provider once may be so no more; what is gone stays gone.
      recordingOmitted: email.recordingOmitted === 'gone' ? 'gone' : undefined,
      resendRequestedAt: now,
    },
  };
}

/** 1, 2, 4 … minutes, at most 30: an outage of an hour costs a handful of tries and ends with a prompt mail. */
function backoff(tries: number): number {
  return Math.min(30 * MINUTE, MINUTE * 2 ** Math.max(0, tries - 1));
}

/** True while somebody works on the entry. */
export function isLeased(entry: LedgerEntry, now: number): boolean {
  return !isLeaseAvailable(entry.task.lease, now) || !isLeaseAvailable(entry.email.lease, now);
}

/** What TaskRouter says of a task that should have timed out by now. */
export function withTaskSeen(entry: LedgerEntry, seen: 'expired' | 'handled' | 'still-open', now: number): LedgerEntry {
  if (entry.task.state !== 'created') return entry;
  switch (seen) {
    case 'expired':
      return { ...entry, task: { ...entry.task, state: 'expired', closed: true } };
    case 'handled':
      return { ...entry, task: { ...entry.task, closed: true } };
    case 'still-open':
      return { ...entry, task: { ...entry.task, runAt: now + HOUR } };
  }
}

/** Seconds the entry's task lives. */
export function taskLifetimeSeconds(entry: LedgerEntry): number {
  return entry.taskTimeoutSeconds ?? TASK_TIMEOUT_SECONDS;
}

/** A minute after TaskRouter's own time-out the task is looked up: cancelled tasks are soon gone there. */
function expiryCheckAt(entry: LedgerEntry): number {
  return Math.max(
    (entry.task.createdAt ?? entry.createdAt) + taskLifetimeSeconds(entry) * SECOND + MINUTE,
    entry.task.runAt,
  );
}

/**
 * When this entry needs to be looked at again, in milliseconds since 1970; undefined when every step is final.
 */
export function nextRunAt(entry: LedgerEntry): number | undefined {
  if (entry.recording.state === 'recording' || isUnderReview(entry)) return entry.recording.checkAt;
  const due: number[] = [];
  if (entry.task.state === 'pending') due.push(entry.task.lease?.until ?? entry.task.runAt);
  if (entry.task.state === 'withdrawing') due.push(entry.task.runAt);
  if (entry.task.state === 'created' && !entry.task.closed)
    due.push(entry.task.numberSyncDueAt ?? expiryCheckAt(entry));
  if (entry.email.state === 'pending') due.push(entry.email.runAt);
  if (entry.email.state === 'sending') due.push(entry.email.lease?.until ?? entry.email.runAt);
  if (entry.transcript.state === 'pending') due.push(entry.transcript.giveUpAt);
  return due.length === 0 ? undefined : Math.min(...due);
}
