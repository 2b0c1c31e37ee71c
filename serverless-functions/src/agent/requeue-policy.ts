import type { CallBlockReason } from '@callback-and-voicemail/contract';
import { ownNumbers } from '../caller-experience';
import type { Invocation } from '../invocation';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';

/** Whether agents may requeue, as configured on the server: the plugin's own values are for display. */
export interface RequeuePolicy {
  allowRequeue: boolean;
  maxAttempts: number;
}

/** @returns the defaults when the settings cannot be read. Never throws. */
export async function readRequeuePolicy({ twilio, environment }: Invocation): Promise<RequeuePolicy> {
  const reading = await readSettings(() => twilio.sync, environment);
  return reading.ok
    ? { allowRequeue: reading.settings.allow_requeue, maxAttempts: reading.settings.max_attempts }
    : { allowRequeue: true, maxAttempts: 3 };
}

/**
 * Why the entry's number must not be dialed; undefined when it may be. The same check as when it was booked.
 * @param isOurs whether the account has a number
 */
export async function checkCallBlock(
  { environment }: Invocation,
  entry: LedgerEntry,
  isOurs: (number: string) => Promise<boolean>,
): Promise<CallBlockReason | undefined> {
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to);
  const checked = validateCallbackNumber(numberToCall(entry), countries, ownNumbers(entry.to));
  if (!checked.ok) return `number-${checked.problem}`;
  return (await isOurs(checked.number)) ? 'number-ours' : undefined;
}

/** True when the policy allows another attempt. */
export function mayRequeue({ callbackAttempts = 0 }: LedgerEntry, policy: RequeuePolicy): boolean {
  return policy.allowRequeue && callbackAttempts + 1 < policy.maxAttempts;
}
