import { timingSafeEqual } from 'node:crypto';
import { TwilioError } from '../../world/twilio-error';
import type { Account } from '../../world/types';

/**
 * Twilio's HTTP authentication: account sid and token, or an API key and its secret.
 * @param mainOnly whether a standard API key is not enough: "Access to all Twilio API resources, except for Accounts
 *   (/Accounts) or Keys (/Accounts/{SID}/Keys, /v1/Keys) resources" (twilio.com/docs/iam/api-keys/keys-in-console),
 *   for which it gets 20003 as well (https://github.com/twilio/twilio-cli/issues/146)
 * @throws TwilioError 401, 20003
 */
export function requireAuthentication(
  account: Account,
  authorization: string | undefined,
  { mainOnly = false }: { mainOnly?: boolean } = {},
): void {
  const [scheme, encoded = ''] = (authorization ?? '').split(' ');
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  const expected = user === account.accountSid ? account.authToken : account.apiKeys.get(user);
  const isKnown = expected !== undefined && equalsInConstantTime(password, expected);
  const mayDoAll = user === account.accountSid || account.apiKeyNotes.get(user)?.isMain === true;
  if (scheme?.toLowerCase() === 'basic' && isKnown && (mayDoAll || !mainOnly)) return;
  throw new TwilioError(401, 20003, 'Authenticate', { 'WWW-Authenticate': 'Basic realm="Twilio API"' });
}

function equalsInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
