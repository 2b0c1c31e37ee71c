import { PassThrough, type Readable, type Transform } from 'node:stream';
import { composeMessage } from './compose-message';
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

/** One copy as an RFC 5322 stream; fails with 413 once the encoded message passes Mailgun's 25 MB. */
export function composeCopy(
  copy: MessageCopy,
  request: SendRequest,
  messageId: string,
  files: UploadedFile[],
): Readable {
  const message = composeMessage({
    from: request.from,
    to: copy.to,
    cc: request.cc,
    subject: copy.subject,
    text: copy.text,
    html: copy.html,
    ampHtml: copy.ampHtml,
    messageId,
    headers: [
      ...copy.headers,
      ...request.tags.map((tag) => ({ name: 'X-Mailgun-Tag', value: tag })),
      ...(Object.keys(copy.variables).length > 0
        ? [{ name: 'X-Mailgun-Variables', value: asciiJson(copy.variables) }]
        : []),
    ],
    // Mailgun: an inline file is referred to as cid:<its name>.
    files: files.map(({ field, name, type, path }) => ({
      ...{ name, type, path },
      contentId: field === 'inline' ? name : undefined,
    })),
  });
  const limited = limitSize();
  // `pipe` carries no errors across; without this an attachment that cannot be read would leave the reader waiting.
  message.on('error', (error: Error) => limited.destroy(error));
  message.pipe(limited);
  return limited;
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
