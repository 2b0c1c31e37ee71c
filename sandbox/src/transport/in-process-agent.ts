import http from 'node:http';
import type { Duplex } from 'node:stream';
import { isObject } from '../world/is-object';
import { findInProcessServer, isInProcess } from './in-process-http';
import { connectInMemory } from './memory-socket';

/**
 * Makes `http.request` reach servers of `listenInProcess`, for libraries that do not use `fetch`. Both ends speak HTTP,
 * over a pair of streams in memory.
 * @returns a function that puts the native one back
 */
export function installInProcessAgent(): () => void {
  const native = http.request;
  const agent = new InProcessAgent({ keepAlive: false });
  const patched = (...parameters: Parameters<typeof http.request>) => {
    const { url, options, callback } = readParameters(parameters);
    if (!url || !isInProcess(url)) return native(...parameters);
    // The options name the host where there was no URL, and may say another path where there was.
    return native(url, { ...options, agent }, callback);
  };
  http.request = patched as typeof http.request;
  return () => {
    http.request = native;
    agent.destroy();
  };
}

/** Taken before any test replaces timers. */
const nextTurn = setImmediate;

type Callback = (response: http.IncomingMessage) => void;

/** `http.request` takes a URL, options, or both, and a callback after them. */
function readParameters(parameters: readonly unknown[]) {
  const [first] = parameters;
  const options = parameters.find((one): one is http.RequestOptions => isObject(one) && !(one instanceof URL)) ?? {};
  const callback = parameters.find((one): one is Callback => typeof one === 'function');
  if (typeof first === 'string' || first instanceof URL) return { url: new URL(first), options, callback };
  const { hostname, port } = options;
  return { url: hostname && port ? new URL(`http://${hostname}:${port}`) : undefined, options, callback };
}

class InProcessAgent extends http.Agent {
  override createConnection(
    { host, port }: http.ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    const listener = findInProcessServer(new URL(`http://${host}:${port}`));
    const [client, server] = connectInMemory();
    if (listener) {
      http.createServer(listener).emit('connection', server);
      nextTurn(() => client.emit('connect'));
      return client;
    }
    done?.(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }), client);
    return undefined;
  }
}
