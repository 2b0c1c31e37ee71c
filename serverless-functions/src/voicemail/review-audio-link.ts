import { FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import { isSigned, sign } from '../runtime/signing';

const PURPOSE = 'review-audio';

/** Twilio fetches a sound as soon as it gets to its verb; the menu before it takes less. */
const LINK_LIFETIME_MS = 5 * 60_000;

/**
 * The address of a caller's own message, for Twilio to play. It is ours, signed and short-lived: Twilio's own address of
 * a recording takes credentials, which `<Play>` does not have.
 */
export function reviewAudioUrl(origin: string, recordingSid: string, environment: Environment, now: number): string {
  const expires = String(now + LINK_LIFETIME_MS);
  const query = new URLSearchParams({
    recordingSid,
    expires,
    signature: sign(environment, PURPOSE, `${recordingSid} ${expires}`),
  });
  return `${origin}${FEATURE_PATH}/media/review-audio?${query}`;
}

/** @returns the recording that a request's link is for; undefined for a link that is not ours, or too old */
export function readReviewAudioLink(
  { recordingSid, expires, signature }: Record<string, unknown>,
  environment: Environment,
  now: number,
): string | undefined {
  if (!isSid('recording', recordingSid) || typeof expires !== 'string') return undefined;
  if (!isSigned(environment, PURPOSE, `${recordingSid} ${expires}`, signature)) return undefined;
  return Number(expires) > now ? recordingSid : undefined;
}
