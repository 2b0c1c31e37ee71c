import type { ReconciledItem } from '@callback-and-voicemail/contract/reconciliation';

const HEADS = ['id', 'at', 'queue', 'class', 'recording', 'entry', 'task', 'email'] as const;

/**
 * A run's voicemails as CSV (RFC 4180), in the order of its digest. A cell that a spreadsheet would take for a formula
 * begins with an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function toCsv(items: readonly ReconciledItem[]): string {
  const rows = [[...HEADS], ...items.map((item) => HEADS.map((head) => item[head]))];
  return rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

function toCell(value: string): string {
  const safe = /^\s*[=+\-@＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** One JSON object a line (https://jsonlines.org). */
export function toJsonLines(items: readonly ReconciledItem[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
