import type { MessageCopy } from './mailgun-compose';
import { MailgunError } from './mailgun-error';
import type { SendRequest } from './mailgun-parameters';
import type { UploadedFile } from './mailgun-upload';

/** An event as GET /v3/{domain}/events lists it; names as in Mailgun's event structure. */
export interface MailEvent {
  event: 'accepted' | 'delivered' | 'failed' | 'complained';
  id: string;
  /** Seconds since the epoch, with a fraction. */
  timestamp: number;
  recipient: string;
  tags: string[];
  message: { headers: { to: string; 'message-id': string; from: string; subject: string } } & Record<string, unknown>;
  [other: string]: unknown;
}

interface SentCopy {
  request: SendRequest;
  copy: MessageCopy;
  /** Without angle brackets, as events carry it. */
  messageId: string;
  files: UploadedFile[];
  /** Bytes of the encoded message. */
  size: number;
}

export interface MailgunEventLog {
  /** Logs that a copy was accepted and delivered to each of its recipients, as Mailgun does in test mode too. */
  record(domain: string, sent: SentCopy): void;
  /** One page of events. @throws MailgunError 400 for a filter Mailgun does not have or the sandbox does not model. */
  page(domain: string, query: Record<string, unknown>): EventsPage;
  /** The page a paging link leads to. @throws MailgunError 400 for a link that was not given out. */
  follow(domain: string, token: string): EventsPage;
}
interface EventsPage {
  items: MailEvent[];
  paging: { next: string; previous: string; first: string; last: string };
}

const FILTERS = ['event', 'message-id', 'recipient', 'from', 'to', 'subject', 'tags', 'severity'] as const;
const PAGE_PARAMETERS = ['begin', 'end', 'ascending', 'limit', 'pretty'];
/** Mailgun lists at most 300 events, and 100 by default. */
const MAX_LIMIT = 300;
const DEFAULT_LIMIT = 100;

interface Cursor {
  query: Record<string, string>;
  offset: number;
}

/** Mailgun's event log of each message; `newId` gives events their ids, `host` goes into paging links. */
export function createMailgunEventLog(
  newId: () => string,
  host: string,
  {
    lag,
    bounces,
    onEvent,
  }: {
    lag: () => number;
    bounces: (recipient: string) => boolean;
    /** Called for each event. */
    onEvent?: (event: MailEvent) => void;
  },
): MailgunEventLog {
  const events = new Map<string, MailEvent[]>();
  const listPage = (domain: string, { query, offset }: Cursor): EventsPage => {
    const visible = (events.get(domain) ?? []).filter(({ timestamp }) => timestamp * 1000 + lag() <= Date.now());
    const found = filterEvents(visible, query);
    const limit = Number(query.limit ?? DEFAULT_LIMIT);
    const link = (to: number) =>
      `https://${host}/v3/${domain}/events/${Buffer.from(JSON.stringify({ query, offset: to })).toString('base64url')}`;
    const items = found.slice(offset, offset + limit);
    return {
      items,
      paging: {
        next: link(offset + items.length),
        previous: link(Math.max(0, offset - limit)),
        first: link(0),
        last: link(Math.max(0, found.length - limit)),
      },
    };
  };
  return {
    record(domain, sent) {
      const list = events.get(domain) ?? [];
      events.set(domain, list);
      for (const recipient of sent.copy.recipients) {
        const end = bounces(recipient) ? 'failed' : 'delivered';
        const both = [createEvent('accepted', recipient, sent, newId()), createEvent(end, recipient, sent, newId())];
        list.push(...both);
        for (const event of both) onEvent?.(event);
      }
    },
    page: (domain, query) => listPage(domain, { query: checkQuery(query), offset: 0 }),
    follow(domain, token) {
      try {
        const cursor = JSON.parse(Buffer.from(token, 'base64url').toString()) as Cursor;
        return listPage(domain, {
          query: checkQuery(cursor.query),
          offset: Math.max(0, Math.trunc(cursor.offset)) || 0,
        });
      } catch (error) {
        if (error instanceof MailgunError) throw error;
        throw new MailgunError(400, 'Invalid paging token');
      }
    },
  };
}

function checkQuery(query: Record<string, unknown>): Record<string, string> {
  for (const [name, value] of Object.entries(query)) {
    if (![...FILTERS, ...PAGE_PARAMETERS].includes(name)) {
      throw new MailgunError(400, `'${name}' is not a filter the sandbox models`, true);
    }
    if (typeof value !== 'string') throw new MailgunError(400, `'${name}' parameter is given more than once`);
  }
  const checked = query as Record<string, string>;
  const limit = Number(checked.limit ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new MailgunError(400, `'limit' must be between 1 and ${MAX_LIMIT}`);
  }
  return checked;
}

function filterEvents(events: MailEvent[], query: Record<string, string>): MailEvent[] {
  const begin = parseTime(query.begin);
  const end = parseTime(query.end);
  const upwards = end !== undefined ? (begin ?? 0) <= end : begin !== undefined;
  const ascending = query.ascending ? /^(yes|true)$/.test(query.ascending) : begin !== undefined && upwards;
  // `begin` is where the search starts, so searching downwards it is the later of the two.
  const [from, until] =
    begin !== undefined && (end !== undefined ? !upwards : !ascending) ? [end, begin] : [begin, end];
  const chosen = events.filter(
    (event) =>
      (from === undefined || event.timestamp >= from) &&
      (until === undefined || event.timestamp <= until) &&
      FILTERS.every((name) => query[name] === undefined || matches(query[name], filterValues(event, name))),
  );
  return ascending ? chosen : chosen.reverse();
}

/** Seconds since the epoch; Mailgun takes those or an RFC 2822 date. */
function parseTime(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value) / 1000;
  if (Number.isNaN(seconds)) throw new MailgunError(400, `'${value}' is not a time`);
  return seconds;
}

/** Filter expressions: values joined by OR, negated by NOT, in quotes or not. */
function matches(expression: string, values: string[]): boolean {
  const terms = expression.split(/\s+OR\s+/i).map((term) => term.trim());
  return terms.some((term) => {
    const negated = /^NOT\s+/i.test(term);
    const wanted = term
      .replace(/^NOT\s+/i, '')
      .replace(/^"|"$/g, '')
      .toLowerCase();
    return values.some((value) => value.toLowerCase() === wanted) !== negated;
  });
}

function filterValues(event: MailEvent, name: (typeof FILTERS)[number]): string[] {
  if (name === 'event') return [event.event];
  if (name === 'recipient') return [event.recipient];
  if (name === 'tags') return event.tags;
  if (name === 'severity') return typeof event.severity === 'string' ? [event.severity] : [];
  const value = event.message.headers[name];
  const address = /<([^<>]+)>/.exec(value)?.[1];
  return address && name !== 'subject' ? [value, address] : [value];
}

function createEvent(event: MailEvent['event'], recipient: string, sent: SentCopy, id: string): MailEvent {
  const { request, copy, messageId, files, size } = sent;
  const domain = recipient.split('@')[1] ?? '';
  const written = (list: { name: string; address: string }[]) =>
    list.map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ');
  return {
    event,
    id,
    timestamp: Date.now() / 1000,
    'log-level': 'info',
    method: 'HTTP',
    recipient,
    'recipient-domain': domain,
    tags: request.tags,
    campaigns: [],
    'user-variables': copy.variables,
    envelope: { transport: 'smtp', sender: request.from.address, targets: recipient },
    flags: {
      'is-routed': false,
      'is-authenticated': true,
      'is-system-test': false,
      'is-test-mode': request.testMode,
    },
    message: {
      headers: { to: written(copy.to), 'message-id': messageId, from: written([request.from]), subject: copy.subject },
      attachments: files.map((file) => ({ filename: file.name, 'content-type': file.type, size: file.size })),
      size,
    },
    ...(event === 'failed'
      ? {
          severity: 'permanent',
          reason: 'bounce',
          'delivery-status': {
            tls: true,
            'mx-host': `mx.${domain}`,
            'attempt-no': 1,
            description: '',
            'session-seconds': 0,
            code: 552,
            'enhanced-code': '5.2.2',
            message: `5.2.2 <${recipient}>: user over quota`,
            'bounce-type': 'hard',
          },
        }
      : {}),
    ...(event === 'delivered'
      ? {
          'delivery-status': {
            tls: true,
            'mx-host': `mx.${domain}`,
            'attempt-no': 1,
            description: '',
            'session-seconds': 0,
            utf8: true,
            code: 250,
            message: 'OK',
            'certificate-verified': true,
          },
        }
      : {}),
  };
}
