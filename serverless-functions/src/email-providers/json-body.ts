import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Attachment } from './provider';

/** JSON with one attachment in it, which is encoded while it is read: nobody holds the whole text. */
export interface JsonBody {
  /** Bytes; undefined when the attachment's size is not known. */
  length: number | undefined;
  /** @param attachment its errors are the body's */
  stream(attachment: Readable | undefined): Readable;
}

/** @param document the value, given what stands for the attachment's content in base64 */
export function jsonBody(document: (content: string) => object, attachment: Attachment | undefined): JsonBody {
  const content = randomUUID();
  const [head = '', tail = ''] = JSON.stringify(document(content)).split(content);
  const size = attachment === undefined ? 0 : attachment.bytes;
  return {
    length:
      size === undefined ? undefined : Buffer.byteLength(head) + Math.ceil(size / 3) * 4 + Buffer.byteLength(tail),
    stream: (opened) => Readable.from(encode(head, opened, tail), { objectMode: false }),
  };
}

async function* encode(head: string, attachment: Readable | undefined, tail: string): AsyncGenerator<string> {
  yield head;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of (attachment ?? []) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // Three bytes are four characters; only the last ones are padded.
    const whole = bytes.length - (bytes.length % 3);
    if (whole > 0) yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) yield rest.toString('base64');
  if (tail !== '') yield tail;
}
