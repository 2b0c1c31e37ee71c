import net from 'node:net';
import { connectInMemory, type MemorySocket } from './memory-socket';

/** Taken before any test replaces timers. */
const nextTurn = setImmediate;

type Accept = (socket: MemorySocket) => void;

/** By port. A closed server stays, as undefined. */
const servers = new Map<number, Accept | undefined>();
/** As in `listenInProcess`: no real server of a test has one of these. */
const MAX_PORT = 1023;
let lastPort = 0;

/** Takes connections of this process without a socket of the system; `port` is one that `net.connect` then knows. */
export function acceptInProcess(accept: Accept): { port: number; close(): void } {
  lastPort = (lastPort % MAX_PORT) + 1;
  const port = lastPort;
  servers.set(port, accept);
  return { port, close: () => void servers.set(port, undefined) };
}

/**
 * Makes `net.connect` reach what `acceptInProcess` serves, for protocols other than HTTP.
 * @returns a function that puts the native one back
 */
export function installInProcessSockets(): () => void {
  const native = net.connect;
  const patched = (...parameters: Parameters<typeof net.connect>) => {
    const [options, onConnect] = parameters as unknown as [net.TcpNetConnectOpts, (() => void) | undefined];
    if (typeof options !== 'object' || options.host !== '127.0.0.1' || !servers.has(Number(options.port)))
      return native(...parameters);
    const [client, server] = connectInMemory();
    if (onConnect) client.once('connect', onConnect);
    nextTurn(() => {
      const accept = servers.get(Number(options.port));
      if (client.destroyed) return;
      if (accept === undefined) {
        const refusal = { code: 'ECONNREFUSED', syscall: 'connect' };
        return void client.destroy(Object.assign(new Error('connect ECONNREFUSED'), refusal));
      }
      // As sockets do that are not half-open: https://nodejs.org/api/net.html#new-netsocketoptions
      server.once('end', () => server.end());
      client.once('end', () => client.end());
      accept(server);
      client.emit('connect');
    });
    return client;
  };
  net.connect = patched as unknown as typeof net.connect;
  return () => {
    net.connect = native;
  };
}
