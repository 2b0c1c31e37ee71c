import { bookCallback } from '../callback/book-callback';
import { findActiveCallback, readActiveCallbackLock } from '../fulfilment/active-callback-lock';
import { isBusinessNumber } from '../fulfilment/business-numbers';
import type { Invocation } from '../invocation';
import { numberToCall } from '../ledger/entry';
import { parseTypedNumber, type TypedNumber, validateCallbackNumber } from '../numbers/callback-number';
import { errorCode } from '../runtime/errors';
import { type BookingEffectOutcome, type NumberOutcome, type OfferOutcome, STATES } from './states';
import { MAX_UNKNOWN_RETRIES, type WaitSession } from './wait-session';
import type { WaitingCaller } from './waiting-caller';

/** What an effect came to, and what the loop remembers of it. */
export interface EffectResult<Outcome extends string> {
  outcome: Outcome;
  session: WaitSession;
}

/**
 * Before a callback at the caller's own number is offered: whether one is open already, and whether the number is one of
 * the account's. When that cannot be read it is offered all the same, since booking looks for an open one again.
 */
export async function offerCallback(
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
): Promise<EffectResult<OfferOutcome>> {
  const isOurs = isBusinessNumber(invocation, caller.ownNumber ?? '');
  const offer = await offerUnlessOpen(invocation, caller, session);
  if (!(await isOurs)) return offer;
  return {
    outcome: caller.options.has('typed-number') ? 'ours' : 'ours-only',
    session: { ...session, number: undefined, another: undefined, callsFromOurs: true },
  };
}

async function offerUnlessOpen(
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
): Promise<EffectResult<OfferOutcome>> {
  const { log } = invocation;
  try {
    const key = lockKeyFor(caller, { ...session, another: undefined }, caller.ownNumber ?? '');
    const lock = await readActiveCallbackLock(invocation, key);
    const open = await findActiveCallback(invocation, lock);
    if (open !== undefined && !open.entry.booking) {
      const isOwn = numberToCall(open.entry) === caller.ownNumber;
      return {
        outcome: isOwn ? 'already-booked' : 'booked-elsewhere',
        session: { ...session, number: caller.ownNumber, another: await readAnother(invocation, caller, session) },
      };
    }
  } catch (error) {
    log.warn('open callback not read', { callSid: caller.callSid, code: errorCode(error) });
  }
  return { outcome: 'own-number', session: { ...session, number: caller.ownNumber, another: undefined } };
}

/** Whether the second callback is taken; unreadable counts as taken, since booking could only refuse. */
async function readAnother(
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
): Promise<WaitSession['another']> {
  const key = lockKeyFor(caller, { ...session, another: 'chosen' }, caller.ownNumber ?? '');
  const lock = await readActiveCallbackLock(invocation, key);
  return (await findActiveCallback(invocation, lock)) === undefined ? undefined : 'taken';
}

/** Valid numbers that were typed again count as well; returning to the menu resets the count. */
export function limitNumberAttempts(session: WaitSession, most: number): WaitSession {
  if (session.state === 'enter-number' || session.state === 'enter-another') return { ...session, numberAttempts: 0 };
  const at = STATES[session.state];
  const leadsOn = at.kind === 'speaking' && at.next === 'enter-number-again';
  if ((session.state !== 'enter-number-again' && !leadsOn) || session.numberAttempts < most) return session;
  return { ...session, state: 'number-given-up', repeated: false, numberAttempts: 0 };
}

/** What the caller hears is the reason, as far as it means something to them; the log has it as it is. */
const NUMBER_OUTCOMES: Record<Extract<TypedNumber, { ok: false }>['problem'], NumberOutcome> = {
  withheld: 'not-understood',
  'not-a-number': 'not-understood',
  'too-short': 'not-understood',
  'too-long': 'not-understood',
  ours: 'ours',
  'country-not-allowed': 'country-not-allowed',
  premium: 'premium',
  satellite: 'satellite',
  'high-cost': 'high-cost',
  'not-callable': 'not-callable',
};

/** Understands what was typed, a bounded number of times. */
export async function readEnteredNumber(
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
  digits: string,
): Promise<EffectResult<NumberOutcome>> {
  if (digits.includes('*')) return { outcome: 'back', session };
  const numberAttempts = session.numberAttempts + 1;
  const typed = parseTypedNumber(digits, caller.to, caller.countries, caller.businessNumbers);
  const read: TypedNumber =
    typed.ok && (await isBusinessNumber(invocation, typed.number)) ? { ok: false, problem: 'ours' } : typed;
  if (read.ok) return { outcome: 'accepted', session: { ...session, numberAttempts, number: read.number } };
  const isLast = numberAttempts >= caller.experience.numberEntries;
  if (isLast) return { outcome: 'given-up', session: { ...session, numberAttempts: 0 } };
  return { outcome: NUMBER_OUTCOMES[read.problem], session: { ...session, numberAttempts } };
}

/** Books the number the caller has confirmed, checked once more: it came back by way of a URL. */
export async function chooseCallback(
  invocation: Invocation,
  caller: WaitingCaller,
  session: WaitSession,
): Promise<EffectResult<BookingEffectOutcome>> {
  const checked = validateCallbackNumber(session.number ?? '', caller.countries, caller.businessNumbers);
  if (!checked.ok || !caller.experience.callbacks) return { outcome: 'not-allowed', session };
  const { number } = checked;
  const { callSid, from, to, callerName, verdict, experience } = caller;
  const outcome = await bookCallback(invocation, {
    ...lockKeyFor(caller, session, number),
    callSid,
    from,
    to,
    callerName,
    callerVerdict: verdict,
    number,
    taskSid: session.taskSid,
    isAnother: session.another === 'chosen',
    language: experience.language,
  });
  // A place in line that is doubted cannot be spoken of as held.
  const isUnknown =
    outcome === 'unknown' || (outcome === 'failed' && session.taskSid !== undefined && isQueueTaskUncertain(session));
  if (!isUnknown) return { outcome, session: { ...session, unknownRetries: 0 } };
  const unknownRetries = session.unknownRetries + 1;
  return unknownRetries < MAX_UNKNOWN_RETRIES
    ? { outcome: 'unknown', session: { ...session, unknownRetries, checkedAt: undefined } }
    : { outcome: 'undecided', session: { ...session, unknownRetries: 0, checkedAt: undefined } };
}

/** True while it is unknown whether the queue task is still open. */
export const isQueueTaskUncertain = ({ taskSid, checkedAt }: WaitSession) =>
  taskSid !== undefined && checkedAt === undefined;

/**
 * One open callback per caller and queue, and a second one for who asked for it. A withheld caller counts as the number
 * they typed, separately from callers who show it: those have their own callback, which no withheld caller may change.
 */
function lockKeyFor({ ownNumber }: WaitingCaller, session: WaitSession, number: string) {
  const caller = ownNumber ?? `typed ${number}`;
  return {
    caller: session.another === 'chosen' && ownNumber !== undefined ? `second ${caller}` : caller,
    workflowSid: session.workflowSid ?? '',
    queueName: session.queueName ?? '',
  };
}
