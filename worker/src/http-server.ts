import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  body?: object;
}

/** What the worker answers. */
export interface Routes {
  health(): Promise<Answer>;
  /** @param path with its query */
  eventStreams(path: string, signature: string | undefined, body: string): Promise<Answer>;
}

/** Far more than a batch of events. */
const MAX_BODY_BYTES = 4_000_000;

/** @returns the port */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** A server with two addresses: `/health`, and `/event-streams` for the sink. */
export function createHttpServer(routes: Routes): Server {
  return createServer((request, response) => {
    void answer(routes, request)
      .catch((): Answer => ({ status: 500 }))
      .then(({ status, body }) => {
        response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
  });
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const { method, url = '/', headers } = request;
  const [path] = url.split('?');
  if (method === 'GET' && path === '/health') return routes.health();
  if (method !== 'POST' || path !== '/event-streams') return { status: 404 };
  const body = await readBody(request);
  if (body === undefined) return { status: 413 };
  return routes.eventStreams(url, headers['x-twilio-signature']?.toString(), body);
}

/** @returns undefined when it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
