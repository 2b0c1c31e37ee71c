import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { isUnderReview, type LedgerEntry } from '../ledger/entry';
import { parseListedKey } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import { INDEX_MAPS } from '../ledger/open-index';
import { isDeletionDue, isLeased, mailDueAt } from '../ledger/schedule';

/** What a worker does between sweeps: it sends mails as they become due, one entry at a time. */

/** Sync's largest page. */
const KEYS_PER_MAP = 100;

/**
 * Sends the email of one entry that is due: the one about it, or that it was handled. All else that is due for an entry is left to a sweep.
 * @returns whether there was anything to do
 * @throws TwilioError when Sync is out of reach; CorruptEntry when the document is not an entry, which a sweep sets aside
 */
export async function sendDueEmail(invocation: Invocation, id: string): Promise<boolean> {
  const { ledger, emailQueue } = invocation;
  const current = await ledger.find(id);
  if (current === undefined || !mayBeMailed(current.entry)) return false;
  const { entry } = current;
  const now = Date.now();
  const dueAt = mailDueAt(entry);
  if (dueAt === undefined) return false;
  if (dueAt > now || isLeased(entry, now)) {
    await emailQueue?.add(id, Math.max(dueAt, now));
    return false;
  }
  // Whoever had it before may have died.
  ledger.distrustRows(entry);
  await processEntry(invocation, current, [{ type: 'transcript-timed-out' }]);
  return true;
}

/** What else is begun or is to be decided for these comes before a mail. */
function mayBeMailed(entry: LedgerEntry): boolean {
  if (isUnderReview(entry) || isErased(entry) || isDeletionDue(entry, Date.now())) return false;
  return !entry.booking && entry.task.state !== 'withdrawing';
}

/**
 * The entries that the index lists as due, with the times since when they are, the earliest first.
 * @throws TwilioError when a map cannot be read
 */
export async function listDueIds({ ledger }: Invocation): Promise<{ id: string; dueAt: number }[]> {
  const now = Date.now();
  const maps = await Promise.all(Array.from({ length: INDEX_MAPS }, (_, map) => ledger.index.list(map, KEYS_PER_MAP)));
  return maps
    .flat()
    .flatMap(({ key }) => parseListedKey(key) ?? [])
    .filter(({ at, forRows }) => at <= now && !forRows)
    .map(({ id, at }) => ({ id, dueAt: at }))
    .sort((a, b) => a.dueAt - b.dueAt);
}
