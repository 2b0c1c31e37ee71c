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
 * A sender as somebody wrote it, with or without quotes, in its parts.
 * @returns only an address for what is no name and address
 */
export function parseSender(sender: string): { address: string; name?: string } {
  const whole = sender.trim();
  const { name, enclosed: address } = splitAtBrackets(whole) ?? {};
  if (name === undefined || address === undefined) return { address: whole };
  const [, quoted] = /^"(.*)"$/.exec(name) ?? [];
  return { address, name: quoted === undefined ? name : quoted.replace(/\\(.)/g, '$1') };
}

/** `formatMailbox` of a sender as somebody wrote it; what is no name and address stays as it is. */
export function quoteSender(sender: string): string {
  const { address, name } = parseSender(sender);
  return formatMailbox(address, name);
}

/** The domain of a sender, `example.com` of `Ana <ana@example.com>`. */
export function domainOfSender(sender: string): string {
  const { address } = parseSender(sender);
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
