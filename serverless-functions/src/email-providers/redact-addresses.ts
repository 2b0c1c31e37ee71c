/** Replaces email addresses: those who read the text need not know whose mailbox it is about. */
export function redactAddresses(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .trim();
}
