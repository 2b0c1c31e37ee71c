import { PassThrough, type Readable, type Transform } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Address, SendRequest } from './mailgun-parameters';
import { MESSAGE_LIMIT, messageTooLarge, type UploadedFile } from './mailgun-upload';

/** One message as it will lie in a mailbox. */
export interface MessageCopy {
  to: Address[];
  /** Everyone it is delivered to, Cc and Bcc included. */
  recipients: string[];
  subject: string;
  text: string | undefined;
  html: string | undefined;
  ampHtml: string | undefined;
  headers: { name: string; value: string }[];
  variables: Record<string, string>;
}

/**
 * The copies of a request. With `recipient-variables` each To address gets a separate copy, which names no one
 * else in To (Mailgun, batch sending); Cc and Bcc then get every one of those copies. Without, there is one message.
 */
export function createCopies(request: SendRequest): MessageCopy[] {
  const { cc, bcc, subject, text, html, ampHtml, headers, variables } = request;
  const others = [...cc, ...bcc].map(({ address }) => address);
  const whole = { subject, text, html, ampHtml, headers, variables };
  const batch = request.recipientVariables;
  if (!batch) return [{ ...whole, to: request.to, recipients: unique([...toAddressList(request.to), ...others]) }];
  return request.to.map((recipient) => {
    const own = batch.get(recipient.address.toLowerCase()) ?? {};
    const fill = (template: string) => substitute(template, recipient, own);
    return {
      to: [recipient],
      recipients: unique([recipient.address, ...others]),
      subject: fill(subject),
      text: text && fill(text),
      html: html && fill(html),
      ampHtml: ampHtml && fill(ampHtml),
      headers: headers.map(({ name, value }) => ({ name, value: fill(value) })),
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)])),
    };
  });
}

const toAddressList = (list: Address[]) => list.map(({ address }) => address);
const unique = (addresses: string[]) => [...new Set(addresses)];

/** `%recipient.key%` and `%recipient%`; what has no value is left as written, as Mailgun leaves it. */
function substitute(template: string, recipient: Address, own: Record<string, unknown>): string {
  return template
    .replaceAll('%recipient%', recipient.name ? `${recipient.name} <${recipient.address}>` : recipient.address)
    .replace(/%recipient\.([\w.-]+)%/g, (whole, key: string) => {
      const value = own[key];
      return value === undefined || value === null ? whole : typeof value === 'string' ? value : JSON.stringify(value);
    });
}

/** The message id a request asks for by `h:Message-Id`, in angle brackets; undefined when it leaves that to Mailgun. */
export function requestedMessageId(request: SendRequest): string | undefined {
  const value = request.headers.find(({ name }) => /^message-id$/i.test(name))?.value.trim();
  return value && `<${value.replace(/^<|>$/g, '')}>`;
}

/** One copy as an RFC 5322 stream; fails with 413 once the encoded message passes Mailgun's 25 MB. */
export function composeCopy(
  copy: MessageCopy,
  request: SendRequest,
  messageId: string,
  files: UploadedFile[],
): Readable {
  const attachments = files.map(({ field, name, type, path }) => ({
    filename: name,
    contentType: type,
    path,
    // Mailgun: an inline file is referred to as cid:<its name>.
    ...(field === 'inline' ? { cid: name, contentDisposition: 'inline' as const } : {}),
  }));
  const custom = copy.headers.filter(({ name }) => !/^message-id$/i.test(name));
  const composer = new MailComposer({
    from: request.from,
    to: copy.to,
    cc: request.cc,
    subject: copy.subject,
    text: copy.text,
    html: copy.html,
    amp: copy.ampHtml,
    messageId,
    date: new Date(),
    headers: [
      ...custom.map(({ name, value }) => ({
        key: name,
        value: PARSED_HEADERS.test(name) ? value : unencodedHeader(value),
      })),
      ...request.tags.map((tag) => ({ key: 'X-Mailgun-Tag', value: tag })),
      ...(Object.keys(copy.variables).length > 0
        ? [{ key: 'X-Mailgun-Variables', value: unencodedHeader(asciiJson(copy.variables)) }]
        : []),
    ],
    attachments,
  });
  const message = composer.compile().createReadStream();
  const limited = limitSize();
  // `pipe` carries no errors across; without this an attachment that cannot be read would leave the reader waiting.
  message.on('error', (error: Error) => limited.destroy(error));
  message.pipe(limited);
  return limited;
}

/** Headers that nodemailer reads, as addresses or message ids, and writes itself. */
const PARSED_HEADERS = /^(reply-to|sender|errors-to|resent-.*|references|in-reply-to)$/i;

/** Keeps ASCII unchanged, because nodemailer would encode text with a quotation mark. Line ends cannot occur. */
function unencodedHeader(value: string): string | { prepared: boolean; foldLines: boolean; value: string } {
  const line = value.replace(/[\r\n]+/g, ' ');
  return /^[\x20-\x7e\t]*$/.test(line) ? { prepared: true, foldLines: true, value: line } : line;
}

const asciiJson = (value: unknown) =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function limitSize(): Transform {
  let size = 0;
  return new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > MESSAGE_LIMIT) done(messageTooLarge());
      else done(null, chunk);
    },
  });
}
