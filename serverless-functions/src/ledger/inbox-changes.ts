import { addressKey } from '@callback-and-voicemail/contract';
import type { InboxCall, LedgerEntry } from './entry';
import type { Change } from './entry-in';
import type { EventOf } from './events';
import { isLeaseAvailable, newLease, pauseBefore } from './schedule';

/** What recipients of the email change from there. Pure. One of them at a time has a voicemail (ADR 0135). */

/** Longer than the invocation lives that shows it on the task itself. */
export const TAKEN_SYNC_DELAY_MS = 15_000;
/** Longer than a call that rings, asks and talks: Twilio has ended it by then. */
export const CALL_LIFETIME_MS = 75 * 60_000;
/** Longer than it rings and asks: one without a key by then was never made, or its end was not reported. */
export const RING_LIFETIME_MS = 5 * 60_000;
/** Whoever does not answer is not called for ever. */
export const MAX_INBOX_CALLS = 5;
/** Nobody wants more, and each takes room in the document. */
const MAX_REMINDERS = 20;
/** A reminder that could not be sent for so long is of no use any more. */
const REMINDER_GIVE_UP_MS = 24 * 60 * 60_000;

/** True for one recipient's address, however the settings spell it at the time. */
export const isSameAddress = (one: string, other: string): boolean => addressKey(one) === addressKey(other);

/** True while somebody is to do something about it: its task is wanted, and nobody has handled it. */
export function isOpenForInbox({ task, booking, erasure }: LedgerEntry): boolean {
  if (booking || erasure !== undefined) return false;
  return task.state === 'pending' || (task.state === 'created' && !task.closed);
}

/** True while a call of a recipient's rings or goes on, as far as the entry knows. */
export function isCallUnderWay({ inboxCall }: LedgerEntry, now: number): boolean {
  if (inboxCall === undefined || inboxCall.state === 'ended') return false;
  return now < inboxCall.at + (inboxCall.state === 'calling' ? RING_LIFETIME_MS : CALL_LIFETIME_MS);
}

export function takeFromInbox(
  entry: LedgerEntry,
  { address, name }: EventOf<'inbox-taken'>,
  now: number,
): Change | undefined {
  if (!isOpenForInbox(entry) || entry.taken !== undefined) return undefined;
  return { taken: { address, name, at: now }, takenSyncDueAt: now + TAKEN_SYNC_DELAY_MS };
}

export function giveBack(
  entry: LedgerEntry,
  { address }: EventOf<'inbox-given-back'>,
  now: number,
): Change | undefined {
  const { taken } = entry;
  if (!isOpenForInbox(entry) || taken === undefined || !isSameAddress(taken.address, address)) return undefined;
  return { taken: undefined, takenSyncDueAt: now + TAKEN_SYNC_DELAY_MS };
}

/** The task shows what the entry said at that time. One that is being made may show what the entry said before. */
export function noteTakenSynced({ task, taken, takenSyncDueAt }: LedgerEntry, event: EventOf<'taken-synced'>) {
  if (takenSyncDueAt === undefined || task.state === 'pending' || taken?.at !== event.takenAt) return undefined;
  return { takenSyncDueAt: undefined };
}

/** Somebody has put it back in line, for whoever comes first. */
export const freeForAll = ({ taken }: Pick<LedgerEntry, 'taken'>, now: number): Change =>
  taken === undefined ? {} : { taken: undefined, takenSyncDueAt: now + TAKEN_SYNC_DELAY_MS };

/** True when reminders are to be sent, or what is left of them is to be cleared. */
export const areRemindersDue = ({ reminders = [] }: LedgerEntry, now: number): boolean =>
  reminders.some(({ lease, runAt }) => (lease?.until ?? runAt) <= now);

/** Each recipient has one: the next replaces it. */
export function requestReminder(
  entry: LedgerEntry,
  { address, at }: EventOf<'reminder-requested'>,
): Change | undefined {
  if (!isOpenForInbox(entry)) return undefined;
  const others = (entry.reminders ?? []).filter((one) => !isSameAddress(one.address, address));
  if (others.length >= MAX_REMINDERS) return undefined;
  return { reminders: [...others, { address, runAt: at, attempts: 0 }] };
}

/**
 * Claims those that are due. One whose invocation died may have been sent, and is not worth a second email; once the
 * voicemail is handled, nobody wants any.
 */
export function claimReminders(
  entry: LedgerEntry,
  { owner }: EventOf<'reminders-claimed'>,
  now: number,
): Change | undefined {
  const { reminders } = entry;
  if (reminders === undefined) return undefined;
  if (!isOpenForInbox(entry)) return { reminders: undefined };
  const alive = reminders.filter(({ lease }) => lease === undefined || !isLeaseAvailable(lease, now));
  const isDue = (one: (typeof alive)[number]) => one.lease === undefined && one.runAt <= now;
  if (alive.length === reminders.length && !alive.some(isDue)) return undefined;
  return {
    reminders: orNone(
      alive.map((one) => (isDue(one) ? { ...one, attempts: one.attempts + 1, lease: newLease(owner, now) } : one)),
    ),
  };
}

export function finishReminders(
  { reminders }: LedgerEntry,
  { owner }: EventOf<'reminders-finished'>,
): Change | undefined {
  if (!reminders?.some(({ lease }) => lease?.owner === owner)) return undefined;
  return { reminders: orNone(reminders.filter(({ lease }) => lease?.owner !== owner)) };
}

export function deferReminders(
  { id, reminders }: LedgerEntry,
  { owner, retryAfterMs }: EventOf<'reminders-deferred'>,
  now: number,
): Change | undefined {
  if (!reminders?.some(({ lease }) => lease?.owner === owner)) return undefined;
  const later = reminders.flatMap((one) => {
    if (one.lease?.owner !== owner) return [one];
    const { address, attempts, wantedAt = one.runAt } = one;
    const runAt = now + pauseBefore(id, attempts, retryAfterMs);
    return runAt - wantedAt > REMINDER_GIVE_UP_MS ? [] : [{ address, attempts, runAt, wantedAt }];
  });
  return { reminders: orNone(later) };
}

const orNone = (reminders: NonNullable<LedgerEntry['reminders']>) => (reminders.length === 0 ? undefined : reminders);

/** Whoever calls has taken it. Two calls never ring at once. */
export function beginInboxCall(
  entry: LedgerEntry,
  { attempt, address, name }: EventOf<'inbox-call-begun'>,
  now: number,
): Change | undefined {
  const { inboxCall, taken } = entry;
  const calls = inboxCall?.calls ?? 0;
  if (!isOpenForInbox(entry) || isCallUnderWay(entry, now) || calls >= MAX_INBOX_CALLS) return undefined;
  if (taken !== undefined && !isSameAddress(taken.address, address)) return undefined;
  return {
    ...takeFromInbox(entry, { type: 'inbox-taken', address, name }, now),
    inboxCall: { state: 'calling', attempt, calls: calls + 1, address, at: now },
  };
}

export function placeInboxCall(
  { inboxCall }: LedgerEntry,
  { attempt, callSid }: EventOf<'inbox-call-placed'>,
): Change | undefined {
  if (inboxCall?.attempt !== attempt || inboxCall.callSid !== undefined) return undefined;
  return { inboxCall: { ...inboxCall, callSid } };
}

/** There is no such call, and will be none. */
export function undoInboxCall(
  { inboxCall }: LedgerEntry,
  { attempt }: EventOf<'inbox-call-not-placed'>,
  now: number,
): Change | undefined {
  if (inboxCall?.attempt !== attempt || inboxCall.state !== 'calling' || inboxCall.callSid !== undefined)
    return undefined;
  return { inboxCall: { ...inboxCall, state: 'ended', outcome: 'failed', calls: inboxCall.calls - 1, at: now } };
}

/** The recipient has pressed the key: the caller is called. */
export function connectInboxCall(
  { inboxCall }: LedgerEntry,
  { attempt, callSid }: EventOf<'inbox-call-connecting'>,
): Change | undefined {
  if (!isInboxCall(inboxCall, attempt, callSid) || inboxCall.state !== 'calling') return undefined;
  return { inboxCall: { ...inboxCall, state: 'connecting', callSid } };
}

/** What became of it. The end of the first call says nothing of the second one, whose own end may be reported later. */
export function endInboxCall(
  { inboxCall }: LedgerEntry,
  { attempt, callSid, outcome, seconds }: EventOf<'inbox-call-ended'>,
  now: number,
): Change | undefined {
  if (!isInboxCall(inboxCall, attempt, callSid)) return undefined;
  const isKnown =
    inboxCall.state === 'ended' && inboxCall.outcome !== 'not-answered' && inboxCall.outcome !== 'unknown';
  if (isKnown) return undefined;
  if (outcome === 'not-answered') {
    if (inboxCall.state === 'ended') return undefined;
    const unheard = inboxCall.state === 'connecting' ? ('unknown' as const) : ('not-answered' as const);
    return { inboxCall: { ...inboxCall, state: 'ended', callSid, outcome: unheard, at: now } };
  }
  return { inboxCall: { ...inboxCall, state: 'ended', callSid, outcome, seconds, at: now } };
}

/** True for the call of the newest claim, and for any while its SID is not known: the answer to its request may be lost. */
export const isInboxCall = (
  inboxCall: InboxCall | undefined,
  attempt: string,
  callSid: string,
): inboxCall is InboxCall =>
  inboxCall?.attempt === attempt && (inboxCall.callSid === undefined || inboxCall.callSid === callSid);
