import { EventEmitter } from 'node:events';
import { IncomingMessage, type OutgoingHttpHeaders, type RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpServer } from './loopback-server';

/** Taken before any test replaces timers. */
const nextTurn = setImmediate;

/**
 * Servers by host. The product takes only loopback addresses with a port for Twilio's; the ports used here are those
 * that only root may listen on, so no real server of a test has one. A closed server stays, as undefined.
 */
const servers = new Map<string, RequestListener | undefined>();
const MAX_PORT = 1023;
let lastPort = 0;

/**
 * Serves requests of this process without a socket; the counterpart of `listenOnLoopback`.
 * @throws Error when a thousand are open
 */
export function listenInProcess(listener: RequestListener): HttpServer {
  // Not the lowest that is free: what a client remembers of one server must not be taken for the next one.
  for (let tried = 0; tried < MAX_PORT; tried += 1) {
    const port = (lastPort % MAX_PORT) + 1;
    lastPort = port;
    const host = `127.0.0.1:${port}`;
    // The URL parser drops this one, as the default of http.
    if (port === 80 || servers.get(host)) continue;
    servers.set(host, listener);
    return {
      url: `http://${host}`,
      async close() {
        servers.set(host, undefined);
      },
    };
  }
  throw new Error(`${MAX_PORT} in-process servers are open: some tests do not close theirs`);
}

/** Whether a URL names a server of `listenInProcess`, also one that has been closed. */
export function isInProcess(url: URL): boolean {
  return servers.has(url.host);
}

/** The listener behind an in-process URL; undefined once it is closed. */
export function findInProcessServer(url: URL): RequestListener | undefined {
  return servers.get(url.host);
}

/** What a client reads of a response; emits `data`, `end` and, when the connection breaks, `error`. */
export class InProcessResponse extends EventEmitter {
  constructor(
    readonly statusCode: number,
    readonly headers: Record<string, string | string[]>,
    /** The whole body when the server sent it in one piece; its `data` and `end` follow all the same. */
    readonly wholeBody: Buffer | undefined,
  ) {
    super();
  }
}

/**
 * The part of `http.ClientRequest` that the sandbox uses, for a server of `listenInProcess`. Arrival and answer each
 * take a turn of the event loop, as they do on a socket: requests sent together arrive before either is answered.
 */
export class InProcessRequest extends EventEmitter {
  #socket: ServerSocket | undefined;
  #done = false;

  constructor(
    private readonly url: URL,
    private readonly options: { method?: string; headers: Record<string, string | string[] | undefined> },
  ) {
    super();
  }

  /** Sends the request. */
  end(body?: string | Buffer): void {
    nextTurn(() => {
      if (this.#done) return;
      const listener = findInProcessServer(this.url);
      if (!listener) return this.#fail(connectionError('connect ECONNREFUSED', 'ECONNREFUSED'));
      const connection = new EventEmitter();
      this.emit('socket', connection);
      connection.emit('connect');
      this.#serve(listener, body === undefined ? undefined : Buffer.from(body));
    });
  }

  /** Breaks the request off: the server sees its client go. */
  destroy(): void {
    this.#done = true;
    this.#socket?.destroy();
  }

  #serve(listener: RequestListener, body: Buffer | undefined): void {
    let response: InProcessResponse | undefined;
    const later = (work: () => void) => nextTurn(() => this.#done || work());
    const socket = new ServerSocket((error) =>
      later(() => {
        if (!response) return this.#fail(error);
        this.#done = true;
        response.emit('aborted');
        response.emit('error', error);
      }),
    );
    this.#socket = socket;
    const request = createIncomingMessage(socket, this.url, this.options, body);
    const answer = createServerResponse(request, socket, {
      head: (status, headers, wholeBody) =>
        later(() => {
          response = new InProcessResponse(status, headers, wholeBody);
          this.emit('response', response);
        }),
      data: (chunk) => later(() => response?.emit('data', chunk)),
      end: () =>
        later(() => {
          this.#done = true;
          response?.emit('end');
        }),
    });
    listener(request, answer);
  }

  #fail(error: Error): void {
    this.#done = true;
    this.emit('error', error);
  }
}

/** The server's end of a simulated connection. */
class ServerSocket extends EventEmitter {
  readonly remoteAddress = '127.0.0.1';
  readable = true;
  writable = true;
  destroyed = false;
  finished = false;

  constructor(private readonly onReset: (error: Error) => void) {
    super();
  }

  destroy(): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.readable = false;
    this.writable = false;
    this.emit('close');
    if (!this.finished) this.onReset(connectionError('read ECONNRESET', 'ECONNRESET'));
    return this;
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  resume(): this {
    return this;
  }

  pause(): this {
    return this;
  }
}

function createIncomingMessage(
  socket: ServerSocket,
  url: URL,
  { method = 'GET', headers }: { method?: string; headers: Record<string, string | string[] | undefined> },
  body: Buffer | undefined,
): IncomingMessage {
  const request = new IncomingMessage(socket as unknown as Socket);
  const lowerCased: IncomingMessage['headers'] = { host: url.host };
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) lowerCased[name.toLowerCase()] = value;
  if (body && lowerCased['content-length'] === undefined) lowerCased['content-length'] = String(body.length);
  const raw: string[] = [];
  for (const [name, value] of Object.entries(lowerCased)) for (const one of [value].flat()) raw.push(name, one!);
  Object.assign(request, { method, url: url.pathname + url.search, httpVersion: '1.1' });
  Object.assign(request, { httpVersionMajor: 1, httpVersionMinor: 1, rawHeaders: raw, headers: lowerCased });
  if (body?.length) request.push(body);
  request.push(null);
  request.complete = true;
  return request;
}

/** Where a response's parts go. */
interface ResponseSink {
  head(status: number, headers: Record<string, string | string[]>, wholeBody: Buffer | undefined): void;
  data(chunk: Buffer): void;
  end(): void;
}

/** A real ServerResponse, so that Express can give it its own prototype, with everything that writes replaced. */
function createServerResponse(request: IncomingMessage, socket: ServerSocket, sink: ResponseSink): ServerResponse {
  const response = new ServerResponse(request);
  // `headersSent` and `closed` read these; there is no other way to set them.
  const internal = response as unknown as { socket: unknown; _header: string | null; _closed: boolean };
  internal.socket = socket;
  const close = () => {
    if (internal._closed) return;
    internal._closed = true;
    response.emit('close');
  };
  socket.once('close', () => {
    response.destroyed = true;
    close();
  });
  const start = (wholeBody?: Buffer) => {
    if (internal._header) return;
    internal._header = 'sent';
    sink.head(response.statusCode, readHeaders(response.getHeaders()), wholeBody);
  };
  const hasBody = () => request.method !== 'HEAD' && response.statusCode !== 204 && response.statusCode !== 304;

  return Object.assign(response, {
    writeHead(status: number, reason?: string | OutgoingHttpHeaders, headers?: OutgoingHttpHeaders) {
      response.statusCode = status;
      for (const [name, value] of Object.entries((typeof reason === 'object' ? reason : headers) ?? {})) {
        if (value !== undefined) response.setHeader(name, value);
      }
      start();
      return response;
    },
    flushHeaders: () => start(),
    write(chunk: string | Uint8Array, encoding?: unknown, done?: unknown) {
      if (socket.destroyed) return false;
      start();
      if (hasBody()) sink.data(toBuffer(chunk, encoding));
      callBack(encoding, done);
      return true;
    },
    end(chunk?: unknown, encoding?: unknown, done?: unknown) {
      if (response.writableEnded) return response;
      response.finished = true;
      if (socket.destroyed) return response;
      const bytes = typeof chunk === 'string' || chunk instanceof Uint8Array ? toBuffer(chunk, encoding) : undefined;
      const body = bytes && hasBody() ? bytes : undefined;
      // Before the client hears of it: what the server does when it has answered is done by then.
      nextTurn(() => {
        response.emit('finish');
        callBack(chunk, encoding, done);
        close();
      });
      start(body ?? Buffer.alloc(0));
      if (body) sink.data(body);
      sink.end();
      socket.finished = true;
      return response;
    },
    destroy() {
      socket.destroy();
      return response;
    },
  });
}

function readHeaders(headers: OutgoingHttpHeaders): Record<string, string | string[]> {
  const read: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) read[name] = typeof value === 'number' ? String(value) : value;
  }
  return read;
}

function toBuffer(chunk: string | Uint8Array, encoding: unknown): Buffer {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
}

function callBack(...candidates: unknown[]): void {
  for (const one of candidates) if (typeof one === 'function') one();
}

function connectionError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
