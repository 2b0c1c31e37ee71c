import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream';
import { recordingInterrupted } from './answer';
import type { Attachment } from './provider';

/**
 * Opens an attachment. Its stream fails when it has another length than was said: a provider that was told a length would
 * wait for what is missing.
 * @param signal what opens after its end is closed at once
 * @throws EmailSendError when the signal aborts first; what opening the attachment throws
 */
export async function openAttachment(attachment: Attachment, signal: AbortSignal): Promise<Readable> {
  const stream = await openInTime(attachment, signal);
  // Whoever reads it hears of its errors; before that, nobody may.
  stream.on('error', () => undefined);
  if (attachment.bytes === undefined) return stream;
  const exact = new ExactLength(attachment.bytes);
  exact.on('error', () => undefined);
  return pipeline(stream, exact, () => undefined);
}

function openInTime(attachment: Attachment, signal: AbortSignal): Promise<Readable> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(recordingInterrupted(signal.reason));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    attachment
      .open()
      .then((stream) => {
        if (signal.aborted) stream.on('error', () => undefined).destroy();
        else resolve(stream);
      }, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Passes bytes on, and fails when there are more or fewer than expected. */
class ExactLength extends Transform {
  constructor(private missing: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.missing -= chunk.length;
    if (this.missing < 0) done(new Error('the attachment is longer than was said'));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    done(this.missing === 0 ? null : new Error('the attachment is shorter than was said'));
  }
}
