import { isRecord } from '@callback-and-voicemail/contract/schema';
import { parseJsonObject } from '../runtime/json';
import { resolveUrl } from '../twilio/hosts';
import type { TwilioEmailConfiguration } from './configuration';
import type { Bounce, DeliveryRecords, DeliveryReport } from './provider';

export const EMAILS_URL = 'https://comms.twilio.com/v1/Emails';

export const authorizationOf = ({ user, password }: TwilioEmailConfiguration) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** What marks the mails of this product in an account that may send others, and what carries the Message-ID. */
const PRODUCT_TAG = { sender: 'callback-and-voicemail' } as const;
const MESSAGE_TAG = 'message-id';

/**
 * A Message-ID in the characters that tags may have; `~` and the code stands for any other:
 * https://www.twilio.com/docs/bulk-messaging/tags
 */
const toTagValue = (messageId: string) =>
  messageId.replace(/[^a-zA-Z0-9._-]/g, (character) => `~${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const fromTagValue = (value: string) =>
  value.replace(/~([0-9a-f]{4})/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** By these a message is found again. */
export const tagsOf = (messageId: string) => ({ ...PRODUCT_TAG, [MESSAGE_TAG]: toTagValue(messageId) });

/** One recipient's copy of a message. */
interface TwilioEmail {
  messageId: string;
  address: string;
  status: string;
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * What Twilio says of the emails it took, for seven days, each with one recipient:
 * https://www.twilio.com/docs/email/api/reference/mail-send-resource. It says that a copy bounced, never why.
 */
export function createTwilioEmailRecords(configuration: TwilioEmailConfiguration): DeliveryRecords {
  return {
    async findAccepted(messageId, timeoutMs) {
      const emails = await fetchEmails({ tags: asQuery(tagsOf(messageId)) }, timeoutMs);
      // An email to somebody who is not named could be to any of them.
      if (emails === undefined || emails.some(({ address }) => address === '')) return undefined;
      return [...new Set(emails.map(({ address }) => address))];
    },
    async fetchDeliveries(messageId, timeoutMs) {
      const emails = await fetchEmails({ tags: asQuery(tagsOf(messageId)) }, timeoutMs);
      return emails && summarize(emails);
    },
    async listDeliveries(messageIds, timeoutMs) {
      const all = await fetchEmails({ tags: asQuery(PRODUCT_TAG) }, timeoutMs);
      if (all !== undefined) return byMessage(all.filter(({ messageId }) => messageIds.includes(messageId)));
      // A list that is too long for one answer. Tags are combined by "and" only: each message is a question of its own.
      const answers = await Promise.all(
        messageIds.map((messageId) => fetchEmails({ tags: asQuery(tagsOf(messageId)) }, timeoutMs)),
      );
      const known = answers.filter((emails) => emails !== undefined);
      return known.length === 0 ? undefined : byMessage(known.flat());
    },
    async listBounces(since, timeoutMs) {
      const query = { tags: asQuery(PRODUCT_TAG), startDate: new Date(since).toISOString() };
      const pages = await Promise.all(
        BOUNCED.map((status) => fetchEmails({ ...query, status }, timeoutMs, { isWholeListNeeded: false })),
      );
      const known = pages.filter((page) => page !== undefined);
      return known.length === 0 ? undefined : toBounces(known.flat());
    },
  };

  /** @returns undefined when Twilio does not answer as expected, or has more of a list that is needed whole */
  async function fetchEmails(
    query: Record<string, string>,
    timeoutMs: number,
    { isWholeListNeeded } = { isWholeListNeeded: true },
  ): Promise<TwilioEmail[] | undefined> {
    const url = new URL(`${EMAILS_URL}?${new URLSearchParams({ ...query, pageSize: MAX_PAGE_SIZE })}`);
    try {
      const response = await fetch(resolveUrl(url, configuration.endpoint), {
        headers: { authorization: authorizationOf(configuration) },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = response.ok ? parseJsonObject(await response.text()) : undefined;
      if (!Array.isArray(answer?.emails)) return undefined;
      const hasMore = isRecord(answer.pagination) && typeof answer.pagination.next === 'string';
      return hasMore && isWholeListNeeded ? undefined : answer.emails.filter(isRecord).map(toEmail);
    } catch {
      return undefined;
    }
  }
}

const MAX_PAGE_SIZE = '1000';

/** `TagsString` of the specification: `key:value;`, also behind the last one. */
const asQuery = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .map(([key, value]) => `${key}:${value};`)
    .join('');

function toEmail({ to, status, tags, updatedAt }: Record<string, unknown>): TwilioEmail {
  const [recipient] = Array.isArray(to) ? to : [];
  const tag = isRecord(tags) ? tags[MESSAGE_TAG] : undefined;
  const at = typeof updatedAt === 'string' ? Date.parse(updatedAt) : Number.NaN;
  return {
    messageId: typeof tag === 'string' ? fromTagValue(tag) : '',
    address: isRecord(recipient) && typeof recipient.address === 'string' ? recipient.address : '',
    status: typeof status === 'string' ? status : '',
    at: Number.isNaN(at) ? 0 : at,
  };
}

/** The mail server did not take it, or Twilio could not send it. */
const BOUNCED = ['UNDELIVERED', 'FAILED'] as const;
/** Also what somebody canceled, which is too rare to be asked for (`EmailStatus` of the specification). */
const isBounce = ({ status }: TwilioEmail) => status === 'CANCELED' || BOUNCED.some((one) => one === status);
const isDelivered = ({ status }: TwilioEmail) => status === 'DELIVERED' || status === 'OPENED';

/** Whoever has one copy in the end has the mail. */
function summarize(emails: readonly TwilioEmail[]): DeliveryReport {
  const delivered = new Set(emails.filter(isDelivered).map(({ address }) => address));
  const bounced = new Set(emails.filter(isBounce).map(({ address }) => address));
  return {
    delivered: delivered.size,
    bounced: [...bounced]
      .filter((address) => !delivered.has(address))
      .map((address) => ({ address, problem: 'unknown', reason: '' })),
  };
}

function byMessage(emails: readonly TwilioEmail[]): Map<string, DeliveryReport> {
  const groups = new Map<string, TwilioEmail[]>();
  for (const email of emails) groups.set(email.messageId, [...(groups.get(email.messageId) ?? []), email]);
  return new Map([...groups].map(([messageId, group]) => [messageId, summarize(group)]));
}

const toBounces = (emails: readonly TwilioEmail[]): Bounce[] =>
  emails
    .filter(isBounce)
    .map(({ messageId, address, at }): Bounce => ({ messageId, address, problem: 'unknown', at }))
    .sort((one, other) => other.at - one.at);
