import { createHmac, timingSafeEqual } from 'node:crypto';
import { FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';

/** Twilio fetches a sound as soon as it gets to its verb; the menu before it takes less. */
const LINK_LIFETIME_MS = 5 * 60_000;

/**
 * The address of a caller's own message, for Twilio to play. It is ours, signed and short-lived: Twilio's own address of
 * a recording takes credentials, which `<Play>` does not have.
 * @param secret known to the Functions only
 */
export function reviewAudioUrl(origin: string, recordingSid: string, secret: string, now: number): string {
  const expires = String(now + LINK_LIFETIME_MS);
  const query = new URLSearchParams({ recordingSid, expires, signature: sign(recordingSid, expires, secret) });
  return `${origin}${FEATURE_PATH}/media/review-audio?${query}`;
}

/** @returns the recording that a request's link is for; undefined for a link that is not ours, or too old */
export function readReviewAudioLink(
  { recordingSid, expires, signature }: Record<string, unknown>,
  secret: string,
  now: number,
): string | undefined {
  if (!isSid('recording', recordingSid) || typeof expires !== 'string' || typeof signature !== 'string')
    return undefined;
  const [given, expected] = [Buffer.from(signature), Buffer.from(sign(recordingSid, expires, secret))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return Number(expires) > now ? recordingSid : undefined;
}

function sign(recordingSid: string, expires: string, secret: string): string {
  return createHmac('sha256', secret).update(`review-audio ${recordingSid} ${expires}`).digest('hex');
}
