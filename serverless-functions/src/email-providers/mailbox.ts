import { toSingleLine } from '../runtime/text';

/** What a display name may hold without quotes (RFC 5322, `atom` and blanks); letters beyond ASCII as RFC 6532 has them. */
const ATOMS = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~ -]+$/u;

/**
 * `Ana Ruiz <ana@example.com>`, and `"Ruiz, Ana" <ana@example.com>` where the name has a comma or another special
 * character: without the quotes it would be two addresses.
 */
export function formatMailbox(address: string, name: string | undefined): string {
  const line = toSingleLine(name ?? '');
  if (line === '') return address;
  return `${ATOMS.test(line) ? line : `"${line.replace(/["\\]/g, '\\$&')}"`} <${address}>`;
}

/** `Ana Ruiz <ana@example.com>` in its parts. @returns undefined for a text that does not end with something in brackets */
function splitAtBrackets(text: string): { name: string; enclosed: string } | undefined {
  const at = text.lastIndexOf('<');
  const enclosed = text.slice(at + 1, -1);
  if (at < 0 || !text.endsWith('>') || enclosed === '' || enclosed.includes('>')) return undefined;
  return { name: text.slice(0, at).trim(), enclosed };
}

/**
 * The same for a sender as somebody wrote it, with or without quotes; what is no name and address stays as it is.
 */
export function quoteSender(sender: string): string {
  const whole = sender.trim();
  const { name, enclosed: address } = splitAtBrackets(whole) ?? {};
  if (name === undefined || address === undefined) return whole;
  const [, quoted] = /^"(.*)"$/.exec(name) ?? [];
  return formatMailbox(address, quoted === undefined ? name : quoted.replace(/\\(.)/g, '$1'));
}
