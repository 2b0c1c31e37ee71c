const MAX_PREVIEW = 140;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The beginning of a mail as mailboxes show it beside the subject: of its HTML part, hidden words included. */
export function previewText({ html = '', text = '' }: { html?: string; text?: string }): string {
  const line = toSingleLine(html === '' ? text : wordsOfHtml(html));
  return line.length > MAX_PREVIEW ? `${line.slice(0, MAX_PREVIEW - 1).trimEnd()}…` : line;
}

/** What is read of a page, hidden words included, in one line. */
export const wordsOfHtml = (html: string) =>
  toSingleLine(decode(html.replace(/<(head|style|script)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')));

const toSingleLine = (words: string) => words.replace(/[\s\u00a0\u200b\u200c]+/g, ' ').trim();

function decode(html: string): string {
  return html.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name: string) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    if (code === undefined) return NAMED[name?.toLowerCase()] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
