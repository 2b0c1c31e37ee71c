import { Duplex } from 'node:stream';

/** Taken before any test replaces timers. */
const nextTurn = setImmediate;

/** Both ends of a new connection in memory: what one end writes, the other one reads. */
export function connectInMemory(): [client: MemorySocket, server: MemorySocket] {
  const [client, server] = [new MemorySocket('client'), new MemorySocket('server')];
  client.peer = server;
  server.peer = client;
  return [client, server];
}

/** One end of a connection in memory, with what Node's HTTP client and server, and those of SMTP, ask of a socket. */
export class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  readonly localAddress = '127.0.0.1';
  readonly readyState = 'open';
  peer: MemorySocket | undefined;

  constructor(private readonly side: 'client' | 'server') {
    super();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#deliver(chunk, done);
  }

  override _final(done: () => void): void {
    this.#deliver(null, done);
  }

  #deliver(chunk: Buffer | null, done: () => void): void {
    const push = () => {
      if (this.peer && !this.peer.destroyed) this.peer.push(chunk);
      done();
    };
    if (this.side === 'client') push();
    // Not at once: on a real connection, a client that has written its last piece goes on before it has the answer.
    else nextTurn(push);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.peer && !this.peer.destroyed && !this.peer.readableEnded) this.peer.push(null);
    done(error);
  }

  resetAndDestroy(): this {
    this.peer?.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    return this.destroy();
  }

  /** Timeouts of a real socket are real time, which no test waits for. */
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
