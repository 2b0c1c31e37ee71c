import http from 'node:http';
import { Duplex } from 'node:stream';
import { findInProcessServer, isInProcess } from './in-process-http';

/**
 * Makes `http.request` reach servers of `listenInProcess`, for libraries that do not use `fetch`. Both ends speak HTTP,
 * over a pair of streams in memory.
 * @returns a function that puts the native one back
 */
export function installInProcessAgent(): () => void {
  const native = http.request;
  const agent = new InProcessAgent({ keepAlive: false });
  const patched = (...parameters: Parameters<typeof http.request>) => {
    const [first, ...rest] = parameters as [string | URL | http.RequestOptions, ...unknown[]];
    const hasUrl = typeof first === 'string' || first instanceof URL;
    const url = hasUrl ? new URL(first) : originOf(first);
    if (url === undefined || !isInProcess(url)) return native(...parameters);
    const [options, callback] = (hasUrl ? rest : [first, ...rest]) as [http.RequestOptions, OnResponse?];
    return hasUrl ? native(url, { ...options, agent }, callback) : native({ ...options, agent }, callback);
  };
  http.request = patched as typeof http.request;
  return () => {
    http.request = native;
    agent.destroy();
  };
}

type OnResponse = (response: http.IncomingMessage) => void;

const originOf = ({ hostname, port }: http.RequestOptions) =>
  hostname && port ? new URL(`http://${hostname}:${port}`) : undefined;

class InProcessAgent extends http.Agent {
  override createConnection(
    { host, port }: http.ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const listener = findInProcessServer(new URL(`http://${host}:${port}`));
    const [client, server] = [new MemorySocket(), new MemorySocket()];
    client.peer = server;
    server.peer = client;
    if (listener) {
      http.createServer(listener).emit('connection', server);
      return client;
    }
    done?.(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), client);
    return undefined;
  }
}

/** One end of a connection in memory, with what Node's HTTP client and server ask of a socket. */
class MemorySocket extends Duplex {
  readonly remoteAddress = '127.0.0.1';
  peer: MemorySocket | undefined;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.peer?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.peer?.push(null);
    done();
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
