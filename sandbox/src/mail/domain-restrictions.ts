import { MailgunError } from './mailgun-error';
import type { SendRequest } from './mailgun-parameters';

/** Reasons for which Mailgun refuses to send for a domain although the key is valid. Messages are Mailgun's own. */
export interface DomainRestrictions {
  /** Its DNS records are not verified. */
  unverified?: boolean;
  /** A sandbox domain, or a free account's: it sends to these addresses only. */
  authorizedRecipients?: readonly string[];
  accountDisabled?: boolean;
  /** Requests to send within an hour. */
  requestsPerHour?: number;
}

const HOUR_MS = 3_600_000;

/** @throws MailgunError 403 or 429, according to the restrictions */
export function checkDomainRestrictions(
  domain: string,
  restrictions: DomainRestrictions | undefined,
  sent: SendRequest,
  earlier: readonly { at: number; domain: string; status: number }[],
): void {
  if (restrictions === undefined) return;
  const refuse = (status: number, why: string) =>
    new MailgunError(status, `Domain ${domain} is not allowed to send: ${why}`);
  if (restrictions.accountDisabled) throw refuse(403, 'Account disabled');
  if (restrictions.unverified)
    throw refuse(
      403,
      'The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.',
    );
  const authorized = restrictions.authorizedRecipients?.map((address) => address.toLowerCase());
  const all = [...sent.to, ...sent.cc, ...sent.bcc];
  if (authorized !== undefined && !all.every(({ address }) => authorized.includes(address.toLowerCase())))
    throw refuse(
      403,
      'Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.',
    );
  if (restrictions.requestsPerHour === undefined) return;
  const now = Date.now();
  const taken = earlier.filter((one) => one.domain === domain && one.status === 200 && one.at > now - HOUR_MS);
  if (taken.length < restrictions.requestsPerHour) return;
  const again = new Date((taken[0]?.at ?? now) + HOUR_MS).toUTCString().replace('GMT', 'UTC');
  throw refuse(429, `request limit exceeded, try again after ${again}`);
}
