import { checkDomainRestrictions, type DomainRestrictions } from '../../src/mail/domain-restrictions';
import type { SendRequest } from '../../src/mail/mailgun-parameters';

const DOMAIN = 'mg.example.com';
const NOW = Date.UTC(2026, 10, 23, 12);
const to = (...addresses: string[]) =>
  ({ to: addresses.map((address) => ({ name: '', address })), cc: [], bcc: [] }) as unknown as SendRequest;
const restrictionErrorOf = (
  standing: DomainRestrictions | undefined,
  sent = to('ana@example.com'),
  earlier: number[] = [],
) => {
  try {
    checkDomainRestrictions(
      DOMAIN,
      standing,
      sent,
      earlier.map((at) => ({ at, domain: DOMAIN, status: 200 })),
    );
  } catch (error) {
    return { status: (error as { status: number }).status, message: (error as Error).message };
  }
  return undefined;
};

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a domain in good standing sends', () => {
  expect(restrictionErrorOf(undefined)).toBeUndefined();
  expect(restrictionErrorOf({})).toBeUndefined();
});

test.each([
  [{ unverified: true }, 403, /The domain is unverified and requires DNS configuration/],
  [{ accountDisabled: true }, 403, /Account disabled/],
  [{ authorizedRecipients: ['bo@example.com'] }, 403, /Sandbox subdomains are for test purposes only/],
])('%j is refused in Mailgun’s words', (standing, status, message) => {
  expect(restrictionErrorOf(standing)).toEqual({ status, message: expect.stringMatching(message) });
  expect(restrictionErrorOf(standing)!.message).toContain(`Domain ${DOMAIN} is not allowed to send: `);
});

test('a sandbox domain sends only to authorized recipients, in any letter case', () => {
  const standing = { authorizedRecipients: ['Ana@example.com'] };
  expect(restrictionErrorOf(standing)).toBeUndefined();
  expect(restrictionErrorOf(standing, to('ana@example.com', 'bo@example.com'))).toMatchObject({ status: 403 });
});

test('so many an hour, and when it goes on', () => {
  const standing = { requestsPerHour: 2 };
  expect(restrictionErrorOf(standing, undefined, [NOW - 1_000])).toBeUndefined();
  expect(restrictionErrorOf(standing, undefined, [NOW - 60_000, NOW - 1_000])).toEqual({
    status: 429,
    message: expect.stringContaining('request limit exceeded, try again after Mon, 23 Nov 2026 12:59:00 UTC'),
  });
  expect(restrictionErrorOf(standing, undefined, [NOW - 3_700_000, NOW - 1_000])).toBeUndefined();
});
