import { toSingleLine } from '../runtime/text';

/** Replaces email addresses: those who read the text need not know whose mailbox it is about. */
export function redactAddresses(text: string): string {
  return toSingleLine(text)
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .trim();
}
