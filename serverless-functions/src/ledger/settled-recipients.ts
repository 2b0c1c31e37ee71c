import { createHash } from 'node:crypto';
import { addressKey } from '@callback-and-voicemail/contract';
import type { RecipientOutcome } from './entry';

/** What is known of the recipients of an email that is not, or not yet, sent to all of them. Pure. */

/** Begins no address. */
const DIGEST_MARK = '#';
const DIGEST_CHARACTERS = 12;

/** Stands for an address where a document has no room for it: 72 bits, among at most a hundred recipients. */
export const digest = (address: string) =>
  `${DIGEST_MARK}${createHash('sha256').update(addressKey(address)).digest('base64url').slice(0, DIGEST_CHARACTERS)}`;

/** False for one of whom nothing but a digest is left. */
export const isNamed = ({ address }: RecipientOutcome) => !address.startsWith(DIGEST_MARK);

/** True when the mail did not arrive, or was not wanted. */
export function hasProblem({ state, delivery }: RecipientOutcome): boolean {
  return state === 'refused' || delivery?.outcome === 'bounced' || delivery?.outcome === 'complained';
}

/** True unless the recipient was refused, or the mail bounced. */
export function isReached({ state, delivery }: RecipientOutcome): boolean {
  return state === 'accepted' && delivery?.outcome !== 'bounced';
}

/** True when nothing more is sent to that address. */
export function isSettled(settled: readonly RecipientOutcome[], address: string): boolean {
  return settled.some((one) => isAddressOf(one, address));
}

/** True when that is the recipient's address, however it is written. */
export function isAddressOf(recipient: RecipientOutcome, address: string): boolean {
  return recipient.address.startsWith(DIGEST_MARK)
    ? recipient.address === digest(address)
    : addressKey(recipient.address) === addressKey(address);
}

/** Both lists, each recipient once: what the second says of one, with what was reported of the delivery before. */
export function mergeRecipients(
  before: readonly RecipientOutcome[],
  more: readonly RecipientOutcome[],
): RecipientOutcome[] {
  const isRepeated = (one: RecipientOutcome) =>
    more.some(({ address }) => !address.startsWith(DIGEST_MARK) && isAddressOf(one, address));
  const reportOf = ({ address }: RecipientOutcome) => before.find((one) => isAddressOf(one, address))?.delivery;
  return [
    ...before.filter((one) => !isRepeated(one)),
    ...more.map((one) => {
      const delivery = one.delivery ?? reportOf(one);
      return delivery === undefined ? one : { ...one, state: 'accepted' as const, delivery };
    }),
  ];
}

/**
 * The same recipients in less room: those who have the email by a digest, without what was reported of its delivery; the
 * others by their addresses.
 */
export function abbreviate(settled: readonly RecipientOutcome[]): RecipientOutcome[] {
  return settled.map((one) =>
    hasProblem(one) || one.address.startsWith(DIGEST_MARK) ? one : { address: digest(one.address), state: 'accepted' },
  );
}

/** Those who have the email: what a repetition leaves out. */
export function accepted(recipients: readonly RecipientOutcome[]): RecipientOutcome[] {
  return recipients.filter(isReached);
}
