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

/**
 * The same for a sender as somebody wrote it, with or without quotes; what is no name and address stays as it is.
 */
export function quoteSender(sender: string): string {
  const [, name, address] = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(sender) ?? [];
  if (name === undefined || address === undefined) return sender.trim();
  const [, quoted] = /^"(.*)"$/.exec(name) ?? [];
  return formatMailbox(address, quoted === undefined ? name : quoted.replace(/\\(.)/g, '$1'));
}
