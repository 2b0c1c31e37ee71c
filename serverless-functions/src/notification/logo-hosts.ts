import { addressDomain } from '@callback-and-voicemail/contract';
import { type Environment, splitAddresses } from '../runtime/environment';
import { isPublicMailProvider } from './public-mail-providers';

/**
 * Where the logo in mails may be, as `isAllowedLogo` takes it. Without LOGO_HOSTS: the domains of ADMIN_EMAIL and all hosts
 * below them, but none of a public mail provider. A malformed list allows none (ADR 0118).
 */
export function logoHosts({ values, problems }: Environment): string[] {
  if (problems.some(({ variable }) => variable === 'LOGO_HOSTS')) return [];
  if (values.LOGO_HOSTS !== undefined) return [...new Set(splitAddresses(values.LOGO_HOSTS.toLowerCase()))];
  const domains = splitAddresses(values.ADMIN_EMAIL ?? '').map(addressDomain);
  const own = domains.filter((domain) => !isPublicMailProvider(domain));
  return [...new Set(own.flatMap((domain) => [domain, `*.${domain}`]))];
}
