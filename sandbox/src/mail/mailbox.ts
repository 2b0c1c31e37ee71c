import { createReadStream, createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import PostalMime from 'postal-mime';
import { previewText } from './preview';

interface MailAttachment {
  name: string;
  type: string;
  /** Bytes of the decoded attachment. */
  size: number;
}

export interface MailSummary {
  id: string;
  /** Milliseconds since the epoch at which the mailbox took it. */
  at: number;
  /** Addresses of the To header. */
  to: string[];
  /** Everyone this copy was handed to, so Cc and Bcc as well. */
  recipients: string[];
  from: string;
  subject: string;
  /** The beginning of its words; absent in mails of earlier versions. */
  preview?: string;
  /** Bytes of the whole RFC 5322 message. */
  size: number;
  attachments: MailAttachment[];
}

/** What the sender already knows; the message is parsed once to find out the rest. */
type MailMetadata = Pick<MailSummary, 'to' | 'recipients' | 'from' | 'subject' | 'preview' | 'attachments'>;

export interface ParsedMail {
  text: string;
  html: string;
  headers: { name: string; value: string }[];
  attachments: (MailAttachment & { contentId: string | null })[];
}

export interface Mailbox {
  /** Keeps one message; resolves when it is on disk whole. Rejects, keeping nothing, when the stream fails. */
  append(eml: Readable | Buffer, meta?: Partial<MailMetadata>): Promise<MailSummary>;
  /** Newest first. */
  list(): MailSummary[];
  get(id: string): MailSummary | undefined;
  /** The message as sent; undefined when there is none of that id. */
  read(id: string): Promise<Buffer | undefined>;
  /** The same as a stream, for downloads. */
  open(id: string): Readable | undefined;
  parsed(id: string): Promise<ParsedMail | undefined>;
  /** The decoded bytes of attachment `n` (from 0). */
  attachment(id: string, n: number): Promise<{ name: string; type: string; content: Buffer } | undefined>;
  clear(): Promise<void>;
  /** Calls back for every later arrival (the summary) and for `clear` (null); returns a function that stops it. */
  subscribe(listener: (mail: MailSummary | null) => void): () => void;
}

const ID = /^\d{13,16}-\d{4,}$/;

/**
 * The mailbox kept in a folder: `<id>.eml` as sent and `<id>.json`, its line in the list. Made when it is not there.
 */
export function openMailbox(directory: string): Mailbox {
  mkdirSync(directory, { recursive: true });
  const mails = readFolder(directory);
  const listeners = new Set<(mail: MailSummary | null) => void>();
  let last = mails.reduce((most, mail) => Math.max(most, Number(mail.id.split('-')[1])), 0);
  const known = (id: string) => mails.find((mail) => mail.id === id);
  const eml = (id: string) => join(directory, `${id}.eml`);

  const read = async (id: string) => (known(id) ? readFile(eml(id)) : undefined);
  const parse = async (id: string) => {
    const raw = await read(id);
    return raw && PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
  };

  return {
    async append(source, meta) {
      last += 1;
      const at = Date.now();
      const id = `${String(at).padStart(13, '0')}-${String(last).padStart(4, '0')}`;
      const part = `${eml(id)}.part`;
      try {
        await pipeline(Buffer.isBuffer(source) ? Readable.from([source]) : source, createWriteStream(part));
        const { size } = await stat(part);
        const mail: MailSummary = {
          id,
          at,
          size,
          ...(isComplete(meta) ? meta : { ...(await extractMetadata(part)), ...meta }),
        };
        await rename(part, eml(id));
        // The list entry is written last: a message without one is a message that never arrived whole.
        await writeFile(join(directory, `${id}.json`), JSON.stringify(mail));
        mails.unshift(mail);
        mails.sort(newestFirst);
        for (const listener of listeners) listener(mail);
        return mail;
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },
    list: () => [...mails],
    get: known,
    read,
    open: (id) => (known(id) ? createReadStream(eml(id)) : undefined),
    async parsed(id) {
      const mail = await parse(id);
      if (!mail) return undefined;
      return {
        text: mail.text ?? '',
        html: mail.html ?? '',
        headers: mail.headers.map(({ originalKey, key, value }) => ({ name: originalKey ?? key, value })),
        attachments: mail.attachments.map((file) => ({
          name: file.filename ?? 'attachment',
          type: file.mimeType,
          size: toBuffer(file.content).length,
          contentId: file.contentId?.replace(/^<|>$/g, '') ?? null,
        })),
      };
    },
    async attachment(id, n) {
      const file = (await parse(id))?.attachments[n];
      return file && { name: file.filename ?? 'attachment', type: file.mimeType, content: toBuffer(file.content) };
    },
    async clear() {
      const gone = mails.splice(0);
      for (const { id } of gone) {
        await rm(join(directory, `${id}.json`), { force: true });
        await rm(eml(id), { force: true });
      }
      for (const listener of listeners) listener(null);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const newestFirst = (a: MailSummary, b: MailSummary) => b.at - a.at || (b.id > a.id ? 1 : -1);

function readFolder(directory: string): MailSummary[] {
  const names = new Set(readdirSync(directory));
  // A crash while a message was being written leaves its first half behind.
  for (const name of names) if (name.endsWith('.part')) rmSync(join(directory, name), { force: true });
  return [...names]
    .filter((name) => name.endsWith('.json') && ID.test(name.slice(0, -5)) && names.has(`${name.slice(0, -5)}.eml`))
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(directory, name), 'utf8')) as MailSummary];
      } catch {
        return [];
      }
    })
    .sort(newestFirst);
}

const isComplete = (meta: Partial<MailMetadata> = {}): meta is MailMetadata =>
  ['to', 'recipients', 'from', 'subject', 'attachments'].every((name) => name in meta);

/** The list entry of a message that came without one. */
async function extractMetadata(path: string): Promise<MailMetadata> {
  const mail = await PostalMime.parse(await readFile(path), { attachmentEncoding: 'arraybuffer' });
  const addresses = (list: typeof mail.to) => (list ?? []).flatMap((entry) => entry.address ?? []);
  const from = mail.from?.address ?? '';
  return {
    to: addresses(mail.to),
    recipients: [...addresses(mail.to), ...addresses(mail.cc), ...addresses(mail.bcc)],
    from: mail.from?.name ? `${mail.from.name} <${from}>` : from,
    subject: mail.subject ?? '',
    preview: previewText(mail),
    attachments: mail.attachments.map((file) => ({
      name: file.filename ?? 'attachment',
      type: file.mimeType,
      size: toBuffer(file.content).length,
    })),
  };
}

const toBuffer = (content: ArrayBuffer | Uint8Array | string) =>
  typeof content === 'string' ? Buffer.from(content, 'base64') : Buffer.from(content as ArrayBuffer);
