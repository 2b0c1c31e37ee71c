import { addressKey, E164_NUMBER, type EmailRecipient } from '@callback-and-voicemail/contract';
import { checkCallBlock } from '../fulfilment/call-block';
import type { Invocation } from '../invocation';
import { type LedgerEntry, numberToCall } from '../ledger/entry';
import { isCallUnderWay } from '../ledger/inbox-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { consumeQuota } from '../limits/hourly-quota';
import { tooManyRequests } from '../limits/too-many-requests';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';
import { mustConfirm } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';
import { errorCode, isOutcomeUnknown, TwilioError } from '../runtime/errors';
import { sign } from '../runtime/signing';
import { inboxCallPath } from './inbox-call-url';
import { InboxRefused } from './inbox-refusal';

/** Most networks answer with a voicemail box after 20 to 30 s, which presses no key. */
const RING_SECONDS = 25;
/** The question, the call to the caller, and an hour of talk. */
const TIME_LIMIT_SECONDS = 65 * 60;
/** As for a call that asks for confirmation: five retries on any error. */
const STATUS_RETRY_OVERRIDES = '#rc=5&rp=all&rt=10000&tt=15000';
const CALLS_PER_RECIPIENT_AND_HOUR = 6;
const CALLS_PER_CALLER_AND_HOUR = 6;

/** True where the caller may be called through the business's number: it has one, and nobody must confirm first. */
export const mayCallCaller = (environment: Environment, entry: LedgerEntry): boolean =>
  E164_NUMBER.test(entry.to) &&
  E164_NUMBER.test(numberToCall(entry)) &&
  (!mustConfirm(environment, entry) || entry.confirmation?.state === 'confirmed');

/**
 * Rings the recipient's telephone; once they press the key there, the caller is called (`answer-inbox-call.ts`). The
 * claim comes first, so that a second press of the button calls nobody. A request without an answer may be carried out
 * yet: its claim stays, and the call's own requests complete it.
 * @param attempt names the call: the same for the same page
 * @throws InboxRefused; FlexBadRequest `too-many-requests`; TwilioError when there is no call and none will follow
 */
export async function callFromInbox(
  invocation: Invocation,
  current: VersionedEntry,
  recipient: EmailRecipient,
  attempt: string,
  isOurs: (number: string) => Promise<boolean>,
): Promise<VersionedEntry> {
  const { ledger } = invocation;
  const { entry } = current;
  if (entry.inboxCall?.attempt === attempt) return current;
  const phone = await requireCallable(invocation, entry, recipient, isOurs);
  await consumeCallQuota(invocation, recipient, numberToCall(entry));
  const { address, name } = recipient;
  const claimed = await claimCall(invocation, current, { type: 'inbox-call-begun', attempt, address, name });
  if (claimed?.entry.inboxCall?.attempt === attempt) return placeCall(invocation, claimed, phone, attempt);
  const other = (await ledger.find(entry.id)) ?? current;
  // The same button was pressed twice at once.
  if (other.entry.inboxCall?.attempt === attempt) return other;
  throw new InboxRefused(isCallUnderWay(other.entry, Date.now()) ? 'call-under-way' : 'taken-by-other');
}

/** @returns the recipient's number @throws InboxRefused when either of the two may not be called */
async function requireCallable(
  invocation: Invocation,
  entry: LedgerEntry,
  { phone }: EmailRecipient,
  isOurs: (number: string) => Promise<boolean>,
): Promise<string> {
  const { environment } = invocation;
  if (!mayCallCaller(environment, entry)) throw new InboxRefused('act-off');
  if ((await checkCallBlock(invocation, entry, isOurs)) !== undefined) throw new InboxRefused('act-off');
  const countries = allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to);
  const checked = phone === undefined ? undefined : validateCallbackNumber(phone, countries, [entry.to]);
  if (!checked?.ok || checked.number === numberToCall(entry) || (await isOurs(checked.number)))
    throw new InboxRefused('no-phone');
  return checked.number;
}

/** Names of documents are keyed digests: they tell no number and no address. */
async function consumeCallQuota(invocation: Invocation, { address }: EmailRecipient, caller: string): Promise<void> {
  const { environment } = invocation;
  const digest = (text: string) => sign(environment, 'inbox calls', text);
  const recipient = addressKey(address);
  await Promise.all([
    consumeQuota(invocation, digest(recipient), {
      document: `inbox-calls-${digest(`of ${recipient}`)}`,
      perWorker: CALLS_PER_RECIPIENT_AND_HOUR,
      perAccount: CALLS_PER_RECIPIENT_AND_HOUR,
      refusal: tooManyRequests,
    }),
    consumeQuota(invocation, digest(recipient), {
      document: `inbox-calls-${digest(`to ${caller}`)}`,
      perWorker: CALLS_PER_CALLER_AND_HOUR,
      perAccount: CALLS_PER_CALLER_AND_HOUR,
      refusal: tooManyRequests,
    }),
  ]);
}

/** @throws TwilioError when it is not claimed: then no call was made, and a claim that may be written yet is made void */
async function claimCall(
  { ledger, log }: Invocation,
  current: VersionedEntry,
  event: { type: 'inbox-call-begun'; attempt: string; address: string; name?: string },
): Promise<VersionedEntry | undefined> {
  try {
    return await ledger.claimBy(current, event, { as: 'awaited' });
  } catch (error) {
    const { id } = current.entry;
    if (isOutcomeUnknown(error))
      await ledger
        .apply(id, [{ type: 'inbox-call-not-placed', attempt: event.attempt }, { type: 'late-write-voided' }], {
          as: 'awaited',
        })
        .catch((failure: unknown) => log.error('claim not reverted', { entry: id, code: errorCode(failure) }));
    throw error;
  }
}

async function placeCall(
  { twilio, ledger, log, environment, origin }: Invocation,
  claimed: VersionedEntry,
  phone: string,
  attempt: string,
): Promise<VersionedEntry> {
  const { entry } = claimed;
  const state = { entryId: entry.id, attempt, timesAsked: 0 };
  let callSid: string;
  try {
    callSid = await twilio.voice.placeCall({
      from: entry.to,
      to: phone,
      url: `${origin}${inboxCallPath(environment, 'inbox-call', state)}`,
      statusCallback: `${origin}${inboxCallPath(environment, 'inbox-call-status', state)}${STATUS_RETRY_OVERRIDES}`,
      ringSeconds: RING_SECONDS,
      timeLimitSeconds: TIME_LIMIT_SECONDS,
    });
  } catch (error) {
    log.error('recipient not called', { entry: entry.id, code: errorCode(error) });
    if (error instanceof TwilioError && (error.outcomeUnknown || (error.status ?? 0) >= 500)) return claimed;
    await ledger.apply(claimed, { type: 'inbox-call-not-placed', attempt }, { as: 'awaited' });
    throw error;
  }
  log.info('recipient called', { entry: entry.id, callSid });
  try {
    return (await ledger.apply(claimed, { type: 'inbox-call-placed', attempt, callSid }, { as: 'awaited' })) ?? claimed;
  } catch (error) {
    // The call's own requests name it, too.
    log.warn('call not recorded', { entry: entry.id, callSid, code: errorCode(error) });
    return claimed;
  }
}
