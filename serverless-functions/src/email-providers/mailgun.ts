import FormData from 'form-data';
import Mailgun from 'mailgun.js';
import type { EventsQuery, MailgunMessageData } from 'mailgun.js/definitions';
import { formatMailbox, quoteSender } from './mailbox';
import { type MailgunEvent, summarizeByMessage, summarizeDeliveries, toBounces } from './mailgun-deliveries';
import { classifyMailgunError } from './mailgun-errors';
import { type EmailProvider, EmailSendError, type Message, type SendFailureKind } from './provider';
import { redactAddresses } from './redact-addresses';

export interface MailgunConfiguration {
  apiKey: string;
  domain: string;
  /** `https://api.mailgun.net` or `https://api.eu.mailgun.net`; keys belong to one of the two. */
  baseUrl: string;
}

/** Mailgun's limit for a whole message: 25 MB. */
const MAX_MESSAGE_BYTES = 25_000_000;

/**
 * Mailgun through its official client.
 * The `form-data` package is needed: with Node's own FormData the client buffers the stream and loses its type.
 */
export function createMailgunProvider(configuration: MailgunConfiguration): EmailProvider {
  const client = (timeout: number) =>
    new Mailgun(FormData).client({
      username: 'api',
      key: configuration.apiKey,
      url: configuration.baseUrl.replace(/\/$/, ''),
      timeout,
    });
  return {
    maxMessageBytes: MAX_MESSAGE_BYTES,
    async send(message, timeoutMs) {
      try {
        const result = await client(timeoutMs).messages.create(configuration.domain, toMailgunParameters(message));
        if (typeof result.id !== 'string' || result.id === '') throw unreadableResponse();
        return result.id;
      } catch (error) {
        throw error instanceof EmailSendError ? error : toSendError(error);
      }
    },
    async wasAccepted(messageId, timeoutMs) {
      const events = await fetchEvents({ 'message-id': messageId, limit: 1 }, timeoutMs);
      if (events === undefined) return 'unknown';
      return events.length > 0 ? 'yes' : 'no';
    },
    async fetchDeliveries(messageId, timeoutMs) {
      const query = { 'message-id': messageId, event: 'delivered OR failed', limit: MAX_EVENTS };
      const events = await fetchEvents(query, timeoutMs);
      return events && summarizeDeliveries(events);
    },
    async listDeliveries(messageIds, timeoutMs) {
      const batches: string[][] = [];
      for (let n = 0; n < messageIds.length; n += MESSAGES_PER_REQUEST)
        batches.push(messageIds.slice(n, n + MESSAGES_PER_REQUEST));
      const pages = await Promise.all(
        batches.map((batch) =>
          fetchEvents({ 'message-id': batch.join(' OR '), event: 'delivered OR failed', limit: MAX_EVENTS }, timeoutMs),
        ),
      );
      // A full page may lack events of any of its messages: nothing is said of them rather than something wrong.
      const known = pages.filter((page) => page !== undefined && page.length < MAX_EVENTS) as MailgunEvent[][];
      return batches.length > 0 && known.length === 0 ? undefined : summarizeByMessage(known.flat());
    },
    async listBounces(since, timeoutMs) {
      // Mailgun sorts downwards when the range begins with its later end.
      const range = { begin: String(Math.ceil(Date.now() / 1000)), end: String(Math.floor(since / 1000)) };
      const events = await fetchEvents(
        { ...range, event: 'failed', severity: 'permanent', limit: MAX_EVENTS },
        timeoutMs,
      );
      return events && toBounces(events);
    },
    async diagnose(error, timeoutMs) {
      const { status, details } = readError(error.cause);
      const diagnosis = classifyMailgunError(error.code === 'mailgun-unreachable' ? undefined : status, details);
      if (diagnosis.problem === 'key-refused' && (await isKeyForOtherRegion(configuration, timeoutMs)))
        return { ...diagnosis, problem: 'key-other-region' };
      return diagnosis;
    },
  };

  /** Mailgun's record of a message; undefined when it does not answer as expected. */
  async function fetchEvents(query: EventsQuery, timeoutMs: number): Promise<MailgunEvent[] | undefined> {
    try {
      // Not `client.events.get`: it prints a deprecation to the console, and logs are ours.
      const answer = await client(timeoutMs).request.get(`/v3/${configuration.domain}/events`, query);
      const items: unknown = (answer.body as { items?: unknown } | undefined)?.items;
      return Array.isArray(items) ? (items as MailgunEvent[]) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Mailgun's most for one page. */
const MAX_EVENTS = 300;
/** In one request: a longer list would not fit into a URL, nor its events into a page. */
const MESSAGES_PER_REQUEST = 10;

/** Keys belong to one region; the other one's host answers anything but 401 to a key that is its own. */
async function isKeyForOtherRegion(
  { apiKey, domain, baseUrl }: MailgunConfiguration,
  timeout: number,
): Promise<boolean> {
  const other = /api\.eu\.mailgun\.net/.test(baseUrl)
    ? baseUrl.replace('api.eu.mailgun.net', 'api.mailgun.net')
    : baseUrl.replace('api.mailgun.net', 'api.eu.mailgun.net');
  if (other === baseUrl) return false;
  const client = new Mailgun(FormData).client({ username: 'api', key: apiKey, url: other.replace(/\/$/, ''), timeout });
  try {
    await client.request.get(`/v3/${domain}/events`, { limit: 1 } as EventsQuery);
    return true;
  } catch (error) {
    const { status, message } = readError(error);
    return status !== undefined && status !== 401 && status < 500 && !/^E[A-Z_]+$|timeout/.test(message);
  }
}

function toMailgunParameters(message: Message): MailgunMessageData {
  const { attachment } = message;
  return {
    from: quoteSender(message.from),
    to: message.recipients.map(({ address, name }) => formatMailbox(address, name)),
    // With this Mailgun sends each recipient a message of their own, with only them in To.
    'recipient-variables': JSON.stringify(Object.fromEntries(message.recipients.map(({ address }) => [address, {}]))),
    subject: message.subject,
    text: message.text,
    html: message.html,
    'h:Message-Id': `<${message.messageId}>`,
    // RFC 3834, and Exchange's own: no out-of-office answers.
    'h:Auto-Submitted': 'auto-generated',
    'h:X-Auto-Response-Suppress': 'All',
    // Rewritten links would leak who listens, and break signatures.
    'o:tracking': 'no',
    'o:tracking-clicks': 'no',
    'o:tracking-opens': 'no',
    'o:require-tls': 'yes',
    'o:tag': ['voicemail'],
    ...(attachment === undefined
      ? {}
      : {
          attachment: {
            data: attachment.stream,
            filename: attachment.fileName,
            contentType: attachment.contentType,
            // Taken from the recording's Content-Length: too large a number would hang, too small be refused.
            ...(attachment.bytes === undefined ? {} : { knownLength: attachment.bytes }),
          },
        }),
  };
}

const unreadableResponse = () =>
  new EmailSendError(
    'mailgun-unreadable-answer',
    'retryable',
    true,
    'unconfirmed',
    'Mailgun is queried before the mail is sent again.',
  );

/**
 * The client reports a network failure as status 400 with the system's code as its message, so the message is read
 * before the status.
 */
function toSendError(error: unknown): EmailSendError {
  const { status, message, details } = readError(error);
  if (/^E[A-Z_]+$/.test(message) || /socket hang up|timeout|aborted/i.test(`${message} ${details}`)) {
    const wasNeverSent = message === 'ECONNREFUSED' || message === 'ENOTFOUND' || message === 'EAI_AGAIN';
    return new EmailSendError(
      'mailgun-unreachable',
      'retryable',
      !wasNeverSent,
      'unreachable',
      'It is sent again later.',
      error,
    );
  }
  // A stream that died on the way: status 400, no text of Mailgun's. The body was never complete.
  if (status === 400 && message === '')
    return new EmailSendError(
      'recording-interrupted',
      'retryable',
      false,
      'recording-unavailable',
      'It is sent again later.',
      error,
    );
  if (status === undefined) return unreadableResponse();
  const [kind, advice] = failureForStatus(status);
  // 502 and 504 come from a gateway that does not know what happened behind it.
  const deliveryUncertain = status === 502 || status === 504;
  const { problem, detail = '' } = classifyMailgunError(status, details);
  const words = redactAddresses(detail);
  return new EmailSendError(`mailgun-${status}`, kind, deliveryUncertain, problem, advice, error, words);
}

function failureForStatus(status: number): [SendFailureKind, string] {
  switch (status) {
    case 401:
    case 403:
      return ['misconfigured', 'Check MAILGUN_API_KEY and, for the EU region, MAILGUN_API_BASE_URL.'];
    case 404:
      return ['misconfigured', 'Check MAILGUN_DOMAIN and, for the EU region, MAILGUN_API_BASE_URL.'];
    case 402:
      return ['misconfigured', 'Check the Mailgun account: it does not allow sending now.'];
    case 413:
      return ['too-large', 'It is sent without the recording.'];
    case 429:
    case 420:
      return ['retryable', 'Mailgun limits how fast it takes mail; it is sent again later.'];
    default:
      return status >= 500
        ? ['retryable', 'Mailgun has a fault; it is sent again later.']
        : ['permanent', 'Mailgun refuses this message: check its recipients and MAIL_FROM.'];
  }
}

function readError(error: unknown): { status: number | undefined; message: string; details: string } {
  const { status, message, details } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return {
    status: typeof status === 'number' ? status : undefined,
    message: typeof message === 'string' ? message : '',
    details: typeof details === 'string' ? details : '',
  };
}
