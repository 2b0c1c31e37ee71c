import type { Environment } from '../runtime/environment';
import { readPageToken, signPage } from './page-token';

const NOW = Date.UTC(2026, 10, 22, 15, 0);
const MINUTE = 60_000;
const environment: Environment = { values: { SIGNING_KEYS: 'k'.repeat(32) }, problems: [] };
const LINK = 'voicemail-CA1-1.RE1.x.y.en-US.sig';
const token = signPage(environment, LINK, NOW);

test('a token is good for its link for half an hour, and names its rendering', () => {
  const name = readPageToken(environment, LINK, token, NOW);
  expect(name).toMatch(/^[0-9a-f-]{36}$/);
  expect(readPageToken(environment, LINK, token, NOW + 29 * MINUTE)).toBe(name);
  expect(readPageToken(environment, LINK, token, NOW + 31 * MINUTE)).toBeUndefined();
  expect(readPageToken(environment, LINK, signPage(environment, LINK, NOW), NOW)).not.toBe(name);
});

test.each([
  ['of another link', `${LINK}x`, token],
  ['with another end', LINK, token.replace(/^\w+/, 'zzzzzzz')],
  ['of another rendering', LINK, token.replace(/\.[0-9a-f]/, '.x')],
  ['cut short', LINK, token.slice(0, -1)],
  ['that is none', LINK, ''],
  ['given twice', LINK, [token, token]],
  ['of endless length', LINK, `${token}${'.'.repeat(10_000)}`],
])('a token %s is refused', (_what, link, given) => {
  expect(readPageToken(environment, link, given, NOW)).toBeUndefined();
});

test('a key that was replaced is good as long as it is listed', () => {
  const keys = (SIGNING_KEYS: string) => ({ values: { SIGNING_KEYS }, problems: [] });
  expect(readPageToken(keys(`${'n'.repeat(32)},${'k'.repeat(32)}`), LINK, token, NOW)).toBeDefined();
  expect(readPageToken(keys('n'.repeat(32)), LINK, token, NOW)).toBeUndefined();
});
