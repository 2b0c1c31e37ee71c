import { isTokenForm, RefusedTokens } from './refused-tokens';

test.each<[name: string, token: string, expected: boolean]>([
  ['a JWE', 'eyJh.a2V5.aXY.dGV4dA.dGFn', true],
  ['a JWE without an encrypted key', 'eyJh..aXY.dGV4dA.dGFn', true],
  ['a JWT', 'eyJh.eyJi.c2ln', true],
  ['an unsigned JWT', 'eyJh.eyJi.', true],
  ['a word', 'nonsense', false],
  ['nothing', '', false],
  ['two parts', 'eyJh.eyJi', false],
  ['six parts', 'a.b.c.d.e.f', false],
  ['no header', '.eyJi.c2ln', false],
  ['a line break', 'eyJh.eyJi.c2ln\n', false],
  ['a space', 'eyJh.ey Ji.c2ln', false],
  ['the longest', `eyJh.eyJi.${'a'.repeat(16_374)}`, true],
  ['one character too many', `eyJh.eyJi.${'a'.repeat(16_375)}`, false],
])('whether %s has the form of a token', (_name, token, expected) => {
  expect(isTokenForm(token)).toBe(expected);
});

test('a refused token is remembered for a minute', () => {
  const refused = new RefusedTokens();
  refused.add('a.b.c', 1_000);
  expect(refused.has('a.b.c', 60_999)).toBe(true);
  expect(refused.has('a.b.c', 61_000)).toBe(false);
  expect(refused.has('a.b.d', 1_000)).toBe(false);
});

test('of more than a thousand refused tokens the oldest is forgotten', () => {
  const refused = new RefusedTokens();
  for (let n = 0; n <= 1_000; n += 1) refused.add(`a.b.${n}`, n);
  expect(refused.has('a.b.0', 1_000)).toBe(false);
  expect(refused.has('a.b.1', 1_000)).toBe(true);
  expect(refused.has('a.b.1000', 1_000)).toBe(true);
});
