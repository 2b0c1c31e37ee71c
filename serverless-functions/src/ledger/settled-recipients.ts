import { createHash } from 'node:crypto';
import { addressKey } from '@callback-and-voicemail/contract';
import type { RecipientOutcome } from './entry';

/** What is known of the recipients of an email that is not, or not yet, sent to all of them. Pure. */

/** Begins no address. */
const DIGEST_MARK = '#';
const DIGEST_CHARACTERS = 12;

/** Stands for an address where a document has no room for it: 72 bits, among at most a hundred recipients. */
const digest = (address: string) =>
  `${DIGEST_MARK}${createHash('sha256').update(addressKey(address)).digest('base64url').slice(0, DIGEST_CHARACTERS)}`;

/** False for one of whom nothing but a digest is left. */
export const isNamed = ({ address }: RecipientOutcome) => !address.startsWith(DIGEST_MARK);

/** True when nothing more is sent to that address. */
export function isSettled(settled: readonly RecipientOutcome[], address: string): boolean {
  const key = addressKey(address);
  return settled.some((one) =>
    one.address.startsWith(DIGEST_MARK) ? one.address === digest(address) : addressKey(one.address) === key,
  );
}

/** The same recipients in less room: those who have the email by a digest, the others by their addresses. */
export function abbreviate(settled: readonly RecipientOutcome[]): RecipientOutcome[] {
  return settled.map((one) =>
    one.state === 'accepted' && !one.address.startsWith(DIGEST_MARK)
      ? { address: digest(one.address), state: 'accepted' }
      : one,
  );
}

/** Those who have the email: what a repetition leaves out. */
export function accepted(recipients: readonly RecipientOutcome[]): RecipientOutcome[] {
  return recipients.filter(({ state }) => state === 'accepted');
}
