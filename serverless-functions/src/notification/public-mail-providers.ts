import type * as List from './public-mail-provider-list';

/** In the list, though nobody can have an address there (RFC 2606, section 3). */
const RESERVED = new Set(['example.com', 'example.net', 'example.org']);

/**
 * True for a domain at which anybody can have an address.
 * @param domain in lower case
 */
export function isPublicMailProvider(domain: string): boolean {
  if (RESERVED.has(domain)) return false;
  const { PUBLIC_MAIL_PROVIDERS } = require('./public-mail-provider-list') as typeof List;
  return PUBLIC_MAIL_PROVIDERS.has(domain);
}
