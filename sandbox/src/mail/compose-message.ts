import type { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Address } from './mailgun-parameters';

/** A file of a message: on the disk or in memory. */
export type MessageFile = {
  name: string;
  /** Default: by the name. */
  type?: string;
  /** The text refers to it by that name, as `cid:…`. */
  contentId?: string;
} & ({ path: string } | { content: Buffer });

/** A message as it will lie in a mailbox. */
export interface NewMessage {
  from: Address;
  to: Address[];
  cc?: Address[];
  replyTo?: Address[];
  subject: string;
  text: string | undefined;
  html: string | undefined;
  ampHtml?: string;
  /** With angle brackets. */
  messageId: string;
  headers: { name: string; value: string }[];
  files: readonly MessageFile[];
}

/** A message as an RFC 5322 stream. Headers named Message-ID are left out: it has its own. */
export function composeMessage(message: NewMessage): Readable {
  const { ampHtml: amp, headers, files, messageId, from, to, cc, replyTo, subject, text, html } = message;
  const composer = new MailComposer({
    ...{ from, to, cc, replyTo, subject, text, html, amp, messageId },
    date: new Date(),
    headers: headers
      .filter(({ name }) => !isMessageId(name))
      .map(({ name, value }) => ({ key: name, value: PARSED_HEADERS.test(name) ? value : unencodedHeader(value) })),
    attachments: files.map(({ name, type, contentId, ...source }) => ({
      filename: name,
      contentType: type,
      ...source,
      ...(contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const }),
    })),
  });
  return composer.compile().createReadStream();
}

/** The Message-ID that headers ask for, in angle brackets; undefined when they leave that to the provider. */
export function requestedMessageId(headers: readonly { name: string; value: string }[]): string | undefined {
  const value = headers.find(({ name }) => isMessageId(name))?.value.trim();
  return value && `<${value.replace(/^<|>$/g, '')}>`;
}

const isMessageId = (name: string) => /^message-id$/i.test(name);

/** Headers nodemailer reads as addresses and writes itself. */
const PARSED_HEADERS = /^(reply-to|sender|errors-to|resent-.*|references|in-reply-to)$/i;

/** Keeps ASCII unchanged, because nodemailer would encode text with a quotation mark. Line ends cannot occur. */
function unencodedHeader(value: string): string | { prepared: boolean; foldLines: boolean; value: string } {
  const line = value.replace(/[\r\n]+/g, ' ');
  return /^[\x20-\x7e\t]*$/.test(line) ? { prepared: true, foldLines: true, value: line } : line;
}
