import type { CallerConfirmation } from '@callback-and-voicemail/contract';
import { asksLeft } from '../ledger/confirmation-changes';
import type { LedgerEntry } from '../ledger/entry';
import { mustConfirm } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';

/** What an agent sees of an entry's confirmation. @returns undefined when the number may be called without */
export function showConfirmation(environment: Environment, entry: LedgerEntry): CallerConfirmation | undefined {
  if (!mustConfirm(environment, entry)) return undefined;
  const { confirmation } = entry;
  if (confirmation === undefined) return { state: 'needed', asksLeft: asksLeft(confirmation) };
  const { state, at } = confirmation;
  return { state, at: new Date(at).toISOString(), asksLeft: asksLeft(confirmation) };
}
