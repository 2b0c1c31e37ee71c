import type { Invocation } from '../invocation';
import { type Confirmation, numberToCall } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { LATE_EXECUTION_MS } from '../ledger/schedule';
import { errorCode } from '../runtime/errors';

/** A call that asks is looked up after this time: by then most are over, and a lost request is carried out or never. */
const LOOK_AFTER_MS = LATE_EXECUTION_MS;

/** True when the end of the call that asks should have been reported. */
const isOverdue = ({ state, at }: Confirmation, now: number): boolean =>
  state === 'calling' && now >= at + LOOK_AFTER_MS;

/**
 * Looks up a call that asks, if its end should have been reported. For those who look at the entry: without them nothing
 * depends on it.
 * @returns the entry as it is then; unchanged while the call goes on, and when Twilio or Sync do not answer. Never throws.
 */
export async function settleConfirmation(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry> {
  const { ledger, log } = invocation;
  const { entry } = current;
  const { confirmation } = entry;
  if (confirmation === undefined || !isOverdue(confirmation, Date.now())) return current;
  try {
    if (await isUnderWay(invocation, current, confirmation)) return current;
    return (await ledger.apply(current, { type: 'confirmation-ended', ask: confirmation.ask })) ?? current;
  } catch (error) {
    log.warn('call that asks not looked up', { entry: entry.id, code: errorCode(error) });
    return current;
  }
}

/** Without the call's SID, a call between the two numbers counts as this one. */
async function isUnderWay(
  { twilio: { voice } }: Invocation,
  { entry }: VersionedEntry,
  { callSid }: Confirmation,
): Promise<boolean> {
  if (callSid !== undefined) return !(await voice.hasCallEnded(callSid));
  return voice.hasCallBetween({ from: entry.to, to: numberToCall(entry) });
}
