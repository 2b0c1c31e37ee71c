import {
  type EmailIn,
  type LedgerEntry,
  type RecipientOutcome,
  type RecordingState,
  SENDING_FIELDS,
  type SendingFields,
  type TaskState,
} from './entry';
import type { Change, EntryIn } from './entry-in';
import type { EventOf } from './events';
import { isNobodyReached, isRefusedForSome, knownRecipients, withReport } from './recipient-deliveries';
import { noteWaiting } from './recipient-states';
import {
  isDoubtAccepted,
  isEmailClaimable,
  newLease,
  pauseBefore,
  recentResends,
  resendAllowedAt,
  transcriptWaitEndsAt,
} from './schedule';
import { accepted, isAddressOf, mergeRecipients } from './settled-recipients';
import { truncateBytes } from './truncate';

/** What events change in an entry's transcript and email. Pure; `transitions.ts` says in which states each applies. */

/** An email is retried for three days: a weekend with a wrong key loses nothing. */
export const EMAIL_GIVE_UP_MS = 3 * 24 * 60 * 60_000;
/** A rebuilt entry holds at most this much of the transcript: the whole document stays below 10 KiB. */
const MAX_TRANSCRIPT_BYTES = 3_000;

/** What stays of an unsent or failed email, whatever state follows. */
export function sending(email: SendingFields): SendingFields {
  return Object.fromEntries(SENDING_FIELDS.map((field) => [field, email[field]])) as SendingFields;
}

export function receiveTranscript(
  { email }: LedgerEntry,
  { text = '' }: EventOf<'transcript-received'>,
  now: number,
): Change {
  const trimmed = text.trim();
  const isAwaited =
    email.state === 'pending' && email.attempts === 0 && email.runAt > now && email.carries === undefined;
  return {
    transcript:
      trimmed === '' ? { state: 'failed' } : { state: 'ready', text: truncateBytes(trimmed, MAX_TRANSCRIPT_BYTES) },
    email: isAwaited ? { ...email, runAt: now } : email,
  };
}

/** An email that includes the transcript is due when the transcript arrives, or is given up. */
export function awaitTranscript(
  { email, transcript, recording }: EntryIn<RecordingState, TaskState, 'pending'>,
  _event: EventOf<'email-awaits-transcript'>,
  now: number,
): Change | undefined {
  if (email.attempts > 0 || email.runAt > now || email.resendRequestedAt !== undefined) return undefined;
  if (transcript.state !== 'pending' || recording.state !== 'completed') return undefined;
  const runAt = transcriptWaitEndsAt(recording.completedAt, transcript.giveUpAt);
  return runAt <= now ? undefined : { email: { ...email, runAt } };
}

export function claimEmail(
  entry: EntryIn<RecordingState, TaskState, 'pending' | 'sending'>,
  { owner, leaseMs, sendWhen }: EventOf<'email-claimed'>,
  now: number,
): Change | undefined {
  const { email } = entry;
  if (!isEmailClaimable(entry, sendWhen, now)) return undefined;
  // The owner of an expired lease may have sent the email until it expired.
  const lostAt = email.state === 'sending' ? email.lease.until : undefined;
  return {
    email: {
      ...sending(email),
      state: 'sending',
      lease: newLease(owner, now, leaseMs),
      attempts: email.attempts + 1,
      deliveryUncertainSince: uncertainSince(email, lostAt),
    },
  };
}

export function deferEmail(
  { id, email, recording, createdAt }: EntryIn<RecordingState, TaskState, 'pending' | 'sending'>,
  event: EventOf<'email-deferred'>,
  now: number,
): Change {
  const completedAt = 'completedAt' in recording ? recording.completedAt : createdAt;
  const since = email.resendRequestedAt ?? completedAt;
  const settled = withSettled(email, event.settled);
  const next = {
    ...sending(email),
    lastError: event.lastError,
    lastErrorDetail: event.lastErrorDetail,
    recordingOmitted: event.recordingOmitted ?? email.recordingOmitted,
    recordingFetchFailures: (email.recordingFetchFailures ?? 0) + (event.recordingFetchFailed ? 1 : 0) || undefined,
    deliveryUncertainSince: uncertainSince(
      email,
      event.answerLost || (event.deliveryUncertain && email.deliveryUncertainSince === undefined) ? now : undefined,
    ),
    settled,
    ...noteWaiting(settled, event.waiting),
  };
  if (now - since > EMAIL_GIVE_UP_MS) {
    const { settled: _, ...failed } = next;
    const recipients = settled ?? [];
    return { email: { ...failed, state: 'failed', recipients, recipientCount: recipients.length } };
  }
  return { email: { ...next, state: 'pending', runAt: now + pauseBefore(id, email.attempts, event.retryAfterMs) } };
}

/** @param lostAt when an answer was lost; undefined: none was */
function uncertainSince(email: SendingFields, lostAt: number | undefined): number | undefined {
  const { deliveryUncertainSince: since } = email;
  return since === undefined || (lostAt !== undefined && isDoubtAccepted(email)) ? (lostAt ?? since) : since;
}

/** What is settled of the recipients, after an attempt that settled more. */
export function withSettled(
  { settled = [] }: Pick<SendingFields, 'settled'>,
  more: readonly RecipientOutcome[] = [],
): RecipientOutcome[] | undefined {
  return settled.length + more.length === 0 ? undefined : mergeRecipients(settled, more);
}

/** Due at once, with as many attempts as at first. An earlier uncertain delivery is not forgotten. */
export function resendEmail(
  { email }: EntryIn<'completed' | 'failed', TaskState, 'pending' | 'sent' | 'failed' | 'summarized'>,
  _event: EventOf<'resend-requested'>,
  now: number,
): Change | undefined {
  if (email.state === 'sent' && !isRefusedForSome(email)) return undefined;
  if (email.state === 'pending' && email.runAt <= now) return undefined;
  if (resendAllowedAt(email, now) > now) return undefined;
  const before = fieldsToSendAgain(email);
  // Whoever has the email is left out; whoever was refused may be taken now.
  const known = email.state === 'failed' || email.state === 'sent' ? email.recipients : before.settled;
  return {
    email: {
      ...before,
      state: 'pending',
      attempts: 0,
      runAt: now,
      recordingFetchFailures: undefined,
      // A recording that is too large for one provider may not be for the next; one that is gone stays gone.
      recordingOmitted: before.recordingOmitted === 'gone' ? 'gone' : undefined,
      resendRequestedAt: now,
      resends: [...recentResends(email, now), now],
      settled: known && accepted(known),
    },
  };
}

function fieldsToSendAgain(email: EmailIn<'pending' | 'sent' | 'failed' | 'summarized'>): SendingFields {
  if (email.state === 'summarized') return { attempts: 0 };
  return email.state === 'sent' ? { attempts: 0, fallback: email.fallback } : sending(email);
}

/** It waits, and then sums up what its document lists by then. Nothing was sent, so its attempts begin anew. */
export function carryOthers(
  { email }: EntryIn<RecordingState, TaskState, 'sending'>,
  { document, until }: EventOf<'email-carries'>,
): Change {
  return { email: { ...sending(email), state: 'pending', attempts: 0, runAt: until, carries: document } };
}

/** Another one's mail, which told of this one, is not sent any more: this one tells of the others. */
export function inheritOthers(
  { recording }: EntryIn<RecordingState, TaskState, 'summarized'>,
  { document, until }: EventOf<'email-inherits'>,
  now: number,
): Change | undefined {
  if (recording.state !== 'completed' && recording.state !== 'failed') return undefined;
  return { email: { state: 'pending', attempts: 0, runAt: Math.max(until, now), carries: document } };
}

/** What a provider reports of one recipient (ADR 0129). */
export function reportDelivery(
  { email }: EntryIn<RecordingState, TaskState, 'pending' | 'sending' | 'sent' | 'failed'>,
  event: EventOf<'delivery-reported'>,
): Change | undefined {
  const recipients = withReport(email, event);
  if (recipients === undefined) return undefined;
  if (email.state === 'pending' || email.state === 'sending') return { email: { ...email, settled: recipients } };
  return { email: { ...email, recipients, recipientCount: Math.max(email.recipientCount, recipients.length) } };
}

/** Once, and only when nobody was reached: the email is due for that address, with as many attempts as at first. */
export function requestFallback(
  { email }: EntryIn<'completed' | 'failed', TaskState, 'sent' | 'failed'>,
  { address }: EventOf<'fallback-requested'>,
  now: number,
): Change | undefined {
  const recipients = knownRecipients(email);
  if (email.fallback !== undefined || !isNobodyReached(email)) return undefined;
  if (recipients.some((one) => isAddressOf(one, address))) return undefined;
  return {
    email: {
      state: 'pending',
      attempts: 0,
      runAt: now,
      fallback: address,
      resendRequestedAt: now,
      // What it was to tell of is told to that address as well. A list that was told is gone.
      carries: email.state === 'failed' ? email.carries : undefined,
      settled: [...recipients],
    },
  };
}
