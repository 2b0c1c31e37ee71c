import type { TaskType } from '@callback-and-voicemail/contract';

/**
 * A ledger entry: all that is needed to finish one voicemail alone, whoever dies on the way. Pure: every function
 * here takes an entry and gives the next one; `ledger.ts` writes them.
 *
 * Each step has its own state and, while someone works on it, a lease.
 */
export interface Lease {
  /** The invocation that holds it. */
  owner: string;
  /** Milliseconds since 1970; past it the step may be taken over. */
  until: number;
}

export interface RecipientOutcome {
  address: string;
  state: 'accepted' | 'refused';
}

export interface VoicemailEntry {
  version: 1;
  /** `voicemail-<CallSid>-<attempt>`; also the task's `voicemail_id` and the mail's Message-ID. */
  id: string;
  callSid: string;
  /** Counts the recordings of one call from 1; travels in every callback URL. */
  attempt: number;
  from: string;
  to: string;
  queueName: string;
  workflowSid: string;
  priority: number;
  /** The waiting task's attributes that routing may look at. */
  routing: Record<string, unknown>;
  waitingTaskSid?: string;
  /** The waiting task was cancelled for this entry, so the caller is promised something. */
  leftLine?: boolean;
  /** An earlier entry of this call promised a callback already; one is enough. */
  callbackPromised?: boolean;
  /** Links our task to the call's in Flex Insights. */
  conversationId: string;
  /** Milliseconds since 1970, as are all times here. */
  waitingSince: number;
  language: string;
  createdAt: number;
  /** The key under which the index of open entries lists this one; absent once nothing is left to do. */
  indexKey?: string;
  recording: {
    /** `none`: the caller left nothing. `withdrawn`: the caller never came to record. `superseded`: asked again. */
    state: 'recording' | 'completed' | 'none' | 'withdrawn' | 'superseded';
    sid?: string;
    seconds?: number;
    completedAt?: number;
    /** When a recording that never reported is looked for (again). */
    checkAt: number;
  };
  task: {
    /** `none`: nothing to make; `expired`: TaskRouter gave it up unhandled. */
    state: 'pending' | 'created' | 'expired' | 'none';
    type: TaskType;
    sid?: string;
    createdAt?: number;
    reason?: string;
    lease?: Lease;
    tries: number;
    nextTryAt: number;
    /** The task ended, or was seen to have expired; nothing is left to check. */
    settled?: boolean;
  };
  email: {
    state: 'off' | 'pending' | 'sending' | 'sent' | 'failed';
    lease?: Lease;
    tries: number;
    nextTryAt: number;
    /** An answer was lost, so the mail may have gone out: the provider is asked before it is sent again. */
    mayHaveBeenSent?: boolean;
    mayHaveArrivedTwice?: boolean;
    /** Set when the provider, or we, found the recording too large or gone. */
    withoutRecording?: 'too-large' | 'gone';
    problem?: string;
    sentAt?: number;
    providerId?: string;
    recipients: RecipientOutcome[];
  };
  transcript: { state: 'none' | 'pending' | 'ready' | 'failed'; text?: string; giveUpAt: number };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Longer than a Function lives (10 s), so a lease that has run out means its owner is dead. */
export const LEASE_MS = 15 * SECOND;
/** A task's life in TaskRouter: a week covers a long weekend and a holiday. */
export const TASK_TIMEOUT_SECONDS = (7 * DAY) / SECOND;
/** How long after the longest possible message a recording that never reported is looked for. */
const RECORDING_GRACE_MS = 3 * MINUTE;
/** How long a transcript is waited for before the entry (and a mail that waits for it) goes on without. */
export const TRANSCRIPT_PATIENCE_MS = 10 * MINUTE;
/** Mail is retried for three days: a weekend with a wrong key loses nothing. */
export const EMAIL_GIVE_UP_MS = 3 * DAY;
/** A rebuilt entry knows at most this much of the transcript; the whole document stays below 10 KiB. */
const MAX_TRANSCRIPT_BYTES = 3_000;

export function entryId(callSid: string, attempt: number): string {
  return `voicemail-${callSid}-${attempt}`;
}

export type EntryDetails = Pick<
  VoicemailEntry,
  | 'callSid'
  | 'attempt'
  | 'from'
  | 'to'
  | 'queueName'
  | 'workflowSid'
  | 'priority'
  | 'routing'
  | 'waitingTaskSid'
  | 'conversationId'
  | 'waitingSince'
  | 'language'
>;

/** A new entry, made when its recording is about to start. */
export function newEntry(
  details: EntryDetails,
  limits: { maxRecordingSeconds: number; transcribed: boolean },
  now: number,
): VoicemailEntry {
  return {
    version: 1,
    id: entryId(details.callSid, details.attempt),
    ...details,
    createdAt: now,
    recording: { state: 'recording', checkAt: now + limits.maxRecordingSeconds * SECOND + RECORDING_GRACE_MS },
    task: { state: 'pending', type: 'voicemail', tries: 0, nextTryAt: now },
    email: { state: 'pending', tries: 0, nextTryAt: now, recipients: [] },
    transcript: {
      state: limits.transcribed ? 'pending' : 'none',
      giveUpAt: now + limits.maxRecordingSeconds * SECOND + TRANSCRIPT_PATIENCE_MS,
    },
  };
}

/** The recording is there. Late news of a finished entry changes nothing. */
export function withRecording(entry: VoicemailEntry, sid: string, seconds: number, now: number): VoicemailEntry {
  if (entry.recording.state === 'completed') return entry;
  const revived = entry.task.state === 'none';
  return {
    ...entry,
    recording: { ...entry.recording, state: 'completed', sid, seconds, completedAt: now },
    task: revived ? { ...entry.task, state: 'pending', type: 'voicemail', nextTryAt: now } : entry.task,
    email: entry.email.state === 'off' ? { ...entry.email, state: 'pending', nextTryAt: now } : entry.email,
  };
}

/** No message was left: a callback task instead, or nothing at all. Only an entry still recording can come to this. */
export function withoutMessage(
  entry: VoicemailEntry,
  outcome: { task: 'callback' } | { task: 'none'; reason: string },
  now: number,
): VoicemailEntry {
  if (entry.recording.state !== 'recording') return entry;
  return {
    ...entry,
    recording: { ...entry.recording, state: 'none' },
    task:
      outcome.task === 'callback'
        ? { ...entry.task, type: 'callback', nextTryAt: now }
        : { ...entry.task, state: 'none', reason: outcome.reason },
    email: { ...entry.email, state: 'off' },
    transcript: { ...entry.transcript, state: 'none' },
  };
}

/** The entry is of no use any more: nothing was recorded and nothing is promised by it. */
export function closed(entry: VoicemailEntry, as: 'withdrawn' | 'superseded', reason: string): VoicemailEntry {
  if (entry.recording.state !== 'recording') return entry;
  return {
    ...entry,
    recording: { ...entry.recording, state: as },
    task: { ...entry.task, state: 'none', reason },
    email: { ...entry.email, state: 'off' },
    transcript: { ...entry.transcript, state: 'none' },
  };
}

/** The caller could not be moved to the recording: a callback is promised in its place. */
export function turnedIntoCallback(entry: VoicemailEntry, now: number): VoicemailEntry {
  return withoutMessage(entry, { task: 'callback' }, now);
}

const isFree = (lease: Lease | undefined, now: number) => lease === undefined || lease.until <= now;

/** True when the task can be made now and nobody is making it. */
export function taskIsClaimable(entry: VoicemailEntry, now: number): boolean {
  const ready = entry.recording.state === 'completed' || entry.task.type === 'callback';
  return ready && entry.task.state === 'pending' && isFree(entry.task.lease, now);
}

/**
 * True when the mail can be sent now and nobody is sending it.
 * @param sendWhen `transcribed`: it waits for the transcript, a bounded time
 */
export function emailIsClaimable(entry: VoicemailEntry, sendWhen: 'recorded' | 'transcribed', now: number): boolean {
  if (entry.recording.state !== 'completed') return false;
  if (entry.email.state === 'sending') return isFree(entry.email.lease, now);
  if (entry.email.state !== 'pending' || entry.email.nextTryAt > now) return false;
  return sendWhen === 'recorded' || entry.transcript.state !== 'pending' || entry.transcript.giveUpAt <= now;
}

export interface Claim {
  task: boolean;
  email: boolean;
}

/** Takes the claimed steps for `owner` until the lease runs out. Both in one write. */
export function withClaims(entry: VoicemailEntry, claim: Claim, owner: string, now: number): VoicemailEntry {
  const lease: Lease = { owner, until: now + LEASE_MS };
  const next = { ...entry };
  if (claim.task) {
    next.task = { ...entry.task, lease, tries: entry.task.tries + 1 };
  }
  if (claim.email) {
    const mayHaveBeenSent = entry.email.mayHaveBeenSent === true || entry.email.state === 'sending';
    next.email = { ...entry.email, state: 'sending', lease, tries: entry.email.tries + 1, mayHaveBeenSent };
  }
  return next;
}

export type TaskOutcome = { made: true; sid: string } | { made: false; problem: string };

export function withTaskOutcome(entry: VoicemailEntry, outcome: TaskOutcome, now: number): VoicemailEntry {
  if (entry.task.state !== 'pending') return entry;
  const task = { ...entry.task, lease: undefined };
  return {
    ...entry,
    task: outcome.made
      ? { ...task, state: 'created', sid: outcome.sid, createdAt: now, reason: undefined }
      : {
          ...task,
          nextTryAt: now + backoff(task.tries),
          reason: outcome.problem,
        },
  };
}

export type EmailOutcome =
  | {
      result: 'sent';
      providerId?: string;
      recipients: RecipientOutcome[];
      mayHaveArrivedTwice: boolean;
      /** Bytes attached; for the log. */
      attachedBytes?: number;
    }
  | { result: 'off' }
  | { result: 'failed'; problem: string; recipients: RecipientOutcome[] }
  | {
      result: 'later';
      problem: string;
      mayHaveBeenSent: boolean;
      withoutRecording?: 'too-large' | 'gone';
      /** Nothing was tried (no settings, no key): it does not count as a try. */
      untried?: boolean;
    };

export function withEmailOutcome(entry: VoicemailEntry, outcome: EmailOutcome, now: number): VoicemailEntry {
  if (entry.email.state !== 'pending' && entry.email.state !== 'sending') return entry;
  const email = { ...entry.email, lease: undefined };
  const step = (): VoicemailEntry['email'] => {
    switch (outcome.result) {
      case 'sent':
        return {
          ...email,
          state: 'sent',
          sentAt: now,
          providerId: outcome.providerId,
          recipients: outcome.recipients,
          mayHaveArrivedTwice: outcome.mayHaveArrivedTwice || undefined,
          mayHaveBeenSent: undefined,
          problem: undefined,
        };
      case 'off':
        return { ...email, state: 'off', problem: undefined };
      case 'failed':
        return { ...email, state: 'failed', problem: outcome.problem, recipients: outcome.recipients };
      case 'later': {
        const since = entry.recording.completedAt ?? entry.createdAt;
        const tries = outcome.untried ? Math.max(1, email.tries) : email.tries;
        const later = {
          ...email,
          problem: outcome.problem,
          withoutRecording: outcome.withoutRecording ?? email.withoutRecording,
          mayHaveBeenSent: outcome.mayHaveBeenSent || (outcome.untried && email.mayHaveBeenSent) || undefined,
        };
        return now - since > EMAIL_GIVE_UP_MS
          ? { ...later, state: 'failed' }
          : { ...later, state: 'pending', nextTryAt: now + backoff(tries) };
      }
    }
  };
  return { ...entry, email: step() };
}

/** 1, 2, 4 … minutes, at most 30: an outage of an hour costs a handful of tries and ends with a prompt mail. */
function backoff(tries: number): number {
  return Math.min(30 * MINUTE, MINUTE * 2 ** Math.max(0, tries - 1));
}

export function withTranscript(entry: VoicemailEntry, text: string | undefined): VoicemailEntry {
  if (entry.transcript.state === 'ready') return entry;
  const transcript =
    text === undefined || text.trim() === ''
      ? { ...entry.transcript, state: 'failed' as const }
      : { ...entry.transcript, state: 'ready' as const, text: truncateBytes(text.trim(), MAX_TRANSCRIPT_BYTES) };
  return { ...entry, transcript };
}

/** Cuts a text to at most `bytes` of UTF-8 without splitting a character; an ellipsis marks the cut. */
export function truncateBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = '';
  let size = Buffer.byteLength('…');
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    cut += character;
  }
  return `${cut}…`;
}

/** A minute after TaskRouter's own time-out the task is looked up: cancelled tasks are soon gone there. */
function expiryCheckAt(entry: VoicemailEntry): number {
  return Math.max(
    (entry.task.createdAt ?? entry.createdAt) + TASK_TIMEOUT_SECONDS * SECOND + MINUTE,
    entry.task.nextTryAt,
  );
}

/** True while somebody works on the entry. */
export function isLeased(entry: VoicemailEntry, now: number): boolean {
  return !isFree(entry.task.lease, now) || !isFree(entry.email.lease, now);
}

/** What TaskRouter says of a task that should have timed out by now. */
export function withTaskSeen(
  entry: VoicemailEntry,
  seen: 'expired' | 'handled' | 'still-open',
  now: number,
): VoicemailEntry {
  if (entry.task.state !== 'created') return entry;
  switch (seen) {
    case 'expired':
      return { ...entry, task: { ...entry.task, state: 'expired', settled: true } };
    case 'handled':
      return { ...entry, task: { ...entry.task, settled: true } };
    case 'still-open':
      return { ...entry, task: { ...entry.task, nextTryAt: now + HOUR } };
  }
}

/** A recording that never reported is looked for again later. */
export function withRecordingCheckAt(entry: VoicemailEntry, at: number): VoicemailEntry {
  return { ...entry, recording: { ...entry.recording, checkAt: at } };
}

/** A transcript that never came is given up, so that the entry can end. */
export function withTranscriptPatience(entry: VoicemailEntry, now: number): VoicemailEntry {
  return entry.transcript.state === 'pending' && entry.transcript.giveUpAt <= now
    ? { ...entry, transcript: { ...entry.transcript, state: 'failed' } }
    : entry;
}

/**
 * When this entry needs to be looked at again, in milliseconds since 1970; undefined when every step is final.
 */
export function dueAt(entry: VoicemailEntry): number | undefined {
  if (entry.recording.state === 'recording') return entry.recording.checkAt;
  const due: number[] = [];
  if (entry.task.state === 'pending') due.push(entry.task.lease?.until ?? entry.task.nextTryAt);
  if (entry.task.state === 'created' && !entry.task.settled) due.push(expiryCheckAt(entry));
  if (entry.email.state === 'pending') due.push(entry.email.nextTryAt);
  if (entry.email.state === 'sending') due.push(entry.email.lease?.until ?? entry.email.nextTryAt);
  if (entry.transcript.state === 'pending') due.push(entry.transcript.giveUpAt);
  return due.length === 0 ? undefined : Math.min(...due);
}
