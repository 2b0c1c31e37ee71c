import type { LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { Ledger } from '../ledger/ledger';

/** A list is passed on when the voicemail of its carrier is deleted, which hardly happens twice. */
const MOST_HEIRS = 5;

/**
 * The entry whose email tells, or was to tell, of a summarized one: its carrier, or whoever has taken over since.
 * @returns undefined when nobody knows any more
 * @throws TwilioError; CorruptEntry
 */
export async function findTellingEntry(ledger: Ledger, carrier: string): Promise<LedgerEntry | undefined> {
  let id = carrier;
  for (let n = 0; n <= MOST_HEIRS; n += 1) {
    const entry = (await ledger.find(id))?.entry;
    if (entry === undefined || isErased(entry)) return undefined;
    const heir = 'heir' in entry.email ? entry.email.heir : undefined;
    if (heir === undefined) return entry;
    id = heir;
  }
  return undefined;
}
