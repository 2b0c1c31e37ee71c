import { createHash, timingSafeEqual } from 'node:crypto';
import { splitKeys } from '../runtime/environment';
import { BadRequest, ConfigurationError } from '../runtime/errors';

/**
 * Checks a scheduler's `Authorization: Bearer …` in constant time.
 * @param expected one token or several, separated by commas: while one is replaced, both are taken
 * @throws ConfigurationError when no token is configured; BadRequest 401 when it is none of them
 */
export function requireBearer(expected: string | undefined, headers: Record<string, unknown>): void {
  if (expected === undefined)
    throw new ConfigurationError(
      'outbox-token-missing',
      'OUTBOX_TOKEN is missing or malformed',
      'Set OUTBOX_TOKEN (at least 32 characters) and give it to the scheduler.',
    );
  const given = headers.authorization ?? headers.Authorization;
  const token = typeof given === 'string' ? (/^Bearer (\S+)$/i.exec(given)?.[1] ?? '') : '';
  // Hashes have one length, so that timing does not reveal the token's length.
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const matches = splitKeys(expected).filter((one) => timingSafeEqual(hash(token), hash(one)));
  if (matches.length === 0)
    throw new BadRequest('unauthorised', 'The bearer token is missing or wrong', 'Send OUTBOX_TOKEN.', 401);
}
