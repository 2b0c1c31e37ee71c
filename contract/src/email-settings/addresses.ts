/**
 * An address a provider accepts as it is: no spaces, no control characters, no quotes, one @, a dot in the domain. `%`
 * and `!` are left out: old mail servers read `ana%elsewhere.org@…` and `elsewhere.org!ana@…` as routes to another
 * domain (RFC 5321, appendix F.2).
 */
const EMAIL_ADDRESS = /^[A-Za-z0-9.#$&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/;
export const MAX_ADDRESS_LENGTH = 254;
/** RFC 5321, section 4.5.3.1.1. */
const MAX_LOCAL_LENGTH = 64;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An address as it is stored: trimmed, its domain in lower case. The part before the @ stays as it was typed, a `+tag`
 * included: only the receiving side knows what it means.
 * Quoted local parts, line breaks and everything beyond ASCII are refused: readers cannot
 * distinguish look-alike letters. A domain with such letters can still be given as `xn--`.
 * @returns undefined if it is not a valid address
 */
export function normalizeAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_ADDRESS_LENGTH || !EMAIL_ADDRESS.test(trimmed)) return undefined;
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at);
  const domain = trimmed.slice(at + 1).toLowerCase();
  if (local.length > MAX_LOCAL_LENGTH) return undefined;
  // The beginning of an encoded word (RFC 2047), which another reader may decode to another address.
  if (local.includes('=?')) return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const labels = domain.split('.');
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels[labels.length - 1] as string))
    return undefined;
  return `${local}@${domain}`;
}

/** True for an address in a form that a provider accepts, without blanks around it. */
export function isAddress(text: string): boolean {
  return text === text.trim() && normalizeAddress(text) !== undefined;
}

/** The domain of an address, in lower case; empty if there is none. */
export function addressDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/**
 * True when the address is one of these, or of one of these domains exactly; a subdomain is another domain.
 * @param allowedRecipients domains in lower case, and whole addresses
 */
export function isAllowedRecipient(address: string, allowedRecipients: readonly string[]): boolean {
  const key = addressKey(address);
  const domain = addressDomain(address);
  return allowedRecipients.some((allowed) =>
    allowed.includes('@') ? addressKey(allowed) === key : allowed === domain,
  );
}

/**
 * By which two addresses are the same: the domain in any case, the local part letter by letter. Nearly every server
 * takes `Ana@` for `ana@`, but only it may: one mail too many is better than one too few.
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${addressDomain(address)}`;
}

/** Each address once, the first as it stands. */
export function uniqueRecipients<T extends { address: string }>(recipients: readonly T[]): T[] {
  const seen = new Set<string>();
  return recipients.filter(({ address }) => {
    const key = addressKey(address);
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}
