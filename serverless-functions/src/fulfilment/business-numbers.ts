import { E164_NUMBER } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { AccountCache } from '../runtime/account-cache';
import { errorCode } from '../runtime/errors';

/** A caller waits for the answer. */
const LOOKUP_TIMEOUT_MS = 2_000;
/** Numbers are rarely bought or released. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 1_000;
const remembered = new AccountCache<Map<string, { isOurs: boolean; at: number }>>();

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
  if (last !== undefined && now - last.at < REMEMBERED_MS && last.at <= now) return last.isOurs;
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
