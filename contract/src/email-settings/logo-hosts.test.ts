import { isAllowedLogo } from './logo-hosts';

const HOSTS = ['example.com', '*.example.org'];

test.each([
  ['https://example.com/logo.png', true],
  ['https://EXAMPLE.com/logo.png?size=2', true],
  ['https://example.com:443/logo.png', true],
  ['https://cdn.example.org/logo.png', true],
  ['https://a.b.example.org/logo.png', true],
  ['https://example.org/logo.png', false],
  ['https://www.example.com/logo.png', false],
  ['https://evilexample.org/logo.png', false],
  ['https://example.com.evil.net/logo.png', false],
  ['https://example.com./logo.png', false],
  ['https://example.com:8443/logo.png', false],
  ['https://evil.net/example.com/logo.png', false],
  ['https://evil.net\\@example.com/logo.png', false],
  ['https://example.com@evil.net/logo.png', false],
  ['https://user:word@example.com/logo.png', false],
  ['http://example.com/logo.png', false],
  ['//example.com/logo.png', false],
  ['data:image/png;base64,AAAA', false],
  ['', false],
])('the logo %s may be shown: %s', (url, expected) => {
  expect(isAllowedLogo(url, HOSTS)).toBe(expected);
});

test('without hosts, no logo is allowed', () => {
  expect(isAllowedLogo('https://example.com/logo.png', [])).toBe(false);
});
