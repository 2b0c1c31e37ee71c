import { addressDomain } from '@callback-and-voicemail/contract';
import { type Environment, splitAddresses } from '../runtime/environment';
import { isPublicMailProvider } from './public-mail-providers';

/**
 * Whom a supervisor may have voicemails sent to: domains in lower case, and whole addresses. Without
 * ALLOWED_EMAIL_DOMAINS these are the domains of ADMIN_EMAIL; at a public mail provider, where anybody has an address,
 * the address alone. The addresses of ADMIN_EMAIL are always allowed: only an administrator can set them. A malformed
 * list allows nobody else.
 */
export function allowedRecipients({ values, problems }: Environment): string[] {
  const administrators = splitAddresses(values.ADMIN_EMAIL ?? '');
  if (problems.some(({ variable }) => variable === 'ALLOWED_EMAIL_DOMAINS')) return [...new Set(administrators)];
  const domains =
    values.ALLOWED_EMAIL_DOMAINS === undefined
      ? administrators.map(addressDomain).filter((domain) => !isPublicMailProvider(domain))
      : splitAddresses(values.ALLOWED_EMAIL_DOMAINS).map((domain) => domain.toLowerCase());
  const others = administrators.filter((address) => !domains.includes(addressDomain(address)));
  return [...new Set([...domains, ...others])];
}
