import type { CallBlockReason } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { numberToCall } from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { checkCallbackNumber } from '../numbers/callback-number';

/** What may be done with a callback or voicemail, as configured on the server: Flex's own values are for display. */
export interface RequeuePolicy {
  allowRequeue: boolean;
  maxAttempts: number;
}

/** @returns what is configured; unreadable settings allow what they do by default */
export async function readRequeuePolicy({ twilio, environment }: Invocation): Promise<RequeuePolicy> {
  const reading = await readSettings(() => twilio.sync, environment);
  return reading.readable
    ? { allowRequeue: reading.settings.allow_requeue, maxAttempts: reading.settings.max_attempts }
    : { allowRequeue: true, maxAttempts: 3 };
}

/** Why the entry's number may not be dialled, if it may not: checked as when it was taken down. */
export function checkCallBlock({ environment }: Invocation, entry: LedgerEntry): CallBlockReason | undefined {
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to);
  const checked = checkCallbackNumber(numberToCall(entry), countries);
  return checked.ok ? undefined : `number-${checked.problem}`;
}

/** Whether it may be put back once more. */
export function mayRequeue(
  { callbackAttempts: attempts = 0 }: LedgerEntry,
  { allowRequeue, maxAttempts }: RequeuePolicy,
): boolean {
  return allowRequeue && attempts + 1 < maxAttempts;
}
