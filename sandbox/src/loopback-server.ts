import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  url: string;
  port: number;
  server: Server;
  /** Ends every connection, kept-alive ones too. */
  close(): Promise<void>;
}

/** Listens on a loopback port; 0 takes a free one. */
export async function listenOnLoopback(listener: RequestListener, wanted = 0): Promise<LoopbackServer> {
  const server = createServer(listener);
  // A client's connection must not be closed just as it is used again: that would be a fault nobody asked for.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
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
