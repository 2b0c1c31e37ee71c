import { randomUUID } from 'node:crypto';
import { type ConfirmCallerResponse, E164_NUMBER } from '@callback-and-voicemail/contract';
import { placeConfirmationCall } from '../confirmation/place-call';
import { settleConfirmation } from '../confirmation/settle-confirmation';
import { showConfirmation } from '../confirmation/show-confirmation';
import { checkCallBlock } from '../fulfilment/call-block';
import type { Invocation } from '../invocation';
import { mayAsk } from '../ledger/confirmation-changes';
import { type Confirmation, type LedgerEntry, numberToCall } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { consumeQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { mustConfirm } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';
import { errorCode, FlexBadRequest, isOutcomeUnknown } from '../runtime/errors';
import { sign } from '../runtime/signing';
import type { FlexUser } from '../twilio/flex-token';

/** Over all entries: who forges a hundred caller ids has nobody called a hundred times. */
const CALLS_PER_NUMBER_AND_HOUR = 3;

/** The Sync document that counts the calls to a number. A keyed hash: its name reveals no number. */
const confirmationQuotaName = (environment: Environment, number: string): string =>
  `confirmation-calls-${sign(environment, 'confirmation calls', number)}`;

/**
 * Has the number of an entry asked whether its callback is wanted, unless that is being done, was answered, or is not
 * needed. Each call needs a claim of its own, so a second click places none.
 * @returns what is known afterwards
 * @throws FlexBadRequest 422 for a number that may not be called, 429 when it was called too often; TwilioError
 */
export async function confirmCaller(
  invocation: Invocation,
  { workerSid }: FlexUser,
  found: VersionedEntry,
  isOurs: (number: string) => Promise<boolean>,
): Promise<ConfirmCallerResponse> {
  const { environment } = invocation;
  const current = await settleConfirmation(invocation, found);
  const { entry } = current;
  if (!mustConfirm(environment, entry) || !mayAsk(entry)) return respond(environment, entry);
  await requireCallable(invocation, entry, isOurs);
  const number = numberToCall(entry);
  await consumeQuota(invocation, workerSid, {
    document: confirmationQuotaName(environment, number),
    perWorker: CALLS_PER_NUMBER_AND_HOUR,
    perAccount: CALLS_PER_NUMBER_AND_HOUR,
    refusal: tooManyRequests,
  });
  const claimed = await claimAsking(invocation, current, number);
  if (claimed !== undefined) return respond(environment, (await placeConfirmationCall(invocation, claimed)).entry);
  const other = await invocation.ledger.find(entry.id);
  return respond(environment, other?.entry ?? entry);
}

const respond = (environment: Environment, entry: LedgerEntry): ConfirmCallerResponse => ({
  confirmation: showConfirmation(environment, entry),
});

/** @throws FlexBadRequest 422 when Twilio may not or cannot call it */
async function requireCallable(
  invocation: Invocation,
  entry: LedgerEntry,
  isOurs: (number: string) => Promise<boolean>,
): Promise<void> {
  const block = await checkCallBlock(invocation, entry, isOurs);
  if (block !== undefined) throw new FlexBadRequest(block, 'This number may not be called', 'Mark it as handled.', 422);
  if (!E164_NUMBER.test(entry.to))
    throw new FlexBadRequest('call-refused', 'There is no number to call from', 'The caller dialed no number.', 422);
}

type Claimed = VersionedEntry & { entry: LedgerEntry & { confirmation: Confirmation } };

/**
 * @returns undefined when another call asks, or the number was changed meanwhile
 * @throws TwilioError when it is not claimed: then no call was made, and a claim that may be written yet is made void
 */
async function claimAsking(
  { ledger, log }: Invocation,
  current: VersionedEntry,
  number: string,
): Promise<Claimed | undefined> {
  const ask = randomUUID();
  try {
    const claimed = await ledger.claimBy(current, { type: 'confirmation-begun', ask, number }, { as: 'awaited' });
    const confirmation = claimed?.entry.confirmation;
    return claimed && confirmation && { ...claimed, entry: { ...claimed.entry, confirmation } };
  } catch (error) {
    const { id } = current.entry;
    if (isOutcomeUnknown(error))
      await ledger
        .apply(id, [{ type: 'confirmation-not-placed', ask }, { type: 'late-write-voided' }], { as: 'awaited' })
        .catch((failure: unknown) => log.error('claim not reverted', { entry: id, code: errorCode(failure) }));
    throw error;
  }
}
