import { bookCallback } from '../callback/book-callback';
import { findActiveCallback, readActiveCallbackLock } from '../fulfilment/active-callback-lock';
import type { Invocation } from '../invocation';
import { numberToCall } from '../ledger/entry';
import { checkCallbackNumber, readTypedNumber } from '../numbers/callback-number';
import { errorCode } from '../runtime/errors';
import type { BookingStep, NumberOutcome, OfferOutcome } from './states';
import { MAX_DOUBTS, type WaitMemory } from './wait-url';
import type { WaitingCaller } from './waiting-caller';

/** What an effect came to, and what the loop remembers of it. */
export interface Effect<Outcome extends string> {
  outcome: Outcome;
  memory: WaitMemory;
}

/**
 * Before a callback at the caller's own number is offered: whether one is open already. When that cannot be read it is
 * offered all the same, since booking looks again.
 */
export async function offerCallback(
  invocation: Invocation,
  caller: WaitingCaller,
  memory: WaitMemory,
): Promise<Effect<OfferOutcome>> {
  const { twilio, log } = invocation;
  try {
    const lock = await readActiveCallbackLock(twilio.sync, whose(caller, memory, caller.ownNumber ?? ''));
    const open = await findActiveCallback(invocation, lock);
    if (open !== undefined && !open.entry.booking) {
      const isOwn = numberToCall(open.entry) === caller.ownNumber;
      return {
        outcome: isOwn ? 'already-booked' : 'booked-elsewhere',
        memory: { ...memory, number: caller.ownNumber },
      };
    }
  } catch (error) {
    log.warn('open callback not read', { callSid: caller.callSid, code: errorCode(error) });
  }
  return { outcome: 'own-number', memory: { ...memory, number: caller.ownNumber } };
}

/** Numbers that were understood and typed once more count as well; whoever begins anew has all the tries again. */
export function boundEntries(memory: WaitMemory, most: number): WaitMemory {
  if (memory.state === 'enter-number') return { ...memory, entries: 0 };
  if (memory.state !== 'enter-number-again' || memory.entries < most) return memory;
  return { ...memory, state: 'number-given-up', repeated: false, entries: 0 };
}

/** Understands what was typed, a bounded number of times. */
export function readNumber(caller: WaitingCaller, memory: WaitMemory, digits: string): Effect<NumberOutcome> {
  if (digits.includes('*')) return { outcome: 'back', memory };
  const entries = memory.entries + 1;
  const read = readTypedNumber(digits, caller.to, caller.countries);
  if (read.ok) return { outcome: 'accepted', memory: { ...memory, entries, number: read.number } };
  const isLast = entries >= caller.experience.numberEntries;
  if (isLast) return { outcome: 'given-up', memory: { ...memory, entries: 0 } };
  const isForbidden = read.problem === 'country-not-allowed' || read.problem === 'not-callable';
  return { outcome: isForbidden ? 'not-allowed' : 'not-understood', memory: { ...memory, entries } };
}

/** Books the number the caller has confirmed, checked once more: it came back by way of a URL. */
export async function chooseCallback(
  invocation: Invocation,
  caller: WaitingCaller,
  memory: WaitMemory,
): Promise<Effect<BookingStep>> {
  const checked = checkCallbackNumber(memory.number ?? '', caller.countries);
  if (!checked.ok || !caller.experience.callbacks) return { outcome: 'not-allowed', memory };
  const { number } = checked;
  const { callSid, from, to, callerName, experience } = caller;
  const outcome = await bookCallback(invocation, {
    ...whose(caller, memory, number),
    callSid,
    from,
    to,
    callerName,
    number,
    taskSid: memory.taskSid,
    language: experience.language,
  });
  // A place in line that is doubted cannot be spoken of as held.
  const isUnsure = outcome === 'unknown' || (outcome === 'failed' && memory.taskSid !== undefined && isDoubted(memory));
  if (!isUnsure) return { outcome, memory: { ...memory, doubts: 0 } };
  const doubts = memory.doubts + 1;
  return doubts < MAX_DOUBTS
    ? { outcome: 'unknown', memory: { ...memory, doubts, checkedAt: undefined } }
    : { outcome: 'undecided', memory: { ...memory, doubts: 0, checkedAt: undefined } };
}

/** True while nobody knows whether the waiting task is still open. */
export const isDoubted = ({ taskSid, checkedAt }: WaitMemory) => taskSid !== undefined && checkedAt === undefined;

/**
 * One open callback per caller and queue. A caller without a number of their own is the number they typed, and nobody
 * else: whoever calls from it has a callback of their own, which no anonymous caller may change.
 */
function whose({ ownNumber }: WaitingCaller, memory: WaitMemory, number: string) {
  return {
    caller: ownNumber ?? `typed ${number}`,
    workflowSid: memory.workflowSid ?? '',
    queueName: memory.queueName ?? '',
  };
}
