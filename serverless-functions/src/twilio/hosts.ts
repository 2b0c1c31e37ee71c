/** How Twilio is reached. */
export interface TwilioEndpoint {
  /** The edge location through which requests enter Twilio's network; its nearest one when there is none. */
  edge?: string;
  /** The sandbox's address, which then replaces every Twilio host. */
  stubUrl?: string;
}

/** Flex, and therefore all that this product works with, is in US1 alone. */
const FLEX_REGION = 'us1';

/**
 * A request's address: every host of Twilio is `product.twilio.com`, or `product.edge.region.twilio.com` by way of an
 * edge, as in `getHostname` of the SDK (twilio-node 6.2.0, BaseTwilio). In the sandbox the host becomes the first part
 * of the path.
 */
export function resolveUrl(url: URL, { edge, stubUrl }: TwilioEndpoint): string {
  const host = edge === undefined ? url.host : url.host.replace('.', `.${edge}.${FLEX_REGION}.`);
  const pathAndQuery = `${url.pathname}${url.search}`;
  return stubUrl === undefined
    ? `${url.protocol}//${host}${pathAndQuery}`
    : `${stubUrl.replace(/\/$/, '')}/${host}${pathAndQuery}`;
}
