import { openRecords } from '../email-providers/delivery-records';
import type { DeliveryRecords, DeliveryReport } from '../email-providers/provider';
import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { type HistoryRow, historyMapName, parseHistoryRow } from '../ledger/history-row';
import { isAddressOf } from '../ledger/settled-recipients';
import { messageIdFor, readMailAccount } from '../notification/mail-account';
import { AccountCache } from '../runtime/account-cache';
import type { DeliveryEvent } from './delivery-event';
import { findReported, recordDeliveries } from './record-deliveries';

/**
 * Twilio's Email API has no webhook: its emails are asked for
 * (https://www.twilio.com/docs/email/api/reference/mail-send-resource). So a sweep asks for what it does not know yet.
 */
const POLLED = 'twilio';

const MINUTE = 60_000;
const DAY_MS = 24 * 60 * MINUTE;
/** How long a mail without a final report is asked for; providers give up sooner, as a rule. */
const LOOK_BACK_MS = DAY_MS;
/** A mail server answers within seconds; before, there is nothing to ask. */
const MIN_AGE_MS = 10_000;
/** A process asks this often, however many sweeps it runs. */
const INTERVAL_MS = MINUTE;
/** Of one sweep: each costs a read of its entry. */
const MAX_MAILS = 10;
/** The newest of each day. */
const ROWS_PER_DAY = 100;
const PROVIDER_QUERY_TIMEOUT_MS = 3_000;
const MIN_TIME_MS = 5_000;

const lastPolls = new AccountCache<number>();

/**
 * Asks for mails of the last day of which something is not known, and records what is then.
 * @param open gives the records of the provider that is asked; undefined where there is none
 * @throws TwilioError when Sync is out of reach
 */
export async function pollDeliveries(
  invocation: Invocation,
  open: (invocation: Invocation) => DeliveryRecords | undefined = openPolledRecords,
): Promise<void> {
  const { twilio, environment, deadline } = invocation;
  const account = readMailAccount(environment);
  const records = open(invocation);
  const now = Date.now();
  if (account === undefined || records === undefined || deadline.remaining() < MIN_TIME_MS) return;
  if (now - (lastPolls.get(environment) ?? 0) < INTERVAL_MS) return;
  lastPolls.set(environment, now);
  const days = [...new Set([historyMapName(now), historyMapName(now - DAY_MS)])];
  const pages = await Promise.all(
    days.map((day) => twilio.sync.listMapItems(day, { order: 'desc', limit: ROWS_PER_DAY })),
  );
  const rows = pages
    .flat()
    .map(({ data }) => parseHistoryRow(data))
    .filter((row) => row !== undefined);
  const ids = selectUnknown(rows, now);
  if (ids.length === 0) return;
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, deadline.remaining() - MIN_TIME_MS / 2);
  const messageIds = ids.map((id) => messageIdFor(id, account));
  const reports = await deadline.within(time, () => records.listDeliveries(messageIds, time)).catch(() => undefined);
  for (const [n, id] of ids.entries()) {
    const messageId = messageIds[n]!;
    const report = reports?.get(messageId);
    const found = report === undefined ? undefined : await findReported(invocation, id, []);
    const events = found && toEvents(found.current.entry, messageId, report!, now);
    if (found !== undefined && events !== undefined && events.length > 0)
      await recordDeliveries(invocation, { ...found, events });
  }
}

function openPolledRecords({ environment }: Invocation): DeliveryRecords | undefined {
  const configuration = readMailAccount(environment)?.providers.find(({ name }) => name === POLLED);
  return configuration && openRecords(configuration);
}

/** Mails of which something is not known yet. Where there are many, others each time. Pure. */
export function selectUnknown(rows: readonly HistoryRow[], now: number): string[] {
  const unknown = rows.filter(({ email: { state, sentAt = 0, recipients, delivered = 0, undelivered = [] } }) => {
    const bounced = undelivered.filter(({ reason }) => reason !== undefined).length;
    const age = now - sentAt;
    return state === 'sent' && age >= MIN_AGE_MS && age <= LOOK_BACK_MS && delivered + bounced < recipients;
  });
  const start = unknown.length <= MAX_MAILS ? 0 : Math.floor(now / INTERVAL_MS) % unknown.length;
  return [...unknown.slice(start), ...unknown.slice(0, start)].slice(0, MAX_MAILS).map(({ id }) => id);
}

/**
 * What a report says of recipients of whom nothing final is known. It counts those who have the mail, and names those
 * whom it did not reach: once it has all of them, the others have it. Pure.
 */
export function toEvents(
  { email }: LedgerEntry,
  messageId: string,
  report: DeliveryReport,
  now: number,
): DeliveryEvent[] {
  if (email.state !== 'sent') return [];
  const asked = email.recipients.filter(({ provider, state }) => provider === POLLED && state === 'accepted');
  const isWhole = report.delivered + report.bounced.length >= asked.length;
  const about = { messageId, provider: POLLED, at: now } as const;
  return asked
    .filter(({ delivery }) => delivery === undefined || delivery.outcome === 'deferred')
    .flatMap((recipient): DeliveryEvent[] => {
      const bounce = report.bounced.find(({ address }) => isAddressOf(recipient, address));
      const { address } = recipient;
      if (bounce !== undefined) return [{ ...about, address, outcome: 'bounced', reason: bounce.problem }];
      return isWhole ? [{ ...about, address, outcome: 'delivered' }] : [];
    });
}
