import { E164_NUMBER } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { AccountCache } from '../runtime/account-cache';
import { errorCode } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import { LARGEST_NUMBER_LIST } from '../twilio/voice';

/** A caller waits for the answer. */
const LOOKUP_TIMEOUT_MS = 2_000;
/** Numbers are rarely bought or released. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 1_000;
const remembered = new AccountCache<Map<string, { isOurs: boolean; at: number }>>();
const rememberedLists = new AccountCache<{ numbers: ReadonlySet<string>; at: number }>();

const isFresh = (last: { at: number } | undefined, now: number): boolean =>
  last !== undefined && now - last.at < REMEMBERED_MS && last.at <= now;

/**
 * Whether the account has this number: a callback to it would ring the business (ADR 0100). Never throws; when Twilio
 * does not answer, only the numbers of the configuration count as the business's own.
 * @param number in E.164
 */
export async function isBusinessNumber(
  { twilio, environment, deadline, log }: Invocation,
  number: string,
): Promise<boolean> {
  if (!E164_NUMBER.test(number)) return false;
  const known = remembered.get(environment) ?? new Map<string, { isOurs: boolean; at: number }>();
  remembered.set(environment, known);
  const now = Date.now();
  const last = known.get(number);
  if (last !== undefined && isFresh(last, now)) return last.isOurs;
  try {
    const isOurs = await deadline.within(LOOKUP_TIMEOUT_MS, () => twilio.voice.ownsPhoneNumber(number));
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(number, { isOurs, at: now });
    return isOurs;
  } catch (error) {
    log.warn('own numbers not read', { code: errorCode(error) });
    return false;
  }
}

/**
 * Starts reading all numbers of the account, for a number that is known only later: who asks it waits for no further
 * request. An account with more numbers than one list holds is asked for the number itself. Never throws; when Twilio does
 * not answer, only the numbers of the configuration count as the business's own.
 * @returns whether the account has a number, in E.164
 */
export function startReadingBusinessNumbers(invocation: Invocation): (number: string) => Promise<boolean> {
  const listed = startEarly(() => listBusinessNumbers(invocation));
  return async (number) => {
    const numbers = await listed;
    if (numbers.has(number)) return true;
    return numbers.size >= LARGEST_NUMBER_LIST && isBusinessNumber(invocation, number);
  };
}

async function listBusinessNumbers({ twilio, environment, deadline, log }: Invocation): Promise<ReadonlySet<string>> {
  const now = Date.now();
  const last = rememberedLists.get(environment);
  if (last !== undefined && isFresh(last, now)) return last.numbers;
  try {
    const numbers = new Set(await deadline.within(LOOKUP_TIMEOUT_MS, () => twilio.voice.listPhoneNumbers()));
    rememberedLists.set(environment, { numbers, at: now });
    return numbers;
  } catch (error) {
    log.warn('own numbers not read', { code: errorCode(error) });
    return new Set();
  }
}
