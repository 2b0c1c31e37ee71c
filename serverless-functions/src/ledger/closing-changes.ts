import type { LedgerEntry } from './entry';
import type { Change } from './entry-in';
import type { EventOf } from './events';
import { isLeaseAvailable, newLease, pauseBefore } from './schedule';
import { digest } from './settled-recipients';

/** What events change in the email that says that a voicemail was handled. Pure. */

/** Later, nobody cares any more. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/** The email that is wanted once a voicemail is handled: only those who got the one about it are told. */
export function beginClosing({ email, closing }: LedgerEntry, now: number): LedgerEntry['closing'] {
  const wasMailed = email.state === 'sent' && email.recipientCount > 0;
  return closing ?? (wasMailed ? { state: 'pending', attempts: 0, runAt: now } : undefined);
}

/** An invocation that died may have sent it, and it is not worth a second one. */
export function claimClosing(
  { closing }: LedgerEntry,
  { owner, leaseMs }: EventOf<'closing-claimed'>,
  now: number,
): Change | undefined {
  if (closing?.state === 'sending')
    return isLeaseAvailable(closing.lease, now) ? { closing: { state: 'dropped', at: now } } : undefined;
  if (closing?.state !== 'pending' || closing.runAt > now) return undefined;
  const { attempts, settled } = closing;
  return { closing: { state: 'sending', attempts: attempts + 1, settled, lease: newLease(owner, now, leaseMs) } };
}

export function finishClosing(
  { closing }: LedgerEntry,
  { result }: EventOf<'closing-finished'>,
  now: number,
): Change | undefined {
  return closing?.state === 'sending' ? { closing: { state: result, at: now } } : undefined;
}

/** It goes to the others later, each of whom it may go to once. */
export function deferClosing(
  { id, closing, task }: LedgerEntry,
  { retryAfterMs, settled = [] }: EventOf<'closing-deferred'>,
  now: number,
): Change | undefined {
  if (closing?.state !== 'sending') return undefined;
  const handledAt = task.state === 'created' ? task.handledAt : undefined;
  if (now - (handledAt ?? now) > GIVE_UP_MS) return { closing: { state: 'dropped', at: now } };
  const { attempts } = closing;
  const all = [...new Set([...(closing.settled ?? []), ...settled.map(digest)])];
  return {
    closing: {
      state: 'pending',
      attempts,
      settled: all.length === 0 ? undefined : all,
      runAt: now + pauseBefore(id, attempts, retryAfterMs),
    },
  };
}

/** The settings want no such email. */
export function skipClosing({ closing }: LedgerEntry): Change | undefined {
  return closing?.state === 'pending' ? { closing: undefined } : undefined;
}
