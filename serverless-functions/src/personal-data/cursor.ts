/**
 * Where a request stopped, and the next one goes on. What is stored is walked through in this order: history and failure
 * rows, by map and key; TaskRouter's open tasks; the number's calls; the certificate. Pure.
 */
export type Cursor =
  /** `after` is the key of what was looked at last: a row, or a time with a SID. Empty: none of that map or list. */
  | { phase: 'rows'; map: string; after: string }
  | { phase: 'tasks'; after: string }
  | { phase: 'calls'; after: string }
  | { phase: 'end' };

export const START: Cursor = { phase: 'rows', map: '', after: '' };

const CURSOR =
  /^(?:rows ((?:history-\d{4}-\d\d-\d\d|failures)?) ([\w:.-]{0,150})|(tasks|calls)(?: ([\w:.-]{0,150}))?|end)$/;

/** True for the name of a Sync Map with rows that hold numbers. */
export const hasRows = (map: string) => /^(?:history-\d{4}-\d\d-\d\d|failures)$/.test(map);

export function writeCursor(cursor: Cursor): string {
  switch (cursor.phase) {
    case 'rows':
      return `rows ${cursor.map} ${cursor.after}`;
    case 'end':
      return 'end';
    default:
      return `${cursor.phase} ${cursor.after}`;
  }
}

/** @returns undefined for text that `writeCursor` did not write */
export function readCursor(text: string): Cursor | undefined {
  if (text === '') return START;
  const [whole, map, afterRow = '', list, afterInList = ''] = CURSOR.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (map !== undefined) return { phase: 'rows', map, after: afterRow };
  return list === undefined ? { phase: 'end' } : { phase: list as 'tasks' | 'calls', after: afterInList };
}
