import type { Invocation } from '../invocation';
import { numberToCall } from '../ledger/entry';
import type { VersionedEntry } from '../ledger/ledger';
import { errorCode, FlexBadRequest, isTwilioError, TwilioError } from '../runtime/errors';
import { confirmationPath } from './confirmation-url';

/** Most networks answer with a voicemail box after 20 to 30 s, which presses no key. */
const RING_SECONDS = 25;
/** The question twice, with its pauses, takes less than a minute. */
const TIME_LIMIT_SECONDS = 120;
/**
 * Five retries on any error. A callback that never comes is looked up all the same.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
const STATUS_RETRY_OVERRIDES = '#rc=5&rp=all&rt=10000&tt=15000';

/**
 * Calls the number of an entry whose confirmation this invocation has claimed. A request without an answer may be
 * carried out yet, so the claim stays, and is settled by the call's own requests or by a look at Twilio's calls (ADR 0123).
 * @param claimed the entry, with `confirmation.ask`
 * @returns the entry afterwards
 * @throws FlexBadRequest `call-refused`; TwilioError when there is no call and none will follow
 */
export async function placeConfirmationCall(
  invocation: Invocation,
  claimed: VersionedEntry & { entry: { confirmation: { ask: string } } },
): Promise<VersionedEntry> {
  const { twilio, ledger, log, environment, origin } = invocation;
  const { entry } = claimed;
  const { ask } = entry.confirmation;
  const state = { entryId: entry.id, ask, timesAsked: 0 };
  let callSid: string;
  try {
    callSid = await twilio.voice.placeCall({
      from: entry.to,
      to: numberToCall(entry),
      url: `${origin}${confirmationPath(environment, 'confirmation', state)}`,
      statusCallback: `${origin}${confirmationPath(environment, 'confirmation-status', state)}${STATUS_RETRY_OVERRIDES}`,
      ringSeconds: RING_SECONDS,
      timeLimitSeconds: TIME_LIMIT_SECONDS,
    });
  } catch (error) {
    log.error('caller not asked', { entry: entry.id, code: errorCode(error) });
    if (mayBeCarriedOut(error)) return claimed;
    await ledger.apply(claimed, { type: 'confirmation-not-placed', ask }, { as: 'awaited' });
    if (isTwilioError(error, 'refused'))
      throw new FlexBadRequest('call-refused', 'Twilio placed no call', 'See the log of the Function.', 422);
    throw error;
  }
  log.info('caller asked', { entry: entry.id, callSid });
  try {
    return (await ledger.apply(claimed, { type: 'confirmation-placed', ask, callSid }, { as: 'awaited' })) ?? claimed;
  } catch (error) {
    // The call's own requests name it, too.
    log.warn('call not recorded', { entry: entry.id, callSid, code: errorCode(error) });
    return claimed;
  }
}

/** Unlike a task, a call cannot be looked for by what it carries: a 5xx counts as no answer. */
function mayBeCarriedOut(error: unknown): boolean {
  return error instanceof TwilioError && (error.outcomeUnknown || (error.status ?? 0) >= 500);
}
