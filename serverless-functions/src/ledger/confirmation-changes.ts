import { type Confirmation, type LedgerEntry, numberToCall } from './entry';
import type { Change } from './entry-in';
import type { EventOf } from './events';

/** What events change in an entry's confirmation. Pure. Two calls never ask at once (ADR 0123). */

/** Who does not answer is not called for ever. */
const MAX_ASKS = 3;

/** How often somebody may be asked yet. */
export const asksLeft = (confirmation: Confirmation | undefined): number =>
  Math.max(0, MAX_ASKS - (confirmation?.asks ?? 0));

/** True when another call may ask: none does, and no answer was given. */
export function mayAsk({ confirmation }: LedgerEntry): boolean {
  return confirmation === undefined || (confirmation.state === 'unanswered' && asksLeft(confirmation) > 0);
}

export function beginAsking(
  entry: LedgerEntry,
  { ask, number }: EventOf<'confirmation-begun'>,
  now: number,
): Change | undefined {
  if (!mayAsk(entry) || numberToCall(entry) !== number) return undefined;
  return { confirmation: { state: 'calling', ask, asks: (entry.confirmation?.asks ?? 0) + 1, at: now } };
}

export function placeAsking(
  { confirmation }: LedgerEntry,
  { ask, callSid }: EventOf<'confirmation-placed'>,
): Change | undefined {
  if (confirmation?.ask !== ask || confirmation.callSid !== undefined) return undefined;
  return { confirmation: { ...confirmation, callSid } };
}

/** As if nobody had been asked; whether and when they were asked before that is not known any more. */
export function undoAsking(
  { confirmation }: LedgerEntry,
  { ask }: EventOf<'confirmation-not-placed'>,
): Change | undefined {
  if (!isAskedBy(confirmation, ask) || confirmation.callSid !== undefined) return undefined;
  const asks = confirmation.asks - 1;
  return { confirmation: asks === 0 ? undefined : { ...confirmation, state: 'unanswered', asks } };
}

/** The key counts as well when it is reported after the end of the call. */
export function answerAsking(
  { confirmation }: LedgerEntry,
  { ask, callSid, answer }: EventOf<'confirmation-answered'>,
  now: number,
): Change | undefined {
  if (confirmation?.ask !== ask || !isOfCall(confirmation, callSid)) return undefined;
  if (confirmation.state !== 'calling' && confirmation.state !== 'unanswered') return undefined;
  return { confirmation: { ...confirmation, state: answer, at: now, callSid } };
}

export function endAsking(
  { confirmation }: LedgerEntry,
  { ask, callSid }: EventOf<'confirmation-ended'>,
): Change | undefined {
  if (!isAskedBy(confirmation, ask) || (callSid !== undefined && !isOfCall(confirmation, callSid))) return undefined;
  return { confirmation: { ...confirmation, state: 'unanswered', callSid: callSid ?? confirmation.callSid } };
}

const isAskedBy = (confirmation: Confirmation | undefined, ask: string): confirmation is Confirmation =>
  confirmation?.ask === ask && confirmation.state === 'calling';

/** True for the call that asks, and for any while that is not known: the answer to its request may have been lost. */
export const isOfCall = ({ callSid: known }: Confirmation, callSid: string): boolean =>
  known === undefined || known === callSid;
