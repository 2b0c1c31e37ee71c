import { ownNumbers } from '../caller-experience';
import { claimActiveCallback } from '../fulfilment/active-callback-lock';
import { isBusinessNumber } from '../fulfilment/business-numbers';
import { EMAIL_STEP_SKIPPED, processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { ALREADY_PROMISED_REASON, isPromised, type LedgerEntry, numberToCall } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import type { VersionedEntry } from '../ledger/ledger';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { validateCallbackNumber } from '../numbers/callback-number';
import { mayHaveCallbacks } from '../numbers/caller-verdict';
import { ProductError } from '../runtime/errors';
import { findOrRebuildAttempt } from './rebuild-entry';
import type { VoicemailUrlState } from './voicemail-url';

/** Shown on the entry, and as the reason wherever a cancellation needs one. */
const NO_MESSAGE_REASON = 'Chose voicemail and left no message';
const NOT_CALLABLE_REASON = 'Chose voicemail and left no message; the number cannot be called back';
const UNVERIFIED_REASON = 'Chose voicemail and left no message; the carriers do not vouch for the number';
/** Attempts after silence, or to record again: a call has a few at most. */
const LATER_ATTEMPTS = 2;

/** What a caller who left no message may be told. */
export type NoMessageConclusion =
  /** They discarded a message to record another, and it is sent after all. */
  | { kind: 'earlier-message-kept' }
  /** They are called back at their own number. */
  | { kind: 'callback'; number: string }
  /** Another callback of theirs is open. */
  | { kind: 'callback-booked-before' }
  | { kind: 'nothing' };

/**
 * The caller chose voicemail and said nothing: the setting `missed_voicemail` decides between a callback and nothing. A
 * caller who wanted to record another message has left the one before.
 * @throws TwilioError when Sync is out of reach
 */
export async function concludeWithoutMessage(
  invocation: Invocation,
  urlState: VoicemailUrlState,
  { recordingFailed = false }: { recordingFailed?: boolean } = {},
): Promise<NoMessageConclusion> {
  const current = await findOrRebuildAttempt(invocation, urlState);
  return concludeEntryWithoutMessage(invocation, current, { recordingFailed });
}

/**
 * The same for an entry that was already read.
 * @param recordingFailed something was said, and Twilio could not record it: recipients are told by mail
 * @throws TwilioError when Sync is out of reach
 * @throws ProductError while another call books the caller's callback: try again
 */
export async function concludeEntryWithoutMessage(
  invocation: Invocation,
  current: VersionedEntry,
  { recordingFailed = false }: { recordingFailed?: boolean } = {},
): Promise<NoMessageConclusion> {
  if (isErased(current.entry)) return { kind: 'nothing' };
  if (await keepEarlierMessage(invocation, current)) return { kind: 'earlier-message-kept' };
  const reason = await reasonForNoCallback(invocation, current.entry);
  const failed = recordingFailed ? { recordingFailed } : {};
  const event: LedgerEvent =
    reason === undefined
      ? { type: 'no-message-left', followUp: 'callback', ...failed }
      : { type: 'no-message-left', followUp: 'none', reason, ...failed };
  const emailConfig = recordingFailed ? undefined : Promise.resolve(EMAIL_STEP_SKIPPED);
  const after = await processEntry(invocation, current, [event], { emailConfig });
  invocation.log.info('no message left', { entry: current.entry.id, outcome: after?.entry.task.state });
  // What was written counts: another invocation may have concluded before.
  const entry = after?.entry;
  if (entry?.task.type === 'callback' && isPromised(entry)) return { kind: 'callback', number: numberToCall(entry) };
  return reason === ALREADY_PROMISED_REASON ? { kind: 'callback-booked-before' } : { kind: 'nothing' };
}

/** Restores the message that the caller discarded last, if there is one, and sends it. */
async function keepEarlierMessage(invocation: Invocation, current: VersionedEntry): Promise<boolean> {
  const { ledger, log } = invocation;
  const { callSid, attempt } = current.entry;
  const earlier = await Promise.all(
    Array.from({ length: attempt - 1 }, (_, index) => ledger.find(voicemailEntryId(callSid, attempt - 1 - index))),
  );
  // The message first: an invocation that dies in between leaves this entry open, and the sweep comes here again.
  const kept = earlier.find((one) => one?.entry.review === 'discarded' || one?.entry.recording.state === 'completed');
  if (kept === undefined) return false;
  const after = await processEntry(invocation, kept, [{ type: 'message-restored' }]);
  if (after?.entry.recording.state !== 'completed') return false;
  await ledger.apply(current, {
    type: 'attempt-closed',
    as: 'superseded',
    reason: 'Recorded no other message, so the one before was kept',
  });
  log.info('earlier message kept', { entry: kept.entry.id });
  return true;
}

/**
 * Why no callback follows. A withheld number cannot be called back. Settings that cannot be read mean a callback: one
 * call too many is better than a lost caller.
 * @returns undefined when a callback follows; it then holds the lock of this caller and queue
 */
async function reasonForNoCallback(invocation: Invocation, entry: LedgerEntry): Promise<string | undefined> {
  const { twilio, environment } = invocation;
  if (!mayHaveCallbacks(environment, entry.callerVerdict)) return UNVERIFIED_REASON;
  const reading = readSettings(() => twilio.sync, environment);
  const callable = validateCallbackNumber(
    entry.from,
    allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to),
    ownNumbers(entry.to),
  );
  const [settings, isOurs] = await Promise.all([
    reading,
    callable.ok ? isBusinessNumber(invocation, callable.number) : false,
  ]);
  if (!callable.ok || isOurs) {
    invocation.log.info('not called back', { entry: entry.id, problem: callable.ok ? 'ours' : callable.problem });
    return NOT_CALLABLE_REASON;
  }
  if (settings.ok && settings.settings.missed_voicemail === 'cancel') return NO_MESSAGE_REASON;
  const isPromised = await claimCallbackUnlessPromised(invocation, entry, callable.number);
  return isPromised ? ALREADY_PROMISED_REASON : undefined;
}

/** True when this caller has a callback already, of this call or of another: one is enough. Else its lock is taken. */
async function claimCallbackUnlessPromised(
  invocation: Invocation,
  { id, callSid, attempt, workflowSid, queueName }: LedgerEntry,
  caller: string,
): Promise<boolean> {
  // Later attempts as well: the webhook of an earlier one may come last.
  const attempts = Array.from({ length: attempt + LATER_ATTEMPTS }, (_, index) => index + 1);
  const others = await Promise.all(
    attempts.filter((one) => one !== attempt).map((one) => invocation.ledger.find(voicemailEntryId(callSid, one))),
  );
  if (others.some((other) => other?.entry.task.type === 'callback')) return true;
  const active = await claimActiveCallback(invocation, { caller, workflowSid, queueName }, id);
  // Its booking may still come to nothing.
  if (active?.entry.booking)
    throw new ProductError(
      'callback-being-booked',
      'Another call is booking a callback for this caller',
      'It is retried later.',
    );
  return active !== undefined;
}
