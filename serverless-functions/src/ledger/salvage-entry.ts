import { salvage } from '@callback-and-voicemail/contract/schema';
import { type LedgerEntry, ledgerEntrySchema } from './entry';

/** What a document still says that is no entry of this version, as far as a deletion has to know. Pure. */
export interface SalvagedEntry {
  /** Every field that can be read, and otherwise those of an entry of which nothing is known. */
  entry: LedgerEntry;
  /** Named anywhere in its recording. */
  recordingSids: string[];
  /** Named anywhere in its task. */
  taskSids: string[];
}

/** @param blank an entry of that id of which nothing is known */
export function salvageEntry(blank: LedgerEntry, data: Record<string, unknown>): SalvagedEntry {
  const { version, id, callSid, createdAt, email } = blank;
  const { indexKey: _key, erasure: _erasure, ...readable } = salvage(ledgerEntrySchema, data);
  const entry = { ...blank, ...readable, version, id };
  return {
    // The call is named by the id.
    entry: {
      ...entry,
      ...(callSid === '' ? {} : { callSid }),
      email: readable.email ?? unknownMail(email, data, createdAt),
    },
    recordingSids: findRecordingSids(data),
    taskSids: findSids(data.task, TASK_SIDS),
  };
}

/** The recordings that a document names, whatever else it is. */
export const findRecordingSids = ({ recording }: Record<string, unknown>): string[] =>
  findSids(recording, RECORDING_SIDS);

const RECORDING_SIDS = /RE[0-9a-f]{32}/g;
const TASK_SIDS = /WT[0-9a-f]{32}/g;
const findSids = (part: unknown, pattern: RegExp) => [...new Set(JSON.stringify(part ?? null).match(pattern))];

/** What became of a mail that cannot be read is not known: a certificate must not say that none was sent. */
function unknownMail(
  blank: LedgerEntry['email'],
  { email }: Record<string, unknown>,
  at: number,
): LedgerEntry['email'] {
  if (email === undefined) return blank;
  return { state: 'pending', attempts: 0, runAt: at, deliveryUncertainSince: at };
}
