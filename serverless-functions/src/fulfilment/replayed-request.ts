import type { Invocation } from '../invocation';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode } from '../runtime/errors';

/**
 * Requests that Twilio signs and we do not: somebody who recorded one may send it again when nothing is left of what it
 * made. Only the call tells how old it is (ADR 0126).
 */

/** How long after the end of its call a request for it may come: a caller may hang up meanwhile, and clocks differ. */
export const LATE_REQUEST_MS = 5 * 60_000;
/** Somebody waits, and a call that is not looked up counts as one that goes on. */
const LOOK_UP_TIMEOUT_MS = 1_500;

type CallAge = 'current' | 'over' | 'unknown-call';

/**
 * Whether a request for this call can be new. Asked beside the write that depends on it.
 * @param within how long after the end of its call a request may come, in milliseconds
 * @returns `unknown-call` when Twilio has no such call. Never throws.
 */
export async function readCallAge(
  { twilio, deadline, log }: Invocation,
  callSid: string,
  within: number,
): Promise<CallAge> {
  try {
    const time = Math.min(LOOK_UP_TIMEOUT_MS, deadline.remaining());
    const call = await deadline.within(time, () => twilio.voice.fetchCallEnd(callSid));
    if (call === undefined) return 'unknown-call';
    return call.endedAt !== undefined && call.endedAt < Date.now() - within ? 'over' : 'current';
  } catch (error) {
    log.warn('call not looked up', { callSid, code: errorCode(error) });
    return 'current';
  }
}

/** Removes an entry that this invocation wrote beside the look-up of its call. Never throws: a sweep looks again. */
export async function removeAgain({ ledger, log }: Invocation, written: VersionedEntry): Promise<void> {
  const { id, indexKey } = written.entry;
  try {
    if ((await ledger.remove(written)) && indexKey !== undefined) await ledger.index.remove(id, indexKey);
  } catch (error) {
    log.warn('entry not removed', { entry: id, code: errorCode(error) });
  }
}
