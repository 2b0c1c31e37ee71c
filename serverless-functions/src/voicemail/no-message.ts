import { advance, MAIL_NOT_LOOKED_AT } from '../fulfilment/advance';
import { type CallerInQueue, takePlace } from '../fulfilment/open-callback';
import type { Invocation } from '../invocation';
import { entryId, type LedgerEntry, withoutMessage } from '../ledger/entry';
import type { Held } from '../ledger/ledger';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';
import { ProductError } from '../runtime/errors';
import { entryFromUrl } from './entry-from-url';
import type { VoicemailAddress } from './voicemail-url';

/** Shown on the entry, and as the reason wherever a cancellation needs one. */
export const NO_MESSAGE_REASON = 'Chose voicemail and left no message';
/** Asked again after silence, or recorded again: of one call there are a few at most. */
const LATER_ATTEMPTS = 2;
const NOT_CALLABLE_REASON = 'Chose voicemail and left no message; the number cannot be called back';
export const PROMISED_REASON = 'Chose voicemail and left no message; a callback is promised already';

/**
 * The caller chose voicemail and said nothing: `missed_voicemail` decides between a callback and nothing. A withheld
 * number cannot be called back. Unreadable settings mean a callback: a caller too many is better than one lost.
 * @throws TwilioError when Sync is out of reach
 */
export async function concludeWithoutMessage(invocation: Invocation, address: VoicemailAddress): Promise<void> {
  const { ledger } = invocation;
  const id = entryId(address.callSid, address.attempt);
  const held = (await ledger.find(id)) ?? (await ledger.open(entryFromUrl(address)));
  await concludeEntryWithoutMessage(invocation, held);
}

/**
 * The same for an entry at hand.
 * @throws TwilioError when Sync is out of reach
 * @throws ProductError while another call books the caller's callback: ask again
 */
export async function concludeEntryWithoutMessage(invocation: Invocation, held: Held): Promise<void> {
  const { twilio, environment, log } = invocation;
  const { entry } = held;
  const settings = readSettings(() => twilio.sync, environment);
  const own = validateCallbackNumber(entry.from, allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to));
  const reading = await settings;
  const decision = reading.ok ? reading.settings.missed_voicemail : 'callback';
  const reason = !own.ok
    ? NOT_CALLABLE_REASON
    : decision === 'cancel'
      ? NO_MESSAGE_REASON
      : (await callbackIsPromised(invocation, entry, own.number))
        ? PROMISED_REASON
        : undefined;
  const conclude = (current: LedgerEntry): LedgerEntry =>
    withoutMessage(current, reason === undefined ? { task: 'callback' } : { task: 'none', reason }, Date.now());
  const after = await advance(invocation, held, conclude, { plan: Promise.resolve(MAIL_NOT_LOOKED_AT) });
  log.info('no message left', { entry: entry.id, outcome: after?.entry.task.state });
}

/** True when this caller has a callback already, of this call or of another; one is enough. Else its place is taken. */
async function callbackIsPromised(
  invocation: Invocation,
  { id, callSid, attempt, workflowSid, queueName }: LedgerEntry,
  caller: string,
): Promise<boolean> {
  // Later ones as well: news of an earlier attempt may come after all is over.
  const attempts = Array.from({ length: attempt + LATER_ATTEMPTS }, (_, index) => index + 1);
  const others = await Promise.all(
    attempts.filter((one) => one !== attempt).map((one) => invocation.ledger.find(entryId(callSid, one))),
  );
  if (others.some((one) => one?.entry.task.type === 'callback')) return true;
  const who: CallerInQueue = { caller, workflowSid, queueName };
  const open = await takePlace(invocation, who, id);
  // It may come to nothing yet.
  if (open?.entry.booking)
    throw new ProductError('callback-being-booked', 'Another call books a callback', 'It is looked at again later.');
  return open !== undefined;
}
