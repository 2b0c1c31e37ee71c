import {
  type AttentionItem,
  addressKey,
  type EmailDelivery,
  type EmailSettings,
} from '@callback-and-voicemail/contract';
import type { DeliveryReport } from '../email-providers/provider';
import { serverWords } from '../email-providers/server-words';
import type { FailureRow, HistoryRow, Reported } from '../ledger/history-row';
import { displayCaller } from './caller-display';

/** What providers have reported by themselves, as supervisors are shown it. Pure. */

/** @returns undefined while nothing was reported */
export function toDelivery({ delivered, deferred, deferrals, undelivered = [] }: Reported): EmailDelivery | undefined {
  if (delivered === undefined && deferred === undefined && undelivered.length === 0) return undefined;
  const bounced = undelivered.flatMap(({ address, reason, words }) =>
    reason === undefined ? [] : [{ address, reason, ...(words === undefined ? {} : { words }) }],
  );
  const complained = undelivered.filter(({ reason }) => reason === undefined).map(({ address }) => address);
  return {
    delivered: delivered ?? 0,
    bounced,
    ...(deferred === undefined ? {} : { deferred }),
    ...(deferrals === undefined ? {} : { deferrals }),
    ...(complained.length === 0 ? {} : { complained }),
  };
}

/** True when it is known of every recipient whether the mail arrived: then nobody is asked. */
export function isComplete({ recipients }: HistoryRow['email'], delivery: EmailDelivery | undefined): boolean {
  return delivery !== undefined && delivery.delivered + delivery.bounced.length >= recipients;
}

/** What was reported, and what the provider says when it is asked: neither takes back what the other knows. */
export function mergeDelivery(stored: EmailDelivery | undefined, asked: DeliveryReport): EmailDelivery {
  const known = stored ?? { delivered: 0, bounced: [] };
  const keys = new Set(known.bounced.map(({ address }) => addressKey(address)));
  const more = asked.bounced.filter(({ address }) => !keys.has(addressKey(address)));
  return {
    ...known,
    delivered: Math.max(known.delivered, asked.delivered),
    bounced: [
      ...known.bounced,
      ...more.map(({ address, problem, reason }) => {
        const words = serverWords(reason);
        return { address, reason: problem, ...(words === undefined ? {} : { words }) };
      }),
    ],
  };
}

/** What a supervisor is told of an email that did not reach a recipient, or that one marked as spam. */
export function toUndeliveredItems(
  { id, taskType, queueName, from, undelivered = [] }: FailureRow,
  settings: Pick<EmailSettings, 'show_callers'>,
): AttentionItem[] {
  const item = (kind: 'email-bounced' | 'email-complained', list: typeof undelivered): AttentionItem[] =>
    list.length === 0
      ? []
      : [
          {
            voicemail_id: id,
            taskType,
            kind,
            since: new Date(Math.max(...list.map(({ at }) => at))).toISOString(),
            queue: queueName,
            caller: displayCaller(from, settings),
            ...(kind === 'email-bounced'
              ? { bounced: list.map(({ at: _, reason = 'unknown', ...one }) => ({ ...one, reason })) }
              : { complained: list.map(({ address }) => address) }),
          },
        ];
  return [
    ...item(
      'email-bounced',
      undelivered.filter(({ reason }) => reason !== undefined),
    ),
    ...item(
      'email-complained',
      undelivered.filter(({ reason }) => reason === undefined),
    ),
  ];
}
