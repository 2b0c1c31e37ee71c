import type { IncomingMessage } from 'node:http';
import { delay, meterUpload, type Throttle } from './upload-meter';

/** The connection closed before the body was whole: nobody is left to answer. */
export class BodyInterrupted extends Error {
  constructor() {
    super('the connection closed before the end');
    this.name = 'BodyInterrupted';
  }
}

/**
 * Reads a body into memory.
 * @throws what `tooLarge` returns above the limit, without having read the rest; BodyInterrupted
 */
export async function readBody(
  request: IncomingMessage,
  options: { limit: number; tooLarge: () => Error; throttle: Throttle },
): Promise<Buffer> {
  if (options.throttle.latencyMs) await delay(options.throttle.latencyMs);
  const meter = meterUpload(request, options);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const fail = (error: Error) => {
      request.unpipe(meter);
      reject(error);
    };
    meter.on('data', (chunk: Buffer) => chunks.push(chunk));
    meter.on('end', () => resolve(Buffer.concat(chunks)));
    meter.on('error', fail);
    request.on('error', fail);
    const onClose = () => {
      if (!request.complete) fail(new BodyInterrupted());
    };
    request.on('close', onClose);
    if (request.destroyed) onClose();
    else request.pipe(meter);
  });
}
