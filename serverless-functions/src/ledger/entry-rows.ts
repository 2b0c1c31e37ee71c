import type { LedgerEntry } from './entry';
import { chronologicalKey } from './entry-id';
import { FAILURES_MAP, historyMapName, toFailureRow, toHistoryRow } from './history-row';

/** Which rows of an entry are to be written: its history row, and its failure row if something went wrong. Pure. */

/** A row that is written, or without `row` removed. */
export interface RowWrite {
  write: 'row';
  map: string;
  key: string;
  row: object | undefined;
  /** What is likely: then it is one request. */
  isThere: boolean;
}

/** Rows that may differ from the entry, whatever its last change was: they are written with the next one. */
export interface RowDoubt {
  history: boolean;
  failure: boolean;
  /** The row probably does not exist: adding it is tried first. */
  isNew: boolean;
}

/** Nothing is known of the rows of this entry. */
export function fullDoubt(entry: LedgerEntry): RowDoubt {
  return { history: true, failure: true, isNew: toHistoryRow(entry) === undefined };
}

/** A new entry has no rows yet: they are written with its first change. */
export function doubtOfNewEntry(entry: LedgerEntry): RowDoubt | undefined {
  return toHistoryRow(entry) === undefined ? undefined : { history: true, failure: false, isNew: true };
}

/** The rows that a change alters, as far as they are left for later. */
export function doubtOfChange(before: LedgerEntry, entry: LedgerEntry): RowDoubt | undefined {
  const history = !isSameJson(toHistoryRow(before), toHistoryRow(entry));
  const failure = !isSameJson(toFailureRow(before), toFailureRow(entry));
  return history || failure ? { history, failure, isNew: toHistoryRow(before) === undefined } : undefined;
}

/** All that is in doubt for one reason or the other. */
export function mergeDoubts(...doubts: (RowDoubt | undefined)[]): RowDoubt | undefined {
  return doubts.reduce(
    (one, other) =>
      one && other
        ? {
            history: one.history || other.history,
            failure: one.failure || other.failure,
            isNew: one.isNew || other.isNew,
          }
        : (one ?? other),
    undefined,
  );
}

/** The rows that a change alters, and those in doubt. */
export function planRows(before: LedgerEntry, entry: LedgerEntry, doubt?: RowDoubt): RowWrite[] {
  const key = chronologicalKey(entry.id, entry.createdAt);
  const plan = (map: string, old: object | undefined, row: object | undefined, isInDoubt = false): RowWrite[] => {
    if (!isInDoubt && isSameJson(old, row)) return [];
    const isThere = old !== undefined && !doubt?.isNew;
    return row !== undefined || isThere || isInDoubt ? [{ write: 'row', map, key, row, isThere }] : [];
  };
  return [
    ...plan(historyMapName(entry.createdAt), toHistoryRow(before), toHistoryRow(entry), doubt?.history),
    ...plan(FAILURES_MAP, toFailureRow(before), toFailureRow(entry), doubt?.failure),
  ];
}

const isSameJson = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
