import { LEDGER_TTL_SECONDS, type LedgerEntry } from './entry';
import { isErased } from './erasure-changes';
import { toHistoryRow } from './history-row';

/** How long Sync keeps entries and rows by itself. Retention deletes earlier what its settings say (ADR 0106). */

const DAY_SECONDS = 24 * 60 * 60;

/** The longest that Sync keeps anything: OpenAPI sync v1, Ttl. */
export const KEPT_TTL_SECONDS = 365 * DAY_SECONDS;
/** As long as an entry may have work to do: a task's lifetime. No settings keep entries shorter. */
const UNLISTED_TTL_SECONDS = 7 * DAY_SECONDS;

/**
 * The time to live of an entry's document from its last write. An entry that no history row leads to is not found by
 * retention, so Sync removes it; but a message that the caller recorded again is found from its successor. A tombstone
 * stays until nothing can bring the entry back (ADR 0107).
 */
export function entryTtlSeconds(entry: LedgerEntry): number {
  if (isErased(entry)) return LEDGER_TTL_SECONDS;
  const hasDiscardedMessage = entry.recording.state === 'superseded' && entry.recording.recordingSid !== undefined;
  return toHistoryRow(entry) !== undefined || hasDiscardedMessage ? KEPT_TTL_SECONDS : UNLISTED_TTL_SECONDS;
}
