import type { Invocation } from '../invocation';
import { entryId, type VoicemailEntry, withoutMessage } from '../ledger/entry';
import type { Held } from '../ledger/ledger';
import { readSettings } from '../notification/settings';
import { canBeCalledBack } from '../numbers/caller-number';
import { advance } from './advance';
import { entryFromUrl } from './entry-from-url';
import type { VoicemailAddress } from './voicemail-url';

/** Shown on the entry, and as the reason wherever a cancellation needs one. */
export const NO_MESSAGE_REASON = 'Chose voicemail and left no message';
const WITHHELD_REASON = 'Chose voicemail and left no message; withheld number';
const PROMISED_REASON = 'Chose voicemail and left no message; a callback is promised already';

/**
 * The caller chose voicemail and said nothing: `missed_voicemail` decides between a callback and nothing. A withheld
 * number cannot be called back. Unreadable settings mean a callback: a caller too many is better than one lost.
 * @throws TwilioCallFailed when Sync is out of reach
 */
export async function concludeWithoutMessage(invocation: Invocation, address: VoicemailAddress): Promise<void> {
  const { ledger } = invocation;
  const id = entryId(address.callSid, address.attempt);
  const held = (await ledger.find(id)) ?? (await ledger.open(entryFromUrl(invocation, address)));
  await concludeEntryWithoutMessage(invocation, held);
}

/** The same for an entry at hand. @throws TwilioCallFailed when Sync is out of reach */
export async function concludeEntryWithoutMessage(invocation: Invocation, held: Held): Promise<void> {
  const settings = readSettings(() => invocation.doors.sync, invocation.environment);
  const [reading, promised] = await Promise.all([settings, callbackIsPromised(invocation, held.entry)]);
  const decision = reading.readable ? reading.settings.missed_voicemail : 'callback';
  await advance(invocation, held, (entry) => withDecision(entry, decision, promised), { settings });
  invocation.log.info('no message left', { entry: held.entry.id, outcome: decision });
}

/** True when an earlier attempt of this call promised a callback already; one is enough. */
async function callbackIsPromised({ ledger }: Invocation, { callSid, attempt }: VoicemailEntry): Promise<boolean> {
  const earlier = await Promise.all(
    Array.from({ length: attempt - 1 }, (_, index) => ledger.find(entryId(callSid, index + 1))),
  );
  return earlier.some((one) => one?.entry.task.type === 'callback');
}

function withDecision(entry: VoicemailEntry, decision: 'callback' | 'cancel', promised: boolean): VoicemailEntry {
  const now = Date.now();
  if (!canBeCalledBack(entry.from)) return withoutMessage(entry, { task: 'none', reason: WITHHELD_REASON }, now);
  if (promised) return withoutMessage(entry, { task: 'none', reason: PROMISED_REASON }, now);
  if (decision === 'cancel') return withoutMessage(entry, { task: 'none', reason: NO_MESSAGE_REASON }, now);
  return withoutMessage(entry, { task: 'callback' }, now);
}
