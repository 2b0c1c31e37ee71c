import { isLogoUrl } from './formats';

/**
 * True for the address of a logo that mails may show: https, at one of these hosts, and at the usual port. Whoever serves
 * the picture learns when and where a mail is opened.
 * @param hosts in lower case: `www.example.com`, or `*.example.com` for all hosts below `example.com`
 */
export function isAllowedLogo(url: string, hosts: readonly string[]): boolean {
  if (!isLogoUrl(url)) return false;
  const { hostname, port } = new URL(url);
  return (
    port === '' && hosts.some((host) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host))
  );
}

/** The host of an address, to name it. */
export const logoHost = (url: string): string => new URL(url).host;
