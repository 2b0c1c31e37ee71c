import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** A slow line, for benches and time-out tests. */
export interface Throttle {
  /** Milliseconds before the first byte is read. */
  latencyMs?: number;
  bytesPerSecond?: number;
}

/** Requests of which a fault says that they are read slowly. */
const slowRequests = new WeakMap<IncomingMessage, number>();

/** Whoever reads that request's body does it at this speed. */
export function slowDown(request: IncomingMessage, bytesPerSecond: number): void {
  slowRequests.set(request, bytesPerSecond);
}

interface MeterOptions {
  /** Bytes of the whole body. */
  limit: number;
  tooLarge: () => Error;
  /** Of the provider; a fault of the request is slower or faster than that. */
  throttle: Throttle;
  /** @param bytes of each piece */
  count?: (bytes: number) => void;
}

/**
 * What a request's body is piped through: fails above the limit, and keeps to the speed.
 * @throws what `tooLarge` returns, at once, when the head already says so
 */
export function meterUpload(request: IncomingMessage, { limit, tooLarge, throttle, count }: MeterOptions): Transform {
  if (Number(request.headers['content-length']) > limit) throw tooLarge();
  const bytesPerSecond = slowRequests.get(request) ?? throttle.bytesPerSecond;
  let begun: number | undefined;
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      count?.(chunk.length);
      if (bytes > limit) done(tooLarge());
      else if (bytesPerSecond) {
        // Against the clock, not chunk by chunk: timers are late, and the line would be slower than it says.
        begun ??= Date.now();
        setTimeout(() => done(null, chunk), begun + (bytes / bytesPerSecond) * 1000 - Date.now());
      } else done(null, chunk);
    },
  });
}

/**
 * Stops reading a request that has its answer. Its connection stays open, and what comes next on it counts as the rest of
 * the body, as for every HTTP server: a client that sends its next request instead loses it. It has to close the
 * connection (https://www.rfc-editor.org/rfc/rfc9112#section-9.5).
 */
export function leaveUnread(request: IncomingMessage): void {
  request.unpipe();
  request.resume();
}

export const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
