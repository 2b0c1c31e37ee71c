import type { IncomingHttpHeaders } from 'node:http';
import { openRequest } from '../transport/transport';

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** No usable response. `ct`: not connected; `rt`: connected, but the response was late or incomplete. */
export class HttpRequestError extends Error {
  constructor(
    readonly phase: 'ct' | 'rt',
    message: string,
  ) {
    super(message);
  }
}

export interface HttpRequestOptions {
  /** Where to connect. */
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string;
  connectMs: number;
  /** Longest wait for the first byte of the response, and between two reads. */
  readMs: number;
  totalMs: number;
  maxBytes: number;
  /** Receives the function that aborts the request. */
  onStart?: (abort: () => void) => void;
}

/**
 * Sends one HTTP request without following redirects. Timeouts use the global setTimeout, so virtual time applies.
 * @throws HttpRequestError
 */
export function sendHttpRequest(request: HttpRequestOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let phase: 'ct' | 'rt' = 'ct';
    let done = false;
    const timers: Record<string, NodeJS.Timeout> = {};
    const arm = (name: string, ms: number, message: string) => {
      clearTimeout(timers[name]);
      timers[name] = setTimeout(() => fail(message), ms);
    };
    const finish = () => {
      done = true;
      for (const timer of Object.values(timers)) clearTimeout(timer);
    };
    const fail = (message: string) => {
      if (done) return;
      finish();
      reject(new HttpRequestError(phase, message));
      outgoing.destroy();
    };
    const outgoing = openRequest(request.url, { method: request.method, headers: request.headers });
    outgoing.on('error', (error) => fail(error.message));
    outgoing.on('socket', (socket) => {
      const connected = () => {
        phase = 'rt';
        clearTimeout(timers.connect);
        arm('read', request.readMs, `no answer within ${request.readMs} ms`);
      };
      socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
    });
    outgoing.on('response', (incoming) => {
      const parts: Buffer[] = [];
      let size = 0;
      arm('read', request.readMs, `the answer stopped for ${request.readMs} ms`);
      incoming.on('data', (part: Buffer) => {
        arm('read', request.readMs, `the answer stopped for ${request.readMs} ms`);
        parts.push(part);
        size += part.length;
        if (size > request.maxBytes) fail(`the answer is longer than ${request.maxBytes} bytes`);
      });
      incoming.on('end', () => {
        if (done) return;
        finish();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(parts) });
      });
      incoming.on('error', (error) => fail(error.message));
      incoming.on('aborted', () => fail('the connection broke in the middle of the answer'));
    });
    arm('connect', request.connectMs, `no connection within ${request.connectMs} ms`);
    arm('total', request.totalMs, `not done within ${request.totalMs} ms`);
    request.onStart?.(() => fail('broken off'));
    outgoing.end(request.body);
  });
}
