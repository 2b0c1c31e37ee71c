import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { SyncClient } from '../twilio/sync';
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
  /** What may not be in Sync as the entry has it, by the entry's id. */
  private readonly owed = new Map<string, Owed>();

  constructor(
    private readonly sync: () => SyncClient,
    private readonly log: Log | undefined,
  ) {}

  /** A claim lasts seconds: what it changes is written with its outcome. */
  postpone(before: LedgerEntry, entry: LedgerEntry): void {
    const row = !same(historyRowOf(before), historyRowOf(entry));
    const trouble = !same(troubleOf(before), troubleOf(entry));
    if (row || trouble) this.owe(before, { row, trouble });
  }

  /** An entry was written of which nothing shows yet: its row comes with its first change. */
  opened(entry: LedgerEntry): void {
    if (historyRowOf(entry) !== undefined) this.owed.set(entry.id, { row: true, trouble: false, isNew: true });
  }

  /** Whether something was left unwritten that the entry itself has. */
  isOwed({ id }: LedgerEntry): boolean {
    return this.owed.has(id);
  }

  /** Whether the change of an entry is one that shows. */
  isShown(before: LedgerEntry, entry: LedgerEntry): boolean {
    return !same(historyRowOf(before), historyRowOf(entry)) || !same(troubleOf(before), troubleOf(entry));
  }

  /** What was written beside an entry may be of a version that never was: it is written again with the next change. */
  doubt(before: LedgerEntry): void {
    this.owe(before, { row: true, trouble: true });
  }

  /** Writes what has changed, side by side. Never throws. */
  async write(before: LedgerEntry, entry: LedgerEntry): Promise<void> {
    const owed = this.owed.get(entry.id);
    this.owed.delete(entry.id);
    const key = timeKey(entry.id, entry.createdAt);
    const writes: Promise<void>[] = [];
    const put = (map: string, was: object | undefined, is: object | undefined, isOwed: boolean) => {
      if (!isOwed && same(was, is)) return;
      const mayBeThere = was !== undefined && !owed?.isNew;
      if (is !== undefined) writes.push(this.sync().upsertMapItem(map, key, is, TTL_SECONDS, mayBeThere));
      else if (mayBeThere || isOwed) writes.push(this.sync().removeMapItem(map, key));
    };
    put(historyMapOf(entry.createdAt), historyRowOf(before), historyRowOf(entry), owed?.row === true);
    put(TROUBLE_MAP, troubleOf(before), troubleOf(entry), owed?.trouble === true);
    for (const result of await Promise.allSettled(writes)) {
      if (result.status === 'fulfilled') continue;
      this.doubt(before);
      this.log?.warn('history not written', { entry: entry.id, code: errorCode(result.reason) });
    }
  }

  private owe(before: LedgerEntry, { row, trouble }: { row: boolean; trouble: boolean }): void {
    const earlier = this.owed.get(before.id);
    this.owed.set(before.id, {
      row: row || earlier?.row === true,
      trouble: trouble || earlier?.trouble === true,
      isNew: historyRowOf(before) === undefined || earlier?.isNew === true,
    });
  }
}

interface Owed {
  row: boolean;
  trouble: boolean;
  /** The row is likely not there at all: adding it comes first. */
  isNew: boolean;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
