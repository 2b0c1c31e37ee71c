import { isAddress } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { isErased } from '../ledger/erasure-changes';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import { isNobodyReached, knownRecipients } from '../ledger/recipient-deliveries';
import { isAddressOf } from '../ledger/settled-recipients';
import { noteBouncing } from '../notification/bouncing-addresses';
import { readEmailConfig } from '../notification/email-config';
import { fallbackAddress } from '../notification/fallback-recipient';
import { entryIdOf, readMailAccount } from '../notification/mail-account';
import { ConfigurationError, errorCode } from '../runtime/errors';
import type { DeliveryEvent } from './delivery-event';

/** An entry, and what is reported of its email. */
export interface ReportedEntry {
  current: VersionedEntry;
  events: DeliveryEvent[];
}

/** Entries that are read and written side by side: Sync takes many more requests. */
const AT_ONCE = 5;
/** With less time left no further entry is begun. */
const MIN_TIME_FOR_AN_ENTRY_MS = 2_000;

/**
 * The events by the ids of entries; those of other mails, and malformed ones, are left out.
 * @throws ConfigurationError without the variables that make our Message-IDs
 */
export function groupByEntry(invocation: Invocation, events: readonly DeliveryEvent[]): Map<string, DeliveryEvent[]> {
  const account = readMailAccount(invocation.environment);
  if (account === undefined)
    throw new ConfigurationError('mail-not-configured', 'No mail provider is configured', 'Set its variables.');
  const groups = new Map<string, DeliveryEvent[]>();
  for (const event of events) {
    const id = entryIdOf(event.messageId, account);
    if (id !== undefined && isAddress(event.address)) groups.set(id, [...(groups.get(id) ?? []), event]);
  }
  return groups;
}

/**
 * The entry that events are of.
 * @returns undefined when there is none, its personal data were deleted, or it cannot be read: nothing is kept of them
 * @throws TwilioError when Sync is out of reach
 */
export async function findReported(
  { ledger, log }: Invocation,
  id: string,
  events: DeliveryEvent[],
): Promise<ReportedEntry | undefined> {
  try {
    const current = await ledger.find(id);
    return current === undefined || isErased(current.entry) ? undefined : { current, events };
  } catch (error) {
    if (!(error instanceof CorruptEntry)) throw error;
    log.warn('delivery not recorded', { entry: id, code: errorCode(error) });
    return undefined;
  }
}

/**
 * Finds and records all of them, several entries at a time.
 * @returns false when there was no time for all
 * @throws TwilioError when Sync is out of reach
 */
export async function recordAll(invocation: Invocation, groups: Map<string, DeliveryEvent[]>): Promise<boolean> {
  const waiting = [...groups];
  let isComplete = true;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (invocation.deadline.remaining() < MIN_TIME_FOR_AN_ENTRY_MS) isComplete = false;
      else {
        const reported = await findReported(invocation, ...next);
        if (reported !== undefined) await recordDeliveries(invocation, reported);
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return isComplete;
}

/**
 * Writes what is reported into the entry and its rows, marks addresses, and lets the email go to the fall-back recipient
 * once nobody was reached. All of it may be repeated.
 * @throws TwilioError when Sync is out of reach
 */
export async function recordDeliveries(invocation: Invocation, { current, events }: ReportedEntry): Promise<void> {
  const { ledger, log } = invocation;
  const reports = events.map(({ messageId: _, ...event }) => ({ type: 'delivery-reported' as const, ...event }));
  const after = await ledger.apply(current, reports);
  if (after === undefined) return;
  // The provider repeats itself, perhaps because an invocation died before it had written the rows.
  if (after.revision === current.revision) await ledger.rewriteRows(after.entry);
  for (const { outcome, provider } of events)
    log.info('delivery reported', { entry: after.entry.id, outcome, state: provider });
  await Promise.all([noteAddresses(invocation, after.entry, events), requestFallback(invocation, after)]);
}

/** By what counts in the entry now: a late report of a bounce does not mark who has the mail. */
async function noteAddresses(
  { twilio }: Invocation,
  { email }: LedgerEntry,
  events: readonly DeliveryEvent[],
): Promise<void> {
  if (email.state === 'off' || email.state === 'summarized') return;
  const known = knownRecipients(email);
  const addresses = [...new Set(events.map(({ address }) => address))];
  await Promise.all(
    addresses.map(async (address) => {
      const delivery = known.find((one) => isAddressOf(one, address))?.delivery;
      if (delivery !== undefined) await noteBouncing(twilio.sync, { address, ...delivery });
    }),
  );
}

async function requestFallback({ ledger, twilio, environment, log }: Invocation, after: VersionedEntry): Promise<void> {
  const { email } = after.entry;
  if ((email.state !== 'sent' && email.state !== 'failed') || email.fallback !== undefined) return;
  if (!isNobodyReached(email)) return;
  const address = fallbackAddress(await readEmailConfig(() => twilio.sync, environment), environment);
  if (address === undefined) return;
  const requested = await ledger.apply(after, { type: 'fallback-requested', address });
  if (requested?.entry.email.state === 'pending') log.info('fall-back requested', { entry: after.entry.id });
}
