import { timingSafeEqual } from 'node:crypto';
import { TwilioError } from '../../world/twilio-error';
import type { Account } from '../../world/types';

/**
 * Twilio's HTTP authentication: account sid and token, or an API key and its secret.
 * @throws TwilioError 401, 20003
 */
export function requireAuthentication(account: Account, authorization: string | undefined): void {
  const [scheme, encoded = ''] = (authorization ?? '').split(' ');
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  const expected = user === account.accountSid ? account.authToken : account.apiKeys.get(user);
  if (scheme?.toLowerCase() === 'basic' && expected !== undefined && equalsInConstantTime(password, expected)) return;
  throw new TwilioError(401, 20003, 'Authenticate', { 'WWW-Authenticate': 'Basic realm="Twilio API"' });
}

function equalsInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
