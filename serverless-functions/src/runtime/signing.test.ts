import { createHash } from 'node:crypto';
import { keyedNames } from './signing';

const deployment = (SIGNING_KEYS: string | undefined, AUTH_TOKEN = 't'.repeat(32)) => ({
  values: { SIGNING_KEYS, AUTH_TOKEN },
  problems: [],
});
const [KEY, OTHER] = ['k'.repeat(40), 'o'.repeat(40)];
const NUMBER = '+12025550123';

test('the name of a document about a number is another in each deployment', () => {
  expect(keyedNames(deployment(KEY), 'callbacks-at', NUMBER)[0]).not.toBe(
    keyedNames(deployment(OTHER), 'callbacks-at', NUMBER)[0],
  );
});

test('nobody without the key finds the number behind a name by hashing numbers', () => {
  for (const text of [NUMBER, `callbacks-at ${NUMBER}`])
    for (const encoding of ['hex', 'base64url'] as const)
      for (const name of keyedNames(deployment(KEY), 'callbacks-at', NUMBER))
        expect(name).not.toContain(createHash('sha256').update(text).digest(encoding).slice(0, 16));
});

test('while a key is replaced, the name by the earlier key follows the new one', () => {
  const [before] = keyedNames(deployment(KEY), 'callbacks-at', NUMBER);
  const [now, ...earlier] = keyedNames(deployment(`${OTHER},${KEY}`), 'callbacks-at', NUMBER);
  expect(now).toBe(keyedNames(deployment(OTHER), 'callbacks-at', NUMBER)[0]);
  expect(earlier).toContain(before);
});

test('documents of different kinds about one number have nothing in common', () => {
  const [one] = keyedNames(deployment(KEY), 'callbacks-at', NUMBER);
  const [other] = keyedNames(deployment(KEY), 'mails-of-caller', NUMBER);
  expect(one.slice(-22)).not.toBe(other.slice(-22));
});

test('without any key there is no name', () => {
  expect(() => keyedNames({ values: {}, problems: [] }, 'callbacks-at', NUMBER)).toThrow('no key to sign with');
});
