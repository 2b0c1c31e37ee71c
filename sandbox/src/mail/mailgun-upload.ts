import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { MailgunError } from './mailgun-error';
import { delay, meterUpload, type Throttle } from './upload-meter';

export interface UploadedFile {
  field: string;
  name: string;
  type: string;
  /** Bytes as they came. */
  size: number;
  /** Where its bytes lie until `discard`. */
  path: string;
}

export interface Upload {
  fields: [name: string, value: string][];
  files: UploadedFile[];
  /** Bytes of the request's body. */
  bytes: number;
  /** Removes the files from the disk. */
  discard(): Promise<void>;
}

/** Mailgun takes messages up to 25 MB (api-sending); decimal, because that is the stricter reading. */
export const MESSAGE_LIMIT = 25_000_000;

/**
 * Reads a form to send: fields to memory, files to disk.
 * @throws MailgunError 413 over 25 MB, 400 for a body that is no form or breaks off, without having read the rest
 */
export async function readUpload(request: IncomingMessage, throttle: Throttle): Promise<Upload> {
  const directory = await mkdtemp(join(tmpdir(), 'mailgun-upload-'));
  const discard = () => rm(directory, { recursive: true, force: true });
  const upload: Upload = { fields: [], files: [], bytes: 0, discard };
  try {
    if (throttle.latencyMs) await delay(throttle.latencyMs);
    await readForm(request, upload, directory, throttle);
    return upload;
  } catch (error) {
    await discard();
    if (error instanceof MailgunError) throw error;
    throw new MailgunError(
      400,
      `The form could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readForm(request: IncomingMessage, upload: Upload, directory: string, throttle: Throttle): Promise<void> {
  return new Promise((resolve, reject) => {
    const writes: Promise<void>[] = [];
    const form = formReader(request, (field, name, type, content) => {
      const file = { field, name, type, size: 0, path: join(directory, String(upload.files.length)) };
      upload.files.push(file);
      content.on('data', (chunk: Buffer) => {
        file.size += chunk.length;
      });
      const write = pipeline(content, createWriteStream(file.path));
      write.catch(reject);
      writes.push(write);
    });
    const meter = meterUpload(request, {
      ...{ limit: MESSAGE_LIMIT, tooLarge: messageTooLarge, throttle },
      count: (bytes) => {
        upload.bytes += bytes;
      },
    });
    // Not `pipeline`: on failure it destroys the request, and with it the connection the refusal has to go back on.
    const fail = (error: Error) => {
      request.unpipe(meter);
      form.destroy();
      reject(error);
    };
    form.on('field', (name, value) => upload.fields.push([name, value]));
    form.on('close', () => Promise.all(writes).then(() => resolve(), reject));
    form.on('error', fail);
    meter.on('error', fail);
    request.on('error', fail);
    const onClose = () => {
      if (!request.complete) fail(new Error('the connection closed before the end'));
    };
    request.on('close', onClose);
    // It may have closed while the folder was being made or the latency waited for.
    if (request.destroyed) onClose();
    else request.pipe(meter).pipe(form);
  });
}

function formReader(
  request: IncomingMessage,
  onFile: (field: string, name: string, type: string, content: Readable) => void,
) {
  try {
    return busboy({
      headers: request.headers,
      // Browsers and form-data write UTF-8 names; the default would read them as latin1.
      defParamCharset: 'utf8',
      limits: { fieldSize: MESSAGE_LIMIT, fields: 5000, files: 1000 },
    }).on('file', (field, content, { filename, mimeType }) =>
      onFile(field, filename || 'attachment', mimeType, content),
    );
  } catch {
    throw new MailgunError(400, 'The request must be multipart/form-data or application/x-www-form-urlencoded');
  }
}

export const messageTooLarge = () => new MailgunError(413, 'Message is too large: Mailgun takes messages up to 25 MB');
