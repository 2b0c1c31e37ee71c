import { toSingleLine } from '../runtime/text';

/** Replaces email addresses: those who read the text need not know whose mailbox it is about. */
export function redactAddresses(text: string): string {
  // Word by word: a pattern that looks for the @ itself reads a long word once for each of its characters.
  return toSingleLine(text)
    .replace(/<?[^\s<>]+>?/g, (word) => (word.includes('@') ? '…' : word))
    .trim();
}
