import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A line to a server that breaks for good after so many writes, as when the command that uses it is killed. */
export interface LimitedLine {
  url: string;
  /** Writes that went through. */
  readonly writes: number;
  close(): Promise<void>;
}

/**
 * @param target `http://127.0.0.1:port`
 * @param limit.writes how many requests that change something go through
 * @param limit.isAnswered false: the one after them is carried out, and its answer is lost
 */
export async function createLimitedLine(
  target: string,
  limit: { writes: number; isAnswered: boolean },
): Promise<LimitedLine> {
  let writes = 0;
  let isBroken = false;
  const server = http.createServer((request, response) => {
    const isWrite = request.method !== 'GET';
    const isLast = isWrite && writes === limit.writes;
    if (isBroken || (isLast && limit.isAnswered)) {
      isBroken = true;
      request.socket.destroy();
      return;
    }
    if (isWrite) writes += 1;
    if (isLast) isBroken = true;
    const forwarded = http.request(
      new URL(request.url!, target),
      { method: request.method, headers: request.headers },
      (answer) => {
        if (isLast) {
          answer.resume().once('end', () => request.socket.destroy());
          return;
        }
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    forwarded.once('error', () => request.socket.destroy());
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get writes() {
      return writes;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
