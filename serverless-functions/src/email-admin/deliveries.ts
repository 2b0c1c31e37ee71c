import {
  type AttentionItem,
  DELIVERY_LOOKBACK_MS,
  type EmailDelivery,
  type EmailDeliveryResponse,
  type EmailSettings,
  MAX_DELIVERY_IDS,
} from '@callback-and-voicemail/contract';
import type { Bounce, DeliveryReport } from '../email-providers/provider';
import type { Invocation } from '../invocation';
import { isEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import { toHistoryRow } from '../ledger/history-row';
import { CorruptEntry } from '../ledger/ledger';
import {
  entryIdOf,
  type MailAccount,
  messageIdFor,
  openDeliveryRecords,
  readMailAccount,
} from '../notification/mail-account';
import { readSettings } from '../notification/settings';
import type { Environment } from '../runtime/environment';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { type QueueScope, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { displayCaller } from './caller-display';
import { isEntryInScope, isFailureInScope, requireEntryInScope } from './entry-scope';
import { listRecentFailures } from './recent-failures';
import { isComplete, mergeDelivery, toDelivery, toUndeliveredItems } from './stored-deliveries';

/** The panel shows the rest meanwhile. */
const PROVIDER_QUERY_TIMEOUT_MS = 5_000;
/** Entries that are read for the attention list: those of the newest. */
const MAX_BOUNCED_MAILS = 20;

/**
 * Which mails arrived, and which bounced of late: what providers have reported by themselves (ADR 0129), and for the rest
 * what they say when they are asked (ADR 0060). Stores nothing.
 * @throws FlexBadRequest `invalid`, `not-your-queue`
 */
export async function readDeliveries(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<EmailDeliveryResponse> {
  const { environment, twilio } = invocation;
  const scope = queueScopeOf(environment, user.workerSid);
  const ids = readIds(event);
  const account = readMailAccount(environment);
  const selecting = readMails(invocation, ids, scope);
  const [mails, asked, failures, reading] = await Promise.all([
    selecting,
    account === undefined ? undefined : askProviders(invocation, account, selecting),
    listRecentFailures(invocation),
    readSettings(() => twilio.sync, environment),
  ]);
  // Without settings that can be read nothing is shown that they might forbid.
  const settings = reading.ok ? reading.settings : { show_callers: false };
  const reported = failures
    .filter((row) => isFailureInScope(scope, row))
    .flatMap((row) => toUndeliveredItems(row, settings));
  const deliveries = mails.flatMap(({ id, delivery: stored }): [string, EmailDelivery][] => {
    const report = account && asked?.reports?.get(messageIdFor(id, account));
    const delivery = report === undefined ? stored : mergeDelivery(stored, report);
    return delivery === undefined ? [] : [[id, delivery]];
  });
  const listed = new Set(reported.map(({ voicemail_id }) => voicemail_id));
  const others = account === undefined ? [] : [...groupByEntry(asked?.bounces ?? [], account)];
  const unreported = new Map(others.filter(([id]) => !listed.has(id)));
  return {
    deliveries: Object.fromEntries(deliveries),
    bounced: [...reported, ...(await toAttentionItems(invocation, unreported, settings, scope))],
    complete: asked !== undefined && (isReportedTo(environment) || isAnswered(asked)),
  };
}

/** What providers know; undefined where none could say. */
interface ProviderAnswers {
  reports: Map<string, DeliveryReport> | undefined;
  bounces: Bounce[] | undefined;
}

const isAnswered = ({ reports, bounces }: ProviderAnswers) => reports !== undefined && bounces !== undefined;

/** For the mails of which something is unknown, once it is known which; and for all bounces. @throws what `mails` throws */
async function askProviders(
  { deadline, log }: Invocation,
  account: MailAccount,
  mails: Promise<readonly AskedMail[]>,
): Promise<ProviderAnswers> {
  const records = openDeliveryRecords(account);
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, deadline.remaining());
  const ask = <T>(request: () => Promise<T>) =>
    deadline.within(time, request).catch((error: unknown) => {
      log.warn('deliveries not read', { code: errorCode(error) });
      return undefined;
    });
  const askForReports = async () => {
    const open = (await mails).filter((one) => !one.isComplete).map(({ id }) => messageIdFor(id, account));
    return ask(() => records.listDeliveries(open, time));
  };
  const [reports, bounces] = await Promise.all([
    askForReports(),
    ask(() => records.listBounces(Date.now() - DELIVERY_LOOKBACK_MS, time)),
  ]);
  return { reports, bounces };
}

/** Whether providers report to us by themselves: then one that cannot be asked leaves nothing unknown. */
const isReportedTo = ({ values }: Environment) =>
  values.MAILGUN_WEBHOOK_SIGNING_KEY !== undefined || values.SENDGRID_WEBHOOK_TOKEN !== undefined;

/** A mail that is asked for, as far as the ledger knows it. */
interface AskedMail {
  id: string;
  delivery?: EmailDelivery;
  isComplete: boolean;
}

/**
 * The mails that a supervisor may ask for. Of which queue an entry was that is gone, erased or unreadable, nothing says:
 * for a supervisor of some queues it is left out, since the provider still knows the addresses.
 * @throws FlexBadRequest 403 `not-your-queue` when one of them is of another queue; TwilioError
 */
async function readMails(
  { ledger, log, environment }: Invocation,
  ids: readonly string[],
  scope: QueueScope,
): Promise<AskedMail[]> {
  const unknown = ids.map((id) => ({ id, isComplete: false }));
  // Where nobody reports, the ledger knows nothing of deliveries.
  if (scope === 'all' && !isReportedTo(environment)) return unknown;
  const entries = await Promise.all(
    ids.map(async (id) => {
      try {
        const entry = (await ledger.find(id))?.entry;
        return entry === undefined || isErased(entry) ? [] : [entry];
      } catch (error) {
        if (!(error instanceof CorruptEntry)) throw error;
        log.warn('delivery not shown', { entry: id, code: errorCode(error) });
        return [];
      }
    }),
  );
  const known = entries.flat();
  for (const entry of known) requireEntryInScope(scope, entry);
  const mails = known.map((entry): AskedMail => {
    const row = toHistoryRow(entry)?.email;
    const delivery = row && toDelivery(row);
    return { id: entry.id, delivery, isComplete: row !== undefined && isComplete(row, delivery) };
  });
  return scope === 'all' ? unknown.map((one) => mails.find(({ id }) => id === one.id) ?? one) : mails;
}

/** @throws FlexBadRequest `invalid` */
function readIds(event: Record<string, unknown>): string[] {
  const ids = textField(event, 'Voicemails')
    .split(',')
    .filter((id) => id !== '');
  if (ids.length <= MAX_DELIVERY_IDS && ids.every(isEntryId)) return ids;
  throw new FlexBadRequest('invalid', 'Voicemails is malformed', `Send at most ${MAX_DELIVERY_IDS} ids.`, 422, {
    fields: [{ path: 'voicemails', code: 'malformed' }],
  });
}

/** Bounces of voicemails, by entry; test mails and what others send through the same domain are left out. */
function groupByEntry(bounces: readonly Bounce[], account: MailAccount): Map<string, Bounce[]> {
  const byEntry = new Map<string, Bounce[]>();
  for (const bounce of bounces) {
    const id = entryIdOf(bounce.messageId, account);
    if (id !== undefined) byEntry.set(id, [...(byEntry.get(id) ?? []), bounce]);
  }
  return byEntry;
}

async function toAttentionItems(
  { ledger, log }: Invocation,
  bounces: Map<string, Bounce[]>,
  settings: Pick<EmailSettings, 'show_callers'>,
  scope: QueueScope,
): Promise<AttentionItem[]> {
  const items = await Promise.all(
    [...bounces].slice(0, MAX_BOUNCED_MAILS).map(async ([id, list]): Promise<AttentionItem[]> => {
      try {
        const entry = (await ledger.find(id))?.entry;
        if (entry === undefined || !isEntryInScope(scope, entry)) return [];
        return [
          {
            voicemail_id: id,
            taskType: entry.task.type,
            kind: 'email-bounced',
            since: new Date(list[0]?.at ?? entry.createdAt).toISOString(),
            queue: entry.queueName,
            caller: displayCaller(entry.from, settings),
            bounced: list.map(({ address, problem }) => ({ address, reason: problem })),
          },
        ];
      } catch (error) {
        log.warn('bounced mail not shown', { entry: id, code: errorCode(error) });
        return [];
      }
    }),
  );
  return items.flat();
}
