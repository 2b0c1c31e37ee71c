import { isoDate } from '../rest/dates';
import type { Fields } from '../rest/fields';
import { TwilioEmailError } from './twilio-email-error';
import type { EmailAddress } from './twilio-email-request';

type Status = 'QUEUED' | 'SENT' | 'DELIVERED' | 'UNDELIVERED';

/** An email of the API, to one recipient. */
interface Email {
  id: string;
  operationId: string;
  /** Milliseconds since 1970. */
  at: number;
  from: EmailAddress;
  to: EmailAddress;
  tags: Record<string, string>;
  subject: string;
  html: string;
  text: string;
  files: { name: string; type: string; size: number }[];
  bounces: boolean;
}

export interface TwilioEmailRecords {
  add(email: Omit<Email, 'id' | 'at'>): void;
  newOperation(): string;
  /** GET /v1/Emails, newest first. @throws TwilioEmailError 400 for a token that is not ours */
  list(fields: Fields): object;
  /** GET /v1/Emails/{id}. @throws TwilioEmailError 404 */
  email(id: string): object;
  /** GET /v1/Emails/Operations/{id}. @throws TwilioEmailError 404 */
  operation(id: string): object;
  /** GET /v1/Emails/Operations. */
  operations(fields: Fields): object;
}

/** How far the emails are on their way. */
interface Progress {
  /** Milliseconds from the request to the end of the way; half of it they are queued. */
  deliveryMs(): number;
  /** Milliseconds until a list has a new email. */
  lagMs(): number;
}

/** "Twilio Email retains data for seven days after creation" (docs/email/api/reference/mail-send-resource). */
const KEPT_MS = 7 * 86_400_000;
const DEFAULT_PAGE_SIZE = 50;

export function createTwilioEmailRecords(newId: () => string, { deliveryMs, lagMs }: Progress): TwilioEmailRecords {
  const emails: Email[] = [];
  const operationTimes = new Map<string, number>();
  // Crockford's base 32 in lower case, which hexadecimal digits are a part of.
  const identifier = (kind: 'operation' | 'email') => `comms_${kind}_0${newId().slice(0, 25)}`;
  const isKept = ({ at }: { at: number }) => at + KEPT_MS > Date.now();
  const isListed = (email: Email) => isKept(email) && email.at + lagMs() <= Date.now();

  const statusOf = ({ at, bounces }: Email): Status => {
    const age = Date.now() - at;
    const whole = deliveryMs();
    if (age < whole / 2) return 'QUEUED';
    if (age < whole) return 'SENT';
    return bounces ? 'UNDELIVERED' : 'DELIVERED';
  };
  const metadata = (email: Email) => ({
    id: email.id,
    from: email.from,
    to: [email.to],
    status: statusOf(email),
    related: [{ name: 'OPERATION', id: email.operationId, uri: `/v1/Emails/Operations/${email.operationId}` }],
    tags: email.tags,
    scheduledFor: null,
    createdAt: isoDate(email.at),
    updatedAt: isoDate(Math.min(Date.now(), email.at + deliveryMs())),
    deletedAt: null,
  });
  const describeOperation = (id: string, at: number) => {
    const own = emails.filter(({ operationId }) => operationId === id);
    const count = (...wanted: Status[]) => own.filter((email) => wanted.includes(statusOf(email))).length;
    return {
      id,
      status: count('QUEUED', 'SENT') > 0 ? 'PROCESSING' : 'COMPLETED',
      stats: {
        total: own.length,
        recipients: own.length,
        attempts: own.length,
        queued: count('QUEUED'),
        sent: count('SENT'),
        scheduled: 0,
        delivered: count('DELIVERED'),
        opened: 0,
        undelivered: count('UNDELIVERED'),
        failed: 0,
        canceled: 0,
      },
      createdAt: isoDate(at),
      updatedAt: isoDate(Math.min(Date.now(), at + deliveryMs())),
    };
  };
  const isWithin = (at: number, fields: Fields) =>
    at > (fields.time('startDate') ?? Number.NEGATIVE_INFINITY) &&
    at < (fields.time('endDate') ?? Number.POSITIVE_INFINITY);

  return {
    newOperation() {
      const id = identifier('operation');
      operationTimes.set(id, Date.now());
      return id;
    },
    add(email) {
      emails.push({ id: identifier('email'), at: Date.now(), ...email });
    },
    list(fields) {
      const tags = (fields.text('tags') ?? '').split(';').filter((tag) => tag !== '');
      const found = emails.filter(
        (email) =>
          isListed(email) &&
          isWithin(email.at, fields) &&
          [undefined, email.operationId].includes(fields.text('operationId')) &&
          [undefined, statusOf(email)].includes(fields.text('status') as Status) &&
          tags.map((tag) => tag.split(':')).every(([key, value]) => email.tags[key!] === value),
      );
      const { items, pagination } = page(found.reverse(), fields);
      return { emails: items.map(metadata), pagination };
    },
    email(id) {
      const email = emails.find((one) => one.id === id && isKept(one));
      if (!email) throw new TwilioEmailError(404, `The requested resource ${id} was not found`);
      const { subject, html, text, files, at } = email;
      const attachments = files.map(({ name, type, size }) => ({
        ...{ fileName: name, fileSize: size, mimeType: type, contentReference: {} },
        ...{ createdAt: isoDate(at), updatedAt: isoDate(at) },
      }));
      return { ...metadata(email), content: { subject, html, text, attachments } };
    },
    operation(id) {
      const at = operationTimes.get(id);
      if (at === undefined || !isKept({ at }))
        throw new TwilioEmailError(404, `The requested resource ${id} was not found`);
      return describeOperation(id, at);
    },
    operations(fields) {
      const found = [...operationTimes]
        .filter(([, at]) => isKept({ at }) && isWithin(at, fields))
        .map(([id, at]) => describeOperation(id, at))
        .filter(({ status }) => [undefined, status].includes(fields.text('status')));
      const { items, pagination } = page(found.reverse(), fields);
      return { operations: items, pagination };
    },
  };
}

/** A token names the item after which its page begins, so that new items do not shift the pages. */
function page<T extends { id: string }>(all: readonly T[], fields: Fields) {
  const size = fields.integer('pageSize') ?? DEFAULT_PAGE_SIZE;
  const token = fields.text('pageToken') ?? '';
  const index = all.findIndex(({ id }) => toToken(id) === token);
  if (token !== '' && index < 0) throw new TwilioEmailError(400, [{ message: 'is not valid', context: 'pageToken' }]);
  const items = all.slice(index + 1, index + 1 + size);
  const last = items.at(-1);
  const hasMore = index + 1 + size < all.length;
  return {
    items,
    pagination: {
      self: token,
      next: hasMore && last ? toToken(last.id) : null,
    },
  };
}

const toToken = (id: string) => Buffer.from(id).toString('base64url');
