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
import { CorruptEntry } from '../ledger/ledger';
import { messageIdFor, openDeliveryRecords, readMailAccount } from '../notification/mail-account';
import { readSettings } from '../notification/settings';
import { errorCode, FlexBadRequest } from '../runtime/errors';
import { textField } from '../runtime/form-fields';
import { type QueueScope, queueScopeOf } from '../runtime/queue-scope';
import type { FlexUser } from '../twilio/flex-token';
import { displayCaller } from './caller-display';
import { isEntryInScope, requireEntryInScope } from './entry-scope';

/** The panel shows the rest meanwhile. */
const PROVIDER_QUERY_TIMEOUT_MS = 5_000;
/** Entries that are read for the attention list: those of the newest. */
const MAX_BOUNCED_MAILS = 20;

/**
 * Asks the provider which mails arrived, and which bounced of late (ADR 0060). Stores nothing.
 * @throws FlexBadRequest `invalid`, `not-your-queue`
 */
export async function readDeliveries(
  invocation: Invocation,
  user: FlexUser,
  event: Record<string, unknown>,
): Promise<EmailDeliveryResponse> {
  const { environment, deadline, log } = invocation;
  const scope = queueScopeOf(environment, user.workerSid);
  const ids = await selectReadable(invocation, readIds(event), scope);
  const account = readMailAccount(environment);
  if (account === undefined) return { deliveries: {}, bounced: [], complete: false };
  const records = openDeliveryRecords(account);
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, deadline.remaining());
  const ask = <T>(request: () => Promise<T>) =>
    deadline.within(time, request).catch((error: unknown) => {
      log.warn('deliveries not read', { code: errorCode(error) });
      return undefined;
    });
  const [reports, bounces, reading] = await Promise.all([
    ask(() =>
      records.listDeliveries(
        ids.map((id) => messageIdFor(id, account)),
        time,
      ),
    ),
    ask(() => records.listBounces(Date.now() - DELIVERY_LOOKBACK_MS, time)),
    readSettings(() => invocation.twilio.sync, environment),
  ]);
  const deliveries = ids.flatMap((id): [string, EmailDelivery][] => {
    const report = reports?.get(messageIdFor(id, account));
    return report === undefined ? [] : [[id, toDelivery(report)]];
  });
  // Without settings that can be read nothing is shown that they might forbid.
  const settings = reading.ok ? reading.settings : { show_callers: false };
  return {
    deliveries: Object.fromEntries(deliveries),
    bounced: await toAttentionItems(invocation, groupByEntry(bounces ?? [], account.domain), settings, scope),
    complete: reports !== undefined && bounces !== undefined,
  };
}

/**
 * The ids that a supervisor may ask for. Of which queue an entry was that is gone, erased or unreadable, nothing says:
 * for a supervisor of some queues it is left out, since the provider still knows the addresses.
 * @throws FlexBadRequest 403 `not-your-queue` when one of them is of another queue; TwilioError
 */
async function selectReadable(
  { ledger, log }: Invocation,
  ids: readonly string[],
  scope: QueueScope,
): Promise<readonly string[]> {
  if (scope === 'all') return ids;
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
  return known.map(({ id }) => id);
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

const toDelivery = ({ delivered, bounced }: DeliveryReport): EmailDelivery => ({
  delivered,
  bounced: bounced.map(({ address, problem }) => ({ address, reason: problem })),
});

/** Bounces of voicemails, by entry; test mails and what others send through the same domain are left out. */
function groupByEntry(bounces: readonly Bounce[], domain: string): Map<string, Bounce[]> {
  const byEntry = new Map<string, Bounce[]>();
  for (const bounce of bounces) {
    const id = bounce.messageId.endsWith(`@${domain}`) ? bounce.messageId.slice(0, -domain.length - 1) : '';
    if (isEntryId(id)) byEntry.set(id, [...(byEntry.get(id) ?? []), bounce]);
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
