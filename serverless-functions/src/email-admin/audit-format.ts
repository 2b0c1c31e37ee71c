import type { AuditItem } from '@callback-and-voicemail/contract';

const HEADS = [
  'id',
  'at',
  'by',
  'identity',
  'act',
  'result',
  'code',
  'entries',
  'taskSid',
  'detail',
  'changes',
  'queues',
  'deleted',
] as const;

/**
 * Items as CSV (RFC 4180). Callers' and agents' words may be in it, so a cell that a spreadsheet would take for a formula
 * begins with an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection).
 * @param withHeads for the first page
 */
export function toCsv(items: readonly AuditItem[], withHeads: boolean): string {
  const rows = items.map((item) =>
    HEADS.map((head) => {
      const value = item[head];
      if (value === undefined) return '';
      return typeof value === 'string' ? value : JSON.stringify(value);
    }),
  );
  return [...(withHeads ? [[...HEADS]] : []), ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

function toCell(value: string): string {
  const safe = /^[\s\u200b-\u200f\u202a-\u202e\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One JSON object a line, as log collectors read it (https://jsonlines.org). */
export function toJsonLines(items: readonly AuditItem[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
