import { advance } from '../fulfilment/advance';
import { type CallerInQueue, notePromised, openCallback, readPointer } from '../fulfilment/open-callback';
import type { Invocation } from '../invocation';
import { isPromised } from '../ledger/callback-entry';
import { entryId, type LedgerEntry, withoutMessage } from '../ledger/entry';
import type { Held } from '../ledger/ledger';
import { isLeased } from '../ledger/steps';
import { readSettings } from '../notification/settings';
import { allowedCountries } from '../numbers/callback-countries';
import { checkCallbackNumber } from '../numbers/callback-number';
import { entryFromUrl } from './entry-from-url';
import type { VoicemailAddress } from './voicemail-url';

/** Shown on the entry, and as the reason wherever a cancellation needs one. */
export const NO_MESSAGE_REASON = 'Chose voicemail and left no message';
const NOT_CALLABLE_REASON = 'Chose voicemail and left no message; the number cannot be called back';
const PROMISED_REASON = 'Chose voicemail and left no message; a callback is promised already';

/**
 * The caller chose voicemail and said nothing: `missed_voicemail` decides between a callback and nothing. A withheld
 * number cannot be called back. Unreadable settings mean a callback: a caller too many is better than one lost.
 * @throws TwilioCallFailed when Sync is out of reach
 */
export async function concludeWithoutMessage(invocation: Invocation, address: VoicemailAddress): Promise<void> {
  const { ledger } = invocation;
  const id = entryId(address.callSid, address.attempt);
  const held = (await ledger.find(id)) ?? (await ledger.open(entryFromUrl(address)));
  await concludeEntryWithoutMessage(invocation, held);
}

/** The same for an entry at hand. @throws TwilioCallFailed when Sync is out of reach */
export async function concludeEntryWithoutMessage(invocation: Invocation, held: Held): Promise<void> {
  const { doors, environment, log } = invocation;
  const { entry } = held;
  const settings = readSettings(() => doors.sync, environment);
  const own = checkCallbackNumber(entry.from, allowedCountries(environment.values.CALLBACK_COUNTRIES, entry.to));
  const who = own.ok && {
    caller: own.number,
    workflowSid: entry.workflowSid,
    queueName: entry.queueName,
  };
  const [reading, promised] = await Promise.all([settings, who && callbackIsPromised(invocation, entry, who)]);
  const decision = reading.readable ? reading.settings.missed_voicemail : 'callback';
  const conclude = (current: LedgerEntry): LedgerEntry => {
    const now = Date.now();
    const reason = !who
      ? NOT_CALLABLE_REASON
      : promised
        ? PROMISED_REASON
        : decision === 'cancel'
          ? NO_MESSAGE_REASON
          : undefined;
    return withoutMessage(current, reason === undefined ? { task: 'callback' } : { task: 'none', reason }, now);
  };
  const after = await advance(invocation, held, conclude, { settings });
  if (who && after && isPromised(after.entry)) await notePromised(invocation, who, entry.id);
  log.info('no message left', { entry: entry.id, outcome: after?.entry.task.state });
}

/** True when this caller has a callback already, of this call or of another; one is enough. */
async function callbackIsPromised(
  invocation: Invocation,
  { id, callSid, attempt }: LedgerEntry,
  who: CallerInQueue,
): Promise<boolean> {
  const { doors, ledger } = invocation;
  const [pointer, ...earlier] = await Promise.all([
    readPointer(doors.sync, who),
    ...Array.from({ length: attempt - 1 }, (_, index) => ledger.find(entryId(callSid, index + 1))),
  ]);
  if (earlier.some((one) => one?.entry.task.type === 'callback')) return true;
  const other = pointer.entryId === id ? undefined : await openCallback(invocation, pointer);
  return other !== undefined && (!other.entry.booking || isLeased(other.entry, Date.now()));
}
