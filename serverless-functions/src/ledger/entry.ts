import type { TaskType } from '@callback-and-voicemail/contract';

/**
 * A ledger entry: all that is needed to finish one voicemail or callback alone, whoever dies on the way. Pure: every
 * function here takes an entry and gives the next one; `ledger.ts` writes them.
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

export interface LedgerEntry {
  version: 1;
  /**
   * `voicemail-<CallSid>-<attempt>`, `callback-<CallSid>`, or `callback-<hash>` for one asked for by another program;
   * also the task's `voicemail_id` and the mail's Message-ID.
   */
  id: string;
  /** Empty for a callback that came of no call. */
  callSid: string;
  /** Counts the recordings of one call from 1; travels in every callback URL. */
  attempt: number;
  from: string;
  to: string;
  /** As the network gave it; see `callerNameOf`. */
  callerName?: string;
  /** Where to call back, in E.164, when that is not `from`. */
  numberToCall?: string;
  queueName: string;
  workflowSid: string;
  priority: number;
  /** How often agents have tried to call back. */
  callbackAttempts?: number;
  /** Workers who have listened to the message, the first first. */
  listenedBy?: { worker: string; workerSid: string; at: number }[];
  /** Whose the task with that sid is, as soon as they have looked at it. */
  assignee?: { worker: string; workerSid: string; taskSid: string; at: number };
  /** The task's life; absent: `TASK_TIMEOUT_SECONDS`. */
  taskTimeoutSeconds?: number;
  /**
   * A callback is being booked: the caller may still hold the place in line. Whoever finds it so, and nobody at work,
   * asks the waiting task what became of it.
   */
  booking?: boolean;
  /** The waiting task's attributes that routing may look at. */
  routing: Record<string, unknown>;
  queueTaskSid?: string;
  /**
   * The caller listens to the message before it is sent: `open` until they send it or hang up, and nothing is made of it
   * before; `discarded` once they record another.
   */
  review?: 'open' | 'discarded';
  /** The waiting task was cancelled for this entry, so the caller is promised something. */
  dequeued?: boolean;
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
    state: 'recording' | 'completed' | 'deleted' | 'none' | 'withdrawn' | 'superseded';
    recordingSid?: string;
    seconds?: number;
    completedAt?: number;
    /** When a recording that never reported is looked for (again). */
    checkAt: number;
  };
  task: {
    /**
     * `none`: nothing to make; `expired`: TaskRouter gave it up unhandled; `withdrawing`: it was, or may have been, made
     * and is not wanted any more.
     */
    state: 'pending' | 'created' | 'expired' | 'withdrawing' | 'none';
    type: TaskType;
    sid?: string;
    /** Tasks this one stands in the place of, the newest last: an agent put the callback back. */
    previousSids?: string[];
    createdAt?: number;
    reason?: string;
    lease?: Lease;
    attempts: number;
    runAt: number;
    /** The number was changed: when somebody makes sure that the task shows it. */
    numberSyncDueAt?: number;
    /** The task ended, or was seen to have expired; nothing is left to check. */
    closed?: boolean;
  };
  email: {
    state: 'off' | 'pending' | 'sending' | 'sent' | 'failed';
    lease?: Lease;
    attempts: number;
    runAt: number;
    /** An answer was lost, so the mail may have gone out: the provider is asked before it is sent again. */
    deliveryUncertain?: boolean;
    /** Since when that is so; a provider's own records lag behind. */
    deliveryUncertainSince?: number;
    possibleDuplicate?: boolean;
    /** How often the recording could not be fetched for it. */
    recordingFetchFailures?: number;
    /** Set when the provider, or we, found the recording too large or gone. */
    recordingOmitted?: 'too-large' | 'gone';
    lastError?: string;
    sentAt?: number;
    providerId?: string;
    recipients: RecipientOutcome[];
    /** How many it went to; `recipients` may be cut short. */
    recipientCount?: number;
    /** A supervisor had it sent again: it is given up that long after this, not after the recording. */
    resendRequestedAt?: number;
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
const RECORDING_GRACE_MS = MINUTE;
/** When a message under review is looked at, whose caller may have hung up: longer than anybody listens. */
const REVIEW_TIMEOUT_MS = 5 * MINUTE;
/** How long a transcript is waited for before the entry (and a mail that waits for it) goes on without. */
export const TRANSCRIPT_TIMEOUT_MS = 10 * MINUTE;
/** Mail is retried for three days: a weekend with a wrong key loses nothing. */
export const EMAIL_GIVE_UP_MS = 3 * DAY;
/** A rebuilt entry knows at most this much of the transcript; the whole document stays below 10 KiB. */
const MAX_TRANSCRIPT_BYTES = 3_000;

/** The reason on the waiting task that was cancelled for a voicemail. */
export const VOICEMAIL_CANCEL_REASON = 'Opted to leave a voicemail';

export function voicemailEntryId(callSid: string, attempt: number): string {
  return `voicemail-${callSid}-${attempt}`;
}

export type VoicemailDetails = Pick<
  LedgerEntry,
  | 'callSid'
  | 'attempt'
  | 'from'
  | 'to'
  | 'callerName'
  | 'queueName'
  | 'workflowSid'
  | 'priority'
  | 'routing'
  | 'queueTaskSid'
  | 'conversationId'
  | 'waitingSince'
  | 'language'
>;

/** A new entry, made when its recording is about to start. */
export function newVoicemailEntry(
  details: VoicemailDetails,
  limits: { maxRecordingSeconds: number; transcribed: boolean; reviewed?: boolean },
  now: number,
): LedgerEntry {
  return {
    version: 1,
    id: voicemailEntryId(details.callSid, details.attempt),
    ...details,
    ...(limits.reviewed ? { review: 'open' as const } : {}),
    createdAt: now,
    recording: { state: 'recording', checkAt: now + limits.maxRecordingSeconds * SECOND + RECORDING_GRACE_MS },
    task: { state: 'pending', type: 'voicemail', attempts: 0, runAt: now },
    email: { state: 'pending', attempts: 0, runAt: now, recipients: [] },
    transcript: {
      state: limits.transcribed ? 'pending' : 'none',
      giveUpAt: now + limits.maxRecordingSeconds * SECOND + TRANSCRIPT_TIMEOUT_MS,
    },
  };
}

/** The recording is there. Late news of a finished entry changes nothing. */
export function withRecording(entry: LedgerEntry, sid: string, seconds: number | undefined, now: number): LedgerEntry {
  if (entry.recording.state === 'completed' || entry.review === 'discarded') return entry;
  const checkAt = entry.review === 'open' ? now + REVIEW_TIMEOUT_MS : entry.recording.checkAt;
  const revived = entry.task.state === 'none';
  return {
    ...entry,
    recording: { ...entry.recording, state: 'completed', recordingSid: sid, seconds, completedAt: now, checkAt },
    task: revived ? { ...entry.task, state: 'pending', type: 'voicemail', runAt: now } : entry.task,
    email: entry.email.state === 'off' ? { ...entry.email, state: 'pending', runAt: now } : entry.email,
  };
}

/** True while the caller may still record another message in place of this one. */
export function isUnderReview({ review }: LedgerEntry): boolean {
  return review === 'open';
}

/** The caller has sent the message, or hung up, which sends it. */
export function withReviewDone(entry: LedgerEntry): LedgerEntry {
  return isUnderReview(entry) ? { ...entry, review: undefined } : entry;
}

/** The caller records another message: this one is nobody's any more, whenever Twilio reports it. */
export function withDiscarded(entry: LedgerEntry): LedgerEntry {
  if (!isUnderReview(entry)) return entry;
  return {
    ...entry,
    review: 'discarded',
    recording: { ...entry.recording, state: 'superseded' },
    task: { ...entry.task, state: 'none', reason: 'The caller recorded another message' },
    email: { ...entry.email, state: 'off' },
    transcript: { ...entry.transcript, state: 'none' },
  };
}

/** No message was left: a callback task instead, or nothing at all. Only an entry still recording can come to this. */
export function withoutMessage(
  entry: LedgerEntry,
  outcome: { task: 'callback' } | { task: 'none'; reason: string },
  now: number,
): LedgerEntry {
  if (entry.recording.state !== 'recording') return entry;
  return {
    ...entry,
    review: undefined,
    recording: { ...entry.recording, state: 'none', recordingSid: undefined },
    task:
      outcome.task === 'callback'
        ? { ...entry.task, type: 'callback', runAt: now }
        : { ...entry.task, state: 'none', reason: outcome.reason },
    email: { ...entry.email, state: 'off' },
    transcript: { ...entry.transcript, state: 'none' },
  };
}

/** The entry is of no use any more: nothing was recorded and nothing is promised by it. */
export function closed(entry: LedgerEntry, as: 'withdrawn' | 'superseded', reason: string): LedgerEntry {
  if (entry.recording.state !== 'recording') return entry;
  return {
    ...entry,
    review: undefined,
    recording: { ...entry.recording, state: as },
    task: { ...entry.task, state: 'none', reason },
    email: { ...entry.email, state: 'off' },
    transcript: { ...entry.transcript, state: 'none' },
  };
}

/** The caller could not be moved to the recording: a callback is promised in its place. */
export function turnedIntoCallback(entry: LedgerEntry, now: number): LedgerEntry {
  return withoutMessage(entry, { task: 'callback' }, now);
}

/** Twilio's word on the transcript; a mail that waited for it waits no longer. */
export function withTranscript(entry: LedgerEntry, text: string | undefined, now: number): LedgerEntry {
  // What a supervisor had deleted does not come back with late news.
  if (entry.transcript.state === 'ready' || entry.review === 'discarded' || entry.recording.state === 'deleted')
    return entry;
  const transcript =
    text === undefined || text.trim() === ''
      ? { ...entry.transcript, state: 'failed' as const }
      : { ...entry.transcript, state: 'ready' as const, text: truncateBytes(text.trim(), MAX_TRANSCRIPT_BYTES) };
  const { email } = entry;
  const waited = email.state === 'pending' && email.attempts === 0 && email.runAt > now;
  return { ...entry, transcript, email: waited ? { ...email, runAt: now } : email };
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

/** A recording that never reported is looked for again later. */
export function withRecordingCheckAt(entry: LedgerEntry, at: number): LedgerEntry {
  return { ...entry, recording: { ...entry.recording, checkAt: at } };
}

/** A mail that goes out with the transcript is not due before it, or before it is given up. */
export function withMailAwaitingTranscript(entry: LedgerEntry, now: number): LedgerEntry {
  const { email, transcript } = entry;
  if (email.state !== 'pending' || email.attempts > 0 || email.runAt > now) return entry;
  if (transcript.state !== 'pending' || transcript.giveUpAt <= now) return entry;
  return { ...entry, email: { ...email, runAt: transcript.giveUpAt } };
}

/** A transcript proves a recording whose own news is still to come: that one is looked for, and no other. */
export function withRecordingProven(entry: LedgerEntry, sid: string, checkAt: number): LedgerEntry {
  if (entry.recording.state !== 'recording') return entry;
  return { ...entry, recording: { ...entry.recording, recordingSid: sid, checkAt } };
}

/** A transcript that never came is given up, so that the entry can end. */
export function withTranscriptPatience(entry: LedgerEntry, now: number): LedgerEntry {
  return entry.transcript.state === 'pending' && entry.transcript.giveUpAt <= now
    ? { ...entry, transcript: { ...entry.transcript, state: 'failed' } }
    : entry;
}
