import { classifyMailgunError, isSenderAligned } from './mailgun-errors';

const DOMAIN = 'Domain mg.example.com is not allowed to send: ';

const RESPONSES: [status: number | undefined, words: string, problem: string][] = [
  [401, 'Forbidden', 'key-refused'],
  [404, 'Domain not found: mg.example.com', 'domain-unknown'],
  [
    403,
    `${DOMAIN}Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.`,
    'sandbox-domain',
  ],
  [
    403,
    `${DOMAIN}Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients in Account Settings.`,
    'sandbox-domain',
  ],
  [
    403,
    `${DOMAIN}The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.`,
    'domain-not-verified',
  ],
  [400, `${DOMAIN}recipient limit exceeded`, 'limit-reached'],
  [429, `${DOMAIN}request limit exceeded, try again after Mon, 20 Dec 2021 20:33:21 UTC`, 'limit-reached'],
  [403, `${DOMAIN}Account disabled`, 'account-disabled'],
  [403, `${DOMAIN}Account Inactivity`, 'account-disabled'],
  [403, `${DOMAIN}Please activate your Mailgun account.`, 'account-disabled'],
  [402, '', 'account-disabled'],
  [400, "'from' parameter is not a valid address. please check documentation", 'from-not-aligned'],
  [400, "'to' parameter is not a valid address. please check documentation", 'recipient-refused'],
  [413, 'request size exceeds 52.4MiB limit', 'too-large'],
  [403, 'Forbidden', 'key-refused'],
  [500, 'Internal Server Error', 'unreachable'],
  [undefined, '', 'unreachable'],
  [400, 'something new', 'unknown'],
];
const shorten = (words: string) => (words.length > 60 ? `… ${words.slice(-60)}` : words);
const named = RESPONSES.map(([status, words, problem]) => ({
  title: `${status} "${shorten(words)}"`,
  status,
  words,
  problem,
}));

test.each(named)('$title: $problem', ({ status, words, problem }) => {
  expect(classifyMailgunError(status, words).problem).toBe(problem);
});

test('the provider’s words go along, but for what looks like a key', () => {
  const words =
    'Forbidden for key-0123456789abcdef0123456789abcdef and 0123456789abcdef0123456789abcdef-01234567-89abcdef\r\nX: y';
  expect(classifyMailgunError(403, words).detail).toBe('Forbidden for … and … X: y');
  expect(classifyMailgunError(400, 'x'.repeat(5_000)).detail).toHaveLength(300);
  expect(classifyMailgunError(undefined, '')).toEqual({ problem: 'unreachable' });
});

test.each([
  ['voicemail@mg.example.com', 'mg.example.com', true],
  ['Clinic <voicemail@Example.com>', 'mg.example.com', true],
  ['a@news.mg.example.com', 'mg.example.com', true],
  ['a@other.example.com', 'mg.example.com', true],
  ['a@example.org', 'mg.example.com', false],
  ['a@notexample.com', 'mg.example.com', false],
  ['a@other.com', 'example.com', false],
  ['a@gmail.com', 'sandbox123.mailgun.org', false],
])('%s signed for %s: %p', (from, domain, aligned) => {
  expect(isSenderAligned(from, domain)).toBe(aligned);
});
