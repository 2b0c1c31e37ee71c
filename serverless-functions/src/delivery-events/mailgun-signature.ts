import { createHmac } from 'node:crypto';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { isSame } from '../runtime/signing';

/**
 * Mailgun signs timestamp and token of each webhook, and nothing else of it:
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks. So a token is taken once.
 */

/**
 * How old a signature may be. Mailgun repeats a webhook for 8 hours
 * (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries), and says of the time not to be
 * "too aggressive with this check". Nothing says that it signs a repetition anew, and others have found that it does not
 * (https://github.com/hookdeck/webhook-skills/blob/main/skills/mailgun-webhooks/references/verification.md).
 */
export const MAX_SIGNATURE_AGE_MS = 12 * 60 * 60_000;
/** How far Mailgun's clock may be ahead. */
export const MAX_CLOCK_SKEW_MS = 5 * 60_000;

export type SignatureVerdict =
  | { ok: true; token: string }
  | { ok: false; code: 'signature-missing' | 'signature-wrong' | 'signature-stale' };

/**
 * Checks the `signature` of a webhook in constant time. Pure.
 * @param keys while one is replaced, both are taken
 * @param now milliseconds since 1970
 */
export function checkMailgunSignature(keys: readonly string[], given: unknown, now: number): SignatureVerdict {
  const { timestamp, token, signature, 'parent-signature': parentSignature } = isRecord(given) ? given : {};
  if (typeof token !== 'string' || token === '' || !isTimestamp(timestamp))
    return { ok: false, code: 'signature-missing' };
  const expected = keys.map((key) => createHmac('sha256', key).update(`${timestamp}${token}`).digest('hex'));
  // The account signs for a subaccount too, with its own key. No `some`: which one it is takes the same time.
  const matches = expected.filter((one) => isSame(signature, one) || isSame(parentSignature, one));
  if (matches.length === 0) return { ok: false, code: 'signature-wrong' };
  const age = now - Number(timestamp) * 1_000;
  return age > MAX_SIGNATURE_AGE_MS || age < -MAX_CLOCK_SKEW_MS
    ? { ok: false, code: 'signature-stale' }
    : { ok: true, token };
}

/** Seconds since 1970; documented as a number, and sent as text. */
const isTimestamp = (value: unknown): value is string | number =>
  (typeof value === 'number' || typeof value === 'string') && /^\d{1,12}$/.test(String(value));
