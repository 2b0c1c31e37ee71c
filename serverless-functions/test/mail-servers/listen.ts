import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

export interface Identity {
  key: string;
  cert: string;
}

export interface Listener {
  port: number;
  connections: { opened: number; open: number };
  /** Ends all connections, too. */
  close(): Promise<void>;
}

/** Listens on a free port of this machine. @param identity for TLS from the beginning */
export async function listen(onConnection: (socket: Socket) => void, identity?: Identity): Promise<Listener> {
  const sockets = new Set<Socket>();
  const connections = { opened: 0, open: 0 };
  const accept = (socket: Socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  };
  const server = identity === undefined ? net.createServer(accept) : tls.createServer({ ...identity }, accept);
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    connections.opened += 1;
    connections.open += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connections.open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
