import type { Readable } from 'node:stream';
import { asEncodedWords } from './encoded-words';
import { mailHeaders, subjectLine } from './mail-headers';
import { parseSender } from './mailbox';
import { replacePlaceholders, valueNames, valuesOf } from './personal-values';
import type { Message, Recipient } from './provider';
import type { loadSmtpClient } from './smtp-session';

type MailComposer = Awaited<ReturnType<typeof loadSmtpClient>>['MailComposer'];

/** Bytes of an attachment in base64, in lines of 76 characters with CRLF between them. */
function encodedBytes(raw: number): number {
  const characters = Math.ceil(raw / 3) * 4;
  return characters + Math.max(0, Math.ceil(characters / 76) - 1) * 2;
}

/**
 * One recipient's copy of a message (RFC 5322), written while it is read.
 * @param attachment what its attachment contains; undefined when it has none
 */
export function writeMessage(
  Composer: MailComposer,
  message: Message,
  recipient: Recipient,
  attachment: Readable | undefined,
): Readable {
  return compose(Composer, message, recipient, attachment).createReadStream();
}

/** Bytes of that copy; undefined when the size of the attachment is not known. */
export async function measureMessage(
  Composer: MailComposer,
  message: Message,
  recipient: Recipient,
): Promise<number | undefined> {
  const { attachment } = message;
  if (attachment !== undefined && attachment.bytes === undefined) return undefined;
  const frame = await compose(Composer, message, recipient, attachment && Buffer.alloc(0)).build();
  return frame.length + encodedBytes(attachment?.bytes ?? 0);
}

function compose(
  Composer: MailComposer,
  message: Message,
  recipient: Recipient,
  content: Readable | Buffer | undefined,
) {
  const names = valueNames(message);
  const values = valuesOf(recipient, names);
  const personal = (text: string) => replacePlaceholders(text, names, (name) => values[name] ?? '');
  const { address, name = '' } = parseSender(message.from);
  const subject = subjectLine(message);
  const { 'Message-Id': messageId, ...headers } = mailHeaders(message);
  return new Composer({
    from: { address, name },
    to: { address: recipient.address, name: recipient.name ?? '' },
    replyTo: message.replyTo,
    subject: subject.includes('=?') ? asEncodedWords(subject) : subject,
    messageId,
    headers,
    text: personal(message.text),
    html: personal(message.html),
    attachments:
      message.attachment === undefined || content === undefined
        ? []
        : [
            {
              filename: message.attachment.fileName,
              contentType: message.attachment.contentType,
              contentTransferEncoding: 'base64',
              content,
            },
          ],
    newline: 'win',
    // No text of others can name a file or a page.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
}
