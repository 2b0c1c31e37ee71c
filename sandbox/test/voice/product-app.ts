import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the product got it; `params` are those of the query and of the form. */
export interface ProductRequest {
  method: string;
  path: string;
  /** With query, without host. */
  url: string;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  form: Record<string, string>;
}
type Answer = string | { status?: number; type?: string; body?: string | Buffer; headers?: Record<string, string> };
type Handler = (request: ProductRequest, response: ServerResponse) => Answer | Promise<Answer> | null;

export interface ProductApp {
  url: string;
  requests: ProductRequest[];
  /** Sets what a path answers: TwiML inside `<Response>`, or a whole answer, or a function of the request. */
  on(path: string, answer: Answer | Handler): void;
  /** Requests to a path so far. */
  to(path: string): ProductRequest[];
  close(): Promise<void>;
}

const twiml = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;

/** A product of a few lines, on loopback. */
export async function startProductApp(): Promise<ProductApp> {
  const handlers = new Map<string, Answer | Handler>();
  const requests: ProductRequest[] = [];
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://product');
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()));
      const request: ProductRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        url: incoming.url ?? '',
        headers: incoming.headers,
        params: { ...Object.fromEntries(url.searchParams), ...form },
        form,
      };
      requests.push(request);
      const handler = handlers.get(url.pathname) ?? { status: 404, body: 'no such path' };
      void Promise.resolve(typeof handler === 'function' ? handler(request, response) : handler).then((answer) => {
        if (answer === null) return;
        const full = typeof answer === 'string' ? { body: twiml(answer), type: 'text/xml' } : answer;
        response.writeHead(full.status ?? 200, { 'content-type': full.type ?? 'text/xml', ...full.headers });
        response.end(full.body ?? '');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    on: (path, answer) => void handlers.set(path, answer),
    to: (path) => requests.filter((request) => request.path === path),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
