import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncDoor } from '../twilio/sync';
import type { LedgerEntry } from './entry';
import { historyMapOf, historyRowOf, TROUBLE_MAP, timeKey, troubleOf } from './history-row';

/** As long as the ledger itself. */
const TTL_SECONDS = 30 * 24 * 60 * 60;

/**
 * What is written beside an entry for people to look at: its row in the history, and the list of what went wrong. It
 * takes no round of its own, and that it failed keeps nothing from being done: the next change writes it again, and
 * whoever reads a row that is not final looks at the entry.
 */
export class BesideEntries {
  /** Entries whose row may not be as the entry is; true when it may not be there at all. */
  private readonly owed = new Map<string, boolean>();

  constructor(
    private readonly sync: () => SyncDoor,
    private readonly log: Log | undefined,
  ) {}

  /** A claim lasts seconds: what it changes is written with its outcome. */
  postpone(before: LedgerEntry, entry: LedgerEntry): void {
    if (!this.isOwed(entry) && same(historyRowOf(before), historyRowOf(entry))) return;
    this.owed.set(entry.id, (this.owed.get(entry.id) ?? false) || historyRowOf(before) === undefined);
  }

  /** Whether something was left unwritten that the entry itself has. */
  isOwed({ id }: LedgerEntry): boolean {
    return this.owed.has(id);
  }

  /** Writes what has changed, side by side. Never throws. */
  async write(before: LedgerEntry, entry: LedgerEntry): Promise<void> {
    const owed = this.owed.get(entry.id);
    const row = historyRowOf(entry);
    const rowBefore = historyRowOf(before);
    const trouble = troubleOf(entry);
    const troubleBefore = troubleOf(before);
    const key = timeKey(entry.id, entry.createdAt);
    const writes: Promise<void>[] = [];
    if (owed !== undefined || !same(row, rowBefore)) {
      const map = historyMapOf(entry.createdAt);
      const isThere = rowBefore !== undefined && owed !== true;
      if (row !== undefined) writes.push(this.sync().putInMap(map, key, row, TTL_SECONDS, isThere));
      else if (rowBefore !== undefined && owed !== true) writes.push(this.sync().removeFromMap(map, key));
    }
    if (!same(trouble, troubleBefore)) {
      const isThere = troubleBefore !== undefined;
      if (trouble !== undefined) writes.push(this.sync().putInMap(TROUBLE_MAP, key, trouble, TTL_SECONDS, isThere));
      else writes.push(this.sync().removeFromMap(TROUBLE_MAP, key));
    }
    this.owed.delete(entry.id);
    for (const result of await Promise.allSettled(writes)) {
      if (result.status === 'fulfilled') continue;
      this.owed.set(entry.id, rowBefore === undefined || owed === true);
      this.log?.warn('history not written', { entry: entry.id, code: errorCode(result.reason) });
    }
  }

  /** What was written beside an entry may be of a version that never was: its row is written again with the next change. */
  doubt(entry: LedgerEntry): void {
    this.owed.set(entry.id, historyRowOf(entry) === undefined || this.owed.get(entry.id) === true);
  }
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
