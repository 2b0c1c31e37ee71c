import { createHash, timingSafeEqual } from 'node:crypto';
import { BadRequest, ConfigurationError } from '../runtime/errors';

/**
 * Checks a scheduler's `Authorization: Bearer …` in constant time.
 * @throws ConfigurationError when no token is configured; BadRequest 401 when it is not that one
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
  if (!timingSafeEqual(hash(token), hash(expected)))
    throw new BadRequest('unauthorised', 'The bearer token is missing or wrong', 'Send OUTBOX_TOKEN.', 401);
}
