import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that answers HTTP requests at an origin. */
export interface HttpServer {
  /** The origin, without a slash at the end. */
  url: string;
  /** Ends every connection, kept-alive ones too. */
  close(): Promise<void>;
}

export interface LoopbackServer extends HttpServer {
  port: number;
  server: Server;
}

/**
 * Listens on a loopback port.
 * @param preferredPort 0 takes a free one
 */
export async function listenOnLoopback(listener: RequestListener, preferredPort = 0): Promise<LoopbackServer> {
  const server = createServer(listener);
  // Longer than a client keeps an idle connection: closing one just as it is reused would look like a fault.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(preferredPort, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    server,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
