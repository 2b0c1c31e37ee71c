import type { CallBlockReason } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { numberToCall } from '../ledger/callback-entry';
import type { LedgerEntry } from '../ledger/entry';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';

/** What may be done with a callback or voicemail, as configured on the server: Flex's own values are for display. */
export interface Rules {
  allowRequeue: boolean;
  maxAttempts: number;
}

/** @returns what is configured; unreadable settings allow what they do by default */
export async function readRules({ twilio, environment }: Invocation): Promise<Rules> {
  const reading = await readSettings(() => twilio.sync, environment);
  return reading.ok
    ? { allowRequeue: reading.settings.allow_requeue, maxAttempts: reading.settings.max_attempts }
    : { allowRequeue: true, maxAttempts: 3 };
}

/** Why the entry's number may not be dialled, if it may not: checked as when it was taken down. */
export function callBlockOf({ environment }: Invocation, entry: LedgerEntry): CallBlockReason | undefined {
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to);
  const checked = validateCallbackNumber(numberToCall(entry), countries);
  return checked.ok ? undefined : `number-${checked.problem}`;
}

/** Whether it may be put back once more. */
export function mayRequeue({ attempts = 0 }: LedgerEntry, { allowRequeue, maxAttempts }: Rules): boolean {
  return allowRequeue && attempts + 1 < maxAttempts;
}
