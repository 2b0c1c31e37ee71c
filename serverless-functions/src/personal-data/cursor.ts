/**
 * Where a request stopped, and the next one goes on. What is stored is walked through in this order: history and failure
 * rows, by map and key; TaskRouter's open tasks; the number's calls; the certificate. Pure.
 */
export type Cursor =
  /** `after` is the key of the row that was looked at last; empty: none of that map. */
  { phase: 'rows'; map: string; after: string } | { phase: 'tasks' } | { phase: 'calls' } | { phase: 'end' };

export const START: Cursor = { phase: 'rows', map: '', after: '' };

const CURSOR = /^(?:rows ((?:history-\d{4}-\d\d-\d\d|failures)?) ([\w:.-]{0,150})|(tasks|calls|end))$/;

/** True for the name of a Sync Map with rows that hold numbers. */
export const hasRows = (map: string) => /^(?:history-\d{4}-\d\d-\d\d|failures)$/.test(map);

export function writeCursor(cursor: Cursor): string {
  return cursor.phase === 'rows' ? `rows ${cursor.map} ${cursor.after}` : cursor.phase;
}

/** @returns undefined for text that `writeCursor` did not write */
export function readCursor(text: string): Cursor | undefined {
  if (text === '') return START;
  const [whole, map = '', after = '', phase] = CURSOR.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return phase === undefined ? { phase: 'rows', map, after } : { phase: phase as 'tasks' | 'calls' | 'end' };
}
