import type { LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import type { FailureRow } from '../ledger/history-row';
import { isInScope, notYourQueue, type QueueScope } from '../runtime/queue-scope';

/**
 * Which callbacks and voicemails are of a supervisor's queues (ADR 0116). One whose queue is not known any more is shown
 * to supervisors of all queues only: it is not one without a queue.
 */

/** What a deletion by number leaves has no queue. */
export const isEntryInScope = (scope: QueueScope, entry: LedgerEntry): boolean =>
  scope === 'all' || (!isErased(entry) && isInScope(scope, entry.queueName));

/** @throws FlexBadRequest 403 `not-your-queue` */
export function requireEntryInScope(scope: QueueScope, entry: LedgerEntry): void {
  if (!isEntryInScope(scope, entry)) throw notYourQueue();
}

/** Of an entry that cannot be read, the queue may be what cannot be read. */
export const isFailureInScope = (scope: QueueScope, { queueName, unreadable }: FailureRow): boolean =>
  scope === 'all' || ((unreadable === undefined || queueName !== '') && isInScope(scope, queueName));
