import type { VoicemailCard } from '@callback-and-voicemail/contract';
import { serverWords } from '../email-providers/server-words';
import { type LedgerEntry, recipientCount } from '../ledger/entry';
import { toHistoryRow } from '../ledger/history-row';
import type { Deadline } from '../runtime/deadline';
import type { Environment } from '../runtime/environment';
import { messageIdFor, openDeliveryRecords, readMailAccount } from './mail-account';

/** A card does not wait longer for it: without it, it says "sent". */
const PROVIDER_QUERY_TIMEOUT_MS = 2_000;
/** Mailgun keeps its events for a day on its smaller plans; after that there is nothing to ask for. */
const EVENT_RETENTION_MS = 24 * 3_600_000;

export type Delivery = Pick<
  VoicemailCard['email'],
  'delivered' | 'deferred' | 'complained' | 'bounced' | 'bounceProblem' | 'bounceReason'
>;

/**
 * What became of a mail that a provider took: what it has reported by itself, and for the rest what it says when it is
 * asked. Never throws.
 * @returns only the fields that are known
 */
export async function readDelivery(
  { environment, deadline }: { environment: Environment; deadline: Deadline },
  entry: LedgerEntry,
): Promise<Delivery> {
  const reported = reportedDelivery(entry);
  const { delivered = 0, bounced = 0 } = reported;
  if (delivered + bounced > 0 && delivered + bounced >= recipientCount(entry)) return reported;
  const asked = await askForDelivery({ environment, deadline }, entry);
  return {
    ...asked,
    ...reported,
    ...(Math.max(delivered, asked.delivered ?? 0) > 0 ? { delivered: Math.max(delivered, asked.delivered ?? 0) } : {}),
    ...(Math.max(bounced, asked.bounced ?? 0) > 0 ? { bounced: Math.max(bounced, asked.bounced ?? 0) } : {}),
  };
}

/** As the ledger has it. */
function reportedDelivery(entry: LedgerEntry): Delivery {
  const { delivered, deferred, undelivered = [] } = toHistoryRow(entry)?.email ?? {};
  const bounced = undelivered.filter(({ reason }) => reason !== undefined);
  const complained = undelivered.length - bounced.length;
  return {
    ...(delivered === undefined ? {} : { delivered }),
    ...(deferred === undefined ? {} : { deferred }),
    ...(bounced[0] === undefined
      ? {}
      : { bounced: bounced.length, bounceProblem: bounced[0].reason, bounceReason: bounced[0].words }),
    ...(complained === 0 ? {} : { complained }),
  };
}

async function askForDelivery(
  { environment, deadline }: { environment: Environment; deadline: Deadline },
  { id, email }: LedgerEntry,
): Promise<Delivery> {
  const account = readMailAccount(environment);
  if (account === undefined || email.state !== 'sent' || Date.now() - email.sentAt > EVENT_RETENTION_MS) return {};
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, deadline.remaining());
  const report = await deadline
    .within(time, () => openDeliveryRecords(account).fetchDeliveries(messageIdFor(id, account), time))
    .catch(() => undefined);
  if (report === undefined) return {};
  const { delivered, bounced } = report;
  const bounceReason = bounced.map(({ reason }) => serverWords(reason)).find((words) => words !== undefined);
  return {
    ...(delivered > 0 ? { delivered } : {}),
    ...(bounced[0] === undefined ? {} : { bounced: bounced.length, bounceProblem: bounced[0].problem }),
    ...(bounceReason === undefined ? {} : { bounceReason: bounceReason }),
  };
}
