import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import { LEDGER_TTL_SECONDS, type LedgerEntry } from './entry';
import { chronologicalKey } from './entry-id';
import { FAILURES_MAP, historyMapName, toFailureRow, toHistoryRow } from './history-row';

/**
 * Writes the projections of an entry: its history row, and its failure row if something went wrong. They are written in
 * parallel with the entry. A failed write is logged, and the ledger lists the entry so that a sweep repeats it (ADR 0095).
 */
export class EntryProjections {
  /** Rows that may differ from the entry, by the entry's id. */
  private readonly dirty = new Map<string, DirtyRows>();

  constructor(
    private readonly sync: () => SyncClient,
    private readonly log: Log | undefined,
  ) {}

  /** A claim lasts seconds: the rows it changes are written with its outcome. */
  deferToOutcome(before: LedgerEntry, entry: LedgerEntry): void {
    const history = !isSameJson(toHistoryRow(before), toHistoryRow(entry));
    const failure = !isSameJson(toFailureRow(before), toFailureRow(entry));
    if (history || failure) this.addDirty(before, { history, failure });
  }

  /** A new entry has no rows yet: they are written with its first change. */
  entryCreated(entry: LedgerEntry): void {
    if (toHistoryRow(entry) !== undefined) this.dirty.set(entry.id, { history: true, failure: false, isNew: true });
  }

  /** True when a row could not be written. */
  isDirty({ id }: LedgerEntry): boolean {
    return this.dirty.has(id);
  }

  /** The rows may show a version that was never stored: they are written again with the next change. */
  markDirty(before: LedgerEntry): void {
    this.addDirty(before, { history: true, failure: true });
  }

  /** The same, when the rows of both versions differ. */
  markDirtyIfChanged(before: LedgerEntry, entry: LedgerEntry): void {
    const isUnchanged =
      isSameJson(toHistoryRow(before), toHistoryRow(entry)) && isSameJson(toFailureRow(before), toFailureRow(entry));
    if (!isUnchanged) this.markDirty(before);
  }

  /**
   * Writes the rows that have changed, in parallel. Never throws.
   * @returns why a row was not written; undefined when all were
   */
  async write(before: LedgerEntry, entry: LedgerEntry): Promise<{ failure: unknown } | undefined> {
    const dirty = this.dirty.get(entry.id);
    this.dirty.delete(entry.id);
    const key = chronologicalKey(entry.id, entry.createdAt);
    const writes: Promise<void>[] = [];
    const update = (map: string, oldRow: object | undefined, newRow: object | undefined, isDirty: boolean) => {
      if (!isDirty && isSameJson(oldRow, newRow)) return;
      const mayExist = oldRow !== undefined && !dirty?.isNew;
      if (newRow !== undefined) writes.push(this.sync().upsertMapItem(map, key, newRow, LEDGER_TTL_SECONDS, mayExist));
      else if (mayExist || isDirty) writes.push(this.sync().removeMapItem(map, key));
    };
    update(historyMapName(entry.createdAt), toHistoryRow(before), toHistoryRow(entry), dirty?.history === true);
    update(FAILURES_MAP, toFailureRow(before), toFailureRow(entry), dirty?.failure === true);
    let failed: { failure: unknown } | undefined;
    for (const result of await Promise.allSettled(writes)) {
      if (result.status === 'fulfilled') continue;
      failed = { failure: result.reason };
      this.markDirty(before);
      this.log?.warn('history not written', { entry: entry.id, code: errorCode(result.reason) });
    }
    return failed;
  }

  private addDirty(before: LedgerEntry, { history, failure }: { history: boolean; failure: boolean }): void {
    const earlier = this.dirty.get(before.id);
    this.dirty.set(before.id, {
      history: history || earlier?.history === true,
      failure: failure || earlier?.failure === true,
      isNew: toHistoryRow(before) === undefined || earlier?.isNew === true,
    });
  }
}

interface DirtyRows {
  history: boolean;
  failure: boolean;
  /** The row probably does not exist: adding it is tried first. */
  isNew: boolean;
}

const isSameJson = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
