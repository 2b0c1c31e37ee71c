import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
import type { LedgerEntry } from './entry';
import { chronologicalKey, FAILURES_MAP, historyMapName, toFailureRow, toHistoryRow } from './history-row';

/** As long as the ledger itself. */
const TTL_SECONDS = 30 * 24 * 60 * 60;

/**
 * What is written beside an entry for people to look at: its row in the history, and the list of what went wrong. It
 * takes no round of its own, and that it failed keeps nothing from being done: the next change writes it again, and
 * whoever reads a row that is not final looks at the entry.
 */
export class EntryProjections {
  /** What may not be in Sync as the entry has it, by the entry's id. */
  private readonly dirty = new Map<string, DirtyProjections>();

  constructor(
    private readonly sync: () => SyncClient,
    private readonly log: Log | undefined,
  ) {}

  /** A claim lasts seconds: what it changes is written with its outcome. */
  deferToOutcome(before: LedgerEntry, entry: LedgerEntry): void {
    const row = !isSameJson(toHistoryRow(before), toHistoryRow(entry));
    const trouble = !isSameJson(toFailureRow(before), toFailureRow(entry));
    if (row || trouble) this.addDirty(before, { row, trouble });
  }

  /** An entry was written of which nothing shows yet: its row comes with its first change. */
  entryCreated(entry: LedgerEntry): void {
    if (toHistoryRow(entry) !== undefined) this.dirty.set(entry.id, { row: true, trouble: false, isNew: true });
  }

  /** Whether something was left unwritten that the entry itself has. */
  isDirty({ id }: LedgerEntry): boolean {
    return this.dirty.has(id);
  }

  /** Whether the change of an entry is one that shows. */
  changes(before: LedgerEntry, entry: LedgerEntry): boolean {
    return (
      !isSameJson(toHistoryRow(before), toHistoryRow(entry)) || !isSameJson(toFailureRow(before), toFailureRow(entry))
    );
  }

  /** What was written beside an entry may be of a version that never was: it is written again with the next change. */
  markDirty(before: LedgerEntry): void {
    this.addDirty(before, { row: true, trouble: true });
  }

  /** Writes what has changed, side by side. Never throws. */
  async write(before: LedgerEntry, entry: LedgerEntry): Promise<void> {
    const owed = this.dirty.get(entry.id);
    this.dirty.delete(entry.id);
    const key = chronologicalKey(entry.id, entry.createdAt);
    const writes: Promise<void>[] = [];
    const put = (map: string, was: object | undefined, is: object | undefined, isOwed: boolean) => {
      if (!isOwed && isSameJson(was, is)) return;
      const mayBeThere = was !== undefined && !owed?.isNew;
      if (is !== undefined) writes.push(this.sync().upsertMapItem(map, key, is, TTL_SECONDS, mayBeThere));
      else if (mayBeThere || isOwed) writes.push(this.sync().removeMapItem(map, key));
    };
    put(historyMapName(entry.createdAt), toHistoryRow(before), toHistoryRow(entry), owed?.row === true);
    put(FAILURES_MAP, toFailureRow(before), toFailureRow(entry), owed?.trouble === true);
    for (const result of await Promise.allSettled(writes)) {
      if (result.status === 'fulfilled') continue;
      this.markDirty(before);
      this.log?.warn('history not written', { entry: entry.id, code: errorCode(result.reason) });
    }
  }

  private addDirty(before: LedgerEntry, { row, trouble }: { row: boolean; trouble: boolean }): void {
    const earlier = this.dirty.get(before.id);
    this.dirty.set(before.id, {
      row: row || earlier?.row === true,
      trouble: trouble || earlier?.trouble === true,
      isNew: toHistoryRow(before) === undefined || earlier?.isNew === true,
    });
  }
}

interface DirtyProjections {
  row: boolean;
  trouble: boolean;
  /** The row is likely not there at all: adding it comes first. */
  isNew: boolean;
}

const isSameJson = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
