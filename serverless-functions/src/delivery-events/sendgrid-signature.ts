import { createPublicKey, type KeyObject, verify } from 'node:crypto';

/**
 * SendGrid signs the time and the bytes of each request with ECDSA (P-256, SHA-256):
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features.
 * A Function has no bytes, only what was parsed of them, so that they are written again. Where that does not give the
 * same bytes, e.g. for characters that may be escaped or not, the signature says nothing (ADR 0129).
 */

const SIGNATURE_HEADER = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP_HEADER = 'x-twilio-email-event-webhook-timestamp';
/** SendGrid repeats a request for 24 hours, and nothing says that it signs it anew. */
const MAX_AGE_MS = 25 * 60 * 60_000;
const MAX_CLOCK_SKEW_MS = 5 * 60_000;

/**
 * How a request may have been written: SendGrid's libraries are tested with one event and a line break at the end
 * (https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js).
 */
const WRITINGS = [
  { between: ',', end: '\r\n' },
  { between: ',\r\n', end: '\r\n' },
  { between: ',', end: '' },
  { between: ',', end: '\n' },
  { between: ',\n', end: '\n' },
];

/**
 * Whether a request can be shown to be SendGrid's. Pure.
 * @param publicKey as SendGrid shows it: base64 of DER
 * @param events as they were parsed, in their order
 * @param now milliseconds since 1970
 */
export function isSignedBySendGrid(
  publicKey: string,
  headers: Record<string, unknown>,
  events: readonly object[],
  now: number,
): boolean {
  const signature = headers[SIGNATURE_HEADER];
  const timestamp = headers[TIMESTAMP_HEADER];
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  const age = now - Number(timestamp) * 1_000;
  if (age > MAX_AGE_MS || age < -MAX_CLOCK_SKEW_MS) return false;
  const key = readKey(publicKey);
  if (key === undefined) return false;
  const texts = events.map((event) => JSON.stringify(event));
  return WRITINGS.some(({ between, end }) =>
    verify('sha256', Buffer.from(`${timestamp}[${texts.join(between)}]${end}`), key, Buffer.from(signature, 'base64')),
  );
}

/** @returns undefined for what is no such key */
function readKey(publicKey: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
