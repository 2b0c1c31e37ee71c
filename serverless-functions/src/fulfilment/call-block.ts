import type { CallBlockReason } from '@callback-and-voicemail/contract';
import { ownNumbers } from '../caller-experience';
import type { Invocation } from '../invocation';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';

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
