/** The local runtime's addresses, which have no certificate. */
const LOOPBACK_DOMAIN = /^(?:(?:[\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * The origin of this deployment.
 * @param domainName the context's DOMAIN_NAME, which has no scheme
 */
export function functionsOrigin(domainName: string): string {
  return `${LOOPBACK_DOMAIN.test(domainName) ? 'http' : 'https'}://${domainName}`;
}

/** The address of a file: as it is if it is whole, else the path on this deployment. */
export function absoluteUrl(urlOrPath: string, origin: string): string {
  return /^https?:\/\//i.test(urlOrPath) ? urlOrPath : `${origin}${urlOrPath}`;
}
