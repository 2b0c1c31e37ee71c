import type { LedgerEntry } from './entry';
import { chronologicalKey, parseListedKey, rowsKey } from './entry-id';
import { doubtOfChange, mergeDoubts, planRows, type RowDoubt, type RowWrite } from './entry-rows';
import { nextRunAt } from './schedule';

/**
 * What one change of an entry writes, and in which order. Pure: `PlanExecutor` carries it out.
 *
 * | change  | first                    | then, in parallel  | at last           |
 * |---------|--------------------------|--------------------|-------------------|
 * | claim   | the key, if listed late  | entry              | the old key goes  |
 * | outcome | the key, if listed late  | key ∥ entry ∥ rows | the old key goes  |
 * | awaited |                          | key ∥ entry ∥ rows |                   |
 *
 * A write that changes nothing is left out. Of an entry in the index some key is there at every moment; it leads a
 * sweep to the entry and its rows, and goes only when these are written (ADR 0096).
 */
export type ChangeKind =
  /** Reserves a step for seconds: the key stays where it is, and the rows follow with the outcome. */
  | 'claim'
  /** What came of a step, or an event. */
  | 'outcome'
  /** The same while a caller or an agent waits: a sweep removes the old key. */
  | 'awaited';

export type Write =
  /** Adds a key to the index. */
  | { write: 'list'; key: string }
  /** Removes a key from the index; done by a sweep if it fails. */
  | { write: 'unlist'; key: string }
  /** Replaces the document, unless it has changed. */
  | { write: 'entry' }
  | RowWrite;

export interface ChangePlan {
  entry: LedgerEntry;
  /** One after the other. The writes of a round are sent in this order, and in parallel. */
  rounds: Write[][];
  /** Rows that this change leaves for the next one. */
  deferred: RowDoubt | undefined;
  /** Lists the entry for its rows, if one of them is not written (ADR 0095). */
  repairKey: string;
}

/** An entry that is due this much before the sweep would see it is listed before it is changed (ADR 0051). */
const MAX_UNLISTED_MS = 15 * 60_000;
/** When a sweep repeats a row that was not written: the invocation is over by then, and a burst has often passed. */
const ROWS_RETRY_MS = 2 * 60_000;

/**
 * @param next what the change makes of `before`
 * @param doubt what this invocation knows to be in doubt about the rows
 * @returns undefined when there is nothing to change
 */
export function planChange(
  before: LedgerEntry,
  next: LedgerEntry,
  kind: ChangeKind,
  doubt: RowDoubt | undefined,
  now: number,
): ChangePlan | undefined {
  const isLate = kind !== 'awaited' && isListedLate(before.indexKey, next);
  const keepsKey = kind === 'claim' && (next === before || !isLate);
  const entry = keepsKey ? next : withCurrentIndexKey(next);
  if (entry === before) return undefined;
  const rows = kind === 'claim' ? [] : planRows(before, entry, doubt);
  const deferred = kind === 'claim' ? mergeDoubts(doubt, doubtOfChange(before, entry)) : undefined;
  const repairKey = rowsKey(entry.id, now + ROWS_RETRY_MS);
  const { added, removed } = moveKey(before.indexKey, entry.indexKey, rows.length > 0 ? repairKey : undefined);
  const rounds = order(kind, isLate || before.indexKey === undefined, {
    list: added === undefined ? [] : [{ write: 'list', key: added }],
    entry: [{ write: 'entry' }],
    rows,
    unlist: removed === undefined ? [] : [{ write: 'unlist', key: removed }],
  });
  return { entry, rounds: rounds.filter(({ length }) => length > 0), deferred, repairKey };
}

/** @param listsFirst without the key, no sweep would see the change in time, or ever: there is no other */
function order(
  kind: ChangeKind,
  listsFirst: boolean,
  { list, entry, rows, unlist }: Record<'list' | 'entry' | 'rows' | 'unlist', Write[]>,
): Write[][] {
  const changed = listsFirst ? [list, [...entry, ...rows]] : [[...list, ...entry, ...rows]];
  switch (kind) {
    case 'claim':
      return [list, entry, unlist];
    case 'outcome':
      return [...changed, unlist];
    case 'awaited':
      return changed;
  }
}

/**
 * The key that a change adds, and the one that goes afterwards. An entry that is not in the index, and has nothing more
 * to do, is listed for its rows while they are written.
 */
function moveKey(
  before: string | undefined,
  after: string | undefined,
  repairKey: string | undefined,
): { added?: string; removed?: string } {
  if (before === undefined && after === undefined) return { added: repairKey, removed: repairKey };
  return before === after ? {} : { added: after, removed: before };
}

/** The rows of an entry that does not change. */
export function planRowsAlone(entry: LedgerEntry, doubt: RowDoubt, now: number): ChangePlan {
  const repairKey = rowsKey(entry.id, now + ROWS_RETRY_MS);
  return { entry, rounds: [planRows(entry, entry, doubt)], deferred: undefined, repairKey };
}

/** The entry with the key under which the index lists it for its next run; without one when nothing is left to do. */
export function withCurrentIndexKey(entry: LedgerEntry): LedgerEntry {
  const at = nextRunAt(entry);
  const indexKey = at === undefined ? undefined : chronologicalKey(entry.id, at);
  return indexKey === entry.indexKey ? entry : { ...entry, indexKey };
}

/** True when an entry is due long before the time of the key that lists it, or has none. */
function isListedLate(key: string | undefined, entry: LedgerEntry): boolean {
  const at = nextRunAt(entry);
  if (at === undefined) return false;
  const listedAt = key === undefined ? undefined : parseListedKey(key)?.at;
  return listedAt === undefined || listedAt > at + MAX_UNLISTED_MS;
}
