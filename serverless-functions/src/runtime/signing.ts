import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Environment, splitKeys } from './environment';
import { ConfigurationError } from './errors';

/** 128 bits: nobody guesses them, and they are short in a URL. */
const SIGNATURE_BYTES = 16;

/**
 * The keys of this deployment: the first signs, all are accepted. `AUTH_TOKEN` is always accepted, so that setting
 * `SIGNING_KEYS` for the first time breaks nothing: whoever has the token has the account.
 */
function keysOf(environment: Environment): string[] {
  const keys = signingKeys(environment);
  if (keys.length > 0) return keys;
  throw new ConfigurationError('no-signing-key', 'There is no key to sign with', 'Set SIGNING_KEYS or AUTH_TOKEN.');
}

const signingKeys = ({ values }: Environment): string[] =>
  [...splitKeys(values.SIGNING_KEYS ?? ''), values.AUTH_TOKEN].filter((key) => key !== undefined);

/** True when there is a key to sign with. */
export const canSign = (environment: Environment): boolean => signingKeys(environment).length > 0;

/** HMAC-SHA256, cut to `SIGNATURE_BYTES`, as base64url. A signature for one purpose is none for another. */
export function hmac(key: string, purpose: string, text: string): string {
  return createHmac('sha256', key)
    .update(`${purpose} ${text}`)
    .digest()
    .subarray(0, SIGNATURE_BYTES)
    .toString('base64url');
}

/** Compares in constant time. */
export function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The signature by the newest key. @throws ConfigurationError without any key */
export function sign(environment: Environment, purpose: string, text: string): string {
  return hmac(keysOf(environment)[0]!, purpose, text);
}

/** The signatures by all keys that are accepted, the newest first. @throws ConfigurationError without any key */
export function signatures(environment: Environment, purpose: string, text: string): string[] {
  return keysOf(environment).map((key) => hmac(key, purpose, text));
}

/** True for a signature by any key that is accepted. */
export function isSigned(environment: Environment, purpose: string, text: string, signature: unknown): boolean {
  // No `some`: which key it is takes the same time.
  return signatures(environment, purpose, text).filter((expected) => isSame(signature, expected)).length > 0;
}

/**
 * Names of a Sync document about somebody's number, by all keys that are accepted, the newest first: that one is written,
 * and the others are read as long as their keys are accepted. A digest without a key would tell the number to whoever
 * tries all of them.
 * @param kind what such names begin with
 * @throws ConfigurationError without any key
 */
export function keyedNames(environment: Environment, kind: string, text: string): [string, ...string[]] {
  const names = signatures(environment, kind, text).map((signature) => `${kind}-${signature}`);
  return names as [string, ...string[]];
}
