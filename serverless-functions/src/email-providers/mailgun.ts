import { PassThrough, pipeline, type Readable } from 'node:stream';
import type { MailgunMessageData } from 'mailgun.js/definitions';
import { parseJsonObject } from '../runtime/json';
import {
  asSendError,
  describeError,
  errorOfAnswer,
  LATER,
  type ProviderError,
  readRetryAfter,
  WITHOUT_RECORDING,
} from './answer';
import { openAttachment } from './attachment-stream';
import { HeldEnd } from './held-end';
import { mailHeaders, subjectLine } from './mail-headers';
import { formatMailbox, quoteSender } from './mailbox';
import { classifyMailgunError } from './mailgun-errors';
import { askForEvents, createMailgunRecords, type MailgunConfiguration } from './mailgun-records';
import { replacePlaceholders, valueNames, valuesOf } from './personal-values';
import type { EmailProvider, Message, SendFailureKind } from './provider';
import { startTimeLimit } from './time-limit';
import { type UploadAnswer, upload } from './upload';

/** Mailgun's limit for a whole message: 25 MB. */
const MAX_MESSAGE_BYTES = 25_000_000;

/** The client is loaded at its first use: a save of the settings rarely sends a mail (ADR 0040). */
async function openClient({ apiKey, baseUrl }: MailgunConfiguration, timeout: number) {
  const { FormData, Mailgun } = await import('./mailgun-client');
  return new Mailgun(FormData).client({ username: 'api', key: apiKey, url: baseUrl.replace(/\/$/, ''), timeout });
}

/** Mailgun through its official client, which writes the request; `upload.ts` sends it. */
export function createMailgunProvider(configuration: MailgunConfiguration): EmailProvider {
  return {
    ...createMailgunRecords(configuration),
    name: 'mailgun',
    maxMessageBytes: MAX_MESSAGE_BYTES,
    holdsMessages: true,
    async send(message, time) {
      const startedAt = Date.now();
      const limit = startTimeLimit(time);
      let stream: Readable | undefined;
      let answer: UploadAnswer | undefined;
      try {
        const client = await openClient(configuration, time.timeoutMs);
        stream = message.attachment && (await openAttachment(message.attachment, limit.signal));
        client.request.requestProvider = {
          setSubAccountHeader: () => undefined,
          resetSubAccountHeader: () => undefined,
          async makeRequest(url, _method, options) {
            const form = (options as unknown as { data: FormBody }).data;
            const authorization = `Basic ${Buffer.from(`api:${configuration.apiKey}`).toString('base64')}`;
            const length = await measure(form);
            // Without a length, the end of the connection might pass for the end of the message.
            if (length === undefined && (await time.release) === false) throw new Error('the message is withheld');
            answer = await upload(
              new URL(url),
              { ...form.getHeaders(), authorization, ...(length === undefined ? {} : { 'content-length': length }) },
              withHeldEnd(readForm(form), length === undefined ? undefined : time.release),
              { timeoutMs: time.timeoutMs - (Date.now() - startedAt), signal: limit.signal },
            );
            return { status: answer.status, body: parseJsonObject(answer.text) ?? {} };
          },
        };
        const result = await client.messages.create(configuration.domain, toMailgunParameters(message, stream));
        if (result.status === 200 && typeof result.id === 'string' && result.id !== '' && answer?.isBodySent)
          return { providerId: result.id, failed: [] };
        throw errorOfAnswer('mailgun', answer!, ownError(answer!));
      } catch (error) {
        throw asSendError('mailgun', error);
      } finally {
        limit.end();
        stream?.destroy();
      }
    },
    async diagnose(error, timeoutMs) {
      const diagnosis = describeError(error);
      if (diagnosis.problem === 'key-refused' && (await isKeyForOtherRegion(configuration, timeoutMs)))
        return { ...diagnosis, problem: 'key-other-region' };
      return diagnosis;
    },
  };
}

/** Keys belong to one region; the other one's host answers anything but 401 to a key that is its own. */
async function isKeyForOtherRegion(configuration: MailgunConfiguration, timeout: number): Promise<boolean> {
  const { baseUrl } = configuration;
  const other = /api\.eu\.mailgun\.net/.test(baseUrl)
    ? baseUrl.replace('api.eu.mailgun.net', 'api.mailgun.net')
    : baseUrl.replace('api.mailgun.net', 'api.eu.mailgun.net');
  if (other === baseUrl) return false;
  const status = await askForEvents({ ...configuration, baseUrl: other }, timeout);
  return status !== undefined && status !== 401 && status < 500;
}

function toMailgunParameters(message: Message, stream: Readable | undefined): MailgunMessageData {
  const { attachment, recipients } = message;
  const names = valueNames(message);
  const asVariables = (text: string) => replacePlaceholders(text, names, (name) => `%recipient.${name}%`);
  return {
    from: quoteSender(message.from),
    to: recipients.map(({ address, name }) => formatMailbox(address, name)),
    // With this Mailgun sends each recipient a message of their own, with only them in To.
    'recipient-variables': JSON.stringify(
      Object.fromEntries(recipients.map((recipient) => [recipient.address, valuesOf(recipient, names)])),
    ),
    subject: withoutVariables(subjectLine(message)),
    text: asVariables(withoutVariables(message.text)),
    html: asVariables(message.html.replace(VARIABLE, '&#37;$1')),
    ...Object.fromEntries(Object.entries(mailHeaders(message)).map(([name, value]) => [`h:${name}`, value])),
    ...(message.replyTo === undefined ? {} : { 'h:Reply-To': message.replyTo }),
    // Rewritten links would leak who listens, and break signatures.
    'o:tracking': 'no',
    'o:tracking-clicks': 'no',
    'o:tracking-opens': 'no',
    'o:require-tls': message.requireTls === false ? 'no' : 'yes',
    'o:tag': ['voicemail'],
    ...(attachment === undefined || stream === undefined
      ? {}
      : {
          attachment: {
            data: stream,
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

/** Mailgun's own error in an answer: JSON with a message, or the plain word for a refused key. */
function ownError({ status, text }: UploadAnswer): ProviderError | undefined {
  const message = parseJsonObject(text)?.message;
  const words = status === 401 && text.trim() === 'Forbidden' ? text : message;
  if (typeof words !== 'string') return undefined;
  const { problem, detail } = classifyMailgunError(status, words);
  const [kind, advice] = failureFor(status, problem);
  // "request limit exceeded, try again after Mon, 20 Dec 2021 20:33:21 UTC", as Mailgun's answers were published.
  const [, until] = /try again after ([\w, :]{10,40})/.exec(words) ?? [];
  return { kind, problem, advice, detail, retryAfterMs: readRetryAfter(until, Date.now()) };
}

function failureFor(status: number, problem: ProviderError['problem']): [SendFailureKind, string] {
  switch (problem) {
    case 'limit-reached':
      return ['retryable', 'Mailgun limits how fast it takes mail; it is sent again later.'];
    case 'too-large':
      return ['too-large', WITHOUT_RECORDING];
    // A sandbox domain takes mail for its authorized recipients alone, and refuses a request with any other.
    case 'recipient-refused':
    case 'sandbox-domain':
      return ['recipient', 'Check the recipient: Mailgun refuses the address.'];
    case 'account-disabled':
      return ['misconfigured', 'Check the Mailgun account: it does not allow sending now.'];
    case 'key-refused':
    case 'domain-unknown':
    case 'domain-not-verified':
      return ['misconfigured', 'Check MAILGUN_API_KEY, MAILGUN_DOMAIN and, for the EU region, MAILGUN_API_BASE_URL.'];
    default:
      return status === 408 || status === 425
        ? ['retryable', LATER]
        : ['permanent', 'Mailgun refuses this message: check its recipients and MAIL_FROM.'];
  }
}

/** `form-data` builds on the streams of Node 0.8. */
type FormBody = NodeJS.EventEmitter & {
  pipe(destination: PassThrough): void;
  getHeaders(): Record<string, string>;
  getLength(callback: (error: Error | null, length: number) => void): void;
};

/** A form as a stream of today. It says nothing of errors before it is read. */
function readForm(form: FormBody): Readable {
  const body = new PassThrough();
  form.on('error', (error: Error) => body.destroy(error));
  form.pipe(body);
  return body;
}

function withHeldEnd(body: Readable, release: Promise<boolean> | undefined): Readable {
  return release === undefined ? body : pipeline(body, new HeldEnd(release), () => undefined);
}

/** @returns bytes of the whole form; undefined when the size of the recording is not known */
async function measure(form: FormBody): Promise<number | undefined> {
  return new Promise((resolve) => form.getLength((error, length) => resolve(error ? undefined : length)));
}
