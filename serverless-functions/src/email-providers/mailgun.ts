import type { EventsQuery, MailgunMessageData } from 'mailgun.js/definitions';
import { formatMailbox, quoteSender } from './mailbox';
import { classifyMailgunError } from './mailgun-errors';
import { createMailgunRecords, type MailgunConfiguration } from './mailgun-records';
import { type EmailProvider, EmailSendError, type Message, type SendFailureKind } from './provider';
import { redactAddresses } from './redact-addresses';

/** Mailgun's limit for a whole message: 25 MB. */
const MAX_MESSAGE_BYTES = 25_000_000;

/** The client is loaded at its first use: a save of the settings rarely sends a mail (ADR 0040). */
async function openClient({ apiKey, baseUrl }: MailgunConfiguration, timeout: number) {
  const { FormData, Mailgun } = await import('./mailgun-client');
  return new Mailgun(FormData).client({ username: 'api', key: apiKey, url: baseUrl.replace(/\/$/, ''), timeout });
}

/** Mailgun through its official client. */
export function createMailgunProvider(configuration: MailgunConfiguration): EmailProvider {
  return {
    ...createMailgunRecords(configuration),
    maxMessageBytes: MAX_MESSAGE_BYTES,
    async send(message, timeoutMs) {
      try {
        const client = await openClient(configuration, timeoutMs);
        const result = await client.messages.create(configuration.domain, toMailgunParameters(message));
        if (typeof result.id !== 'string' || result.id === '') throw unreadableResponse();
        return result.id;
      } catch (error) {
        throw error instanceof EmailSendError ? error : toSendError(error);
      }
    },
    async diagnose(error, timeoutMs) {
      const { status, details } = readError(error.cause);
      const diagnosis = classifyMailgunError(error.code === 'mailgun-unreachable' ? undefined : status, details);
      if (diagnosis.problem === 'key-refused' && (await isKeyForOtherRegion(configuration, timeoutMs)))
        return { ...diagnosis, problem: 'key-other-region' };
      return diagnosis;
    },
  };
}

/** Keys belong to one region; the other one's host answers anything but 401 to a key that is its own. */
async function isKeyForOtherRegion(configuration: MailgunConfiguration, timeout: number): Promise<boolean> {
  const { domain, baseUrl } = configuration;
  const other = /api\.eu\.mailgun\.net/.test(baseUrl)
    ? baseUrl.replace('api.eu.mailgun.net', 'api.mailgun.net')
    : baseUrl.replace('api.mailgun.net', 'api.eu.mailgun.net');
  if (other === baseUrl) return false;
  const client = await openClient({ ...configuration, baseUrl: other }, timeout);
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
    subject: withoutVariables(message.subject),
    text: withoutVariables(message.text),
    html: message.html.replace(VARIABLE, '&#37;$1'),
    'h:Message-Id': `<${message.messageId}>`,
    ...(message.replyTo === undefined ? {} : { 'h:Reply-To': message.replyTo }),
    ...(message.listId === undefined ? {} : { 'h:List-Id': `<${message.listId}>` }),
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

/**
 * What Mailgun would fill in, wherever it stands (documentation.mailgun.com: "Batch Sending", "Unsubscribes"). Callers and
 * agents may have written it.
 */
const VARIABLE = /%(recipient|unsubscribe_url|tag_unsubscribe_url|mailing_list_unsubscribe_url)/gi;

/** Text in which Mailgun finds no variable, although it looks the same: a word joiner shows as nothing. */
const withoutVariables = (text: string) => text.replace(VARIABLE, '%\u2060$1');

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
