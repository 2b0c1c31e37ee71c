import { claimActiveCallback, type LockKey } from '../fulfilment/active-callback-lock';
import { EMAIL_STEP_SKIPPED, processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { type LedgerEntry, voicemailEntryId, withoutMessage } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { checkCallbackNumber } from '../numbers/callback-number';
import { ProductError } from '../runtime/errors';
import { rebuildEntry } from './rebuild-entry';
import type { VoicemailUrlState } from './voicemail-url';

/** Shown on the entry, and as the reason wherever a cancellation needs one. */
export const NO_MESSAGE_REASON = 'Chose voicemail and left no message';
/** Asked again after silence, or recorded again: of one call there are a few at most. */
const LATER_ATTEMPTS = 2;
const NOT_CALLABLE_REASON = 'Chose voicemail and left no message; the number cannot be called back';
export const ALREADY_PROMISED_REASON = 'Chose voicemail and left no message; a callback is promised already';

/**
 * The caller chose voicemail and said nothing: `missed_voicemail` decides between a callback and nothing. A withheld
 * number cannot be called back. Unreadable settings mean a callback: a caller too many is better than one lost.
 * @throws TwilioError when Sync is out of reach
 */
export async function concludeWithoutMessage(invocation: Invocation, urlState: VoicemailUrlState): Promise<void> {
  const { ledger } = invocation;
  const id = voicemailEntryId(urlState.callSid, urlState.attempt);
  const current = (await ledger.find(id)) ?? (await ledger.createIfAbsent(rebuildEntry(urlState)));
  await concludeEntryWithoutMessage(invocation, current);
}

/**
 * The same for an entry at hand.
 * @throws TwilioError when Sync is out of reach
 * @throws ProductError while another call books the caller's callback: ask again
 */
export async function concludeEntryWithoutMessage(invocation: Invocation, held: VersionedEntry): Promise<void> {
  const { twilio, environment, log } = invocation;
  const { entry } = held;
  const settings = readSettings(() => twilio.sync, environment);
  const own = checkCallbackNumber(entry.from, allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to));
  const reading = await settings;
  const decision = reading.readable ? reading.settings.missed_voicemail : 'callback';
  const reason = !own.ok
    ? NOT_CALLABLE_REASON
    : decision === 'cancel'
      ? NO_MESSAGE_REASON
      : (await claimCallbackUnlessPromised(invocation, entry, own.number))
        ? ALREADY_PROMISED_REASON
        : undefined;
  const conclude = (current: LedgerEntry): LedgerEntry =>
    withoutMessage(current, reason === undefined ? { task: 'callback' } : { task: 'none', reason }, Date.now());
  const after = await processEntry(invocation, held, conclude, { plan: Promise.resolve(EMAIL_STEP_SKIPPED) });
  log.info('no message left', { entry: entry.id, outcome: after?.entry.task.state });
}

/** True when this caller has a callback already, of this call or of another; one is enough. Else its place is taken. */
async function claimCallbackUnlessPromised(
  invocation: Invocation,
  { id, callSid, attempt, workflowSid, queueName }: LedgerEntry,
  caller: string,
): Promise<boolean> {
  // Later ones as well: news of an earlier attempt may come after all is over.
  const attempts = Array.from({ length: attempt + LATER_ATTEMPTS }, (_, index) => index + 1);
  const others = await Promise.all(
    attempts.filter((one) => one !== attempt).map((one) => invocation.ledger.find(voicemailEntryId(callSid, one))),
  );
  if (others.some((one) => one?.entry.task.type === 'callback')) return true;
  const who: LockKey = { caller, workflowSid, queueName };
  const open = await claimActiveCallback(invocation, who, id);
  // It may come to nothing yet.
  if (open?.entry.booking)
    throw new ProductError('callback-being-booked', 'Another call books a callback', 'It is looked at again later.');
  return open !== undefined;
}
