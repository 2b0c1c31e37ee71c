import { request as httpRequest, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { InProcessRequest, isInProcess, listenInProcess } from './in-process-http';
import { type HttpServer, listenOnLoopback } from './loopback-server';

/** How requests travel between the parts of the sandbox: through loopback sockets, or as calls within the process. */
export type Transport = 'http' | 'in-process';

/** Serves requests over a transport. @param port over HTTP only; 0 takes a free one */
export async function listen(transport: Transport, listener: RequestListener, port = 0): Promise<HttpServer> {
  return transport === 'in-process' ? listenInProcess(listener) : listenOnLoopback(listener, port);
}

/** What `sendRequest` needs of a response: `data`, `end`, `error` and `aborted` are emitted. */
interface ClientResponse {
  statusCode?: number;
  headers: IncomingHttpHeaders;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'aborted', listener: () => void): unknown;
}

/** What the sandbox needs of a request that it sends; both `http.ClientRequest` and `InProcessRequest` have it. */
export interface ClientRequest {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'response', listener: (response: ClientResponse) => void): unknown;
  on(event: 'socket', listener: (socket: { once(event: string, listener: () => void): unknown }) => void): unknown;
  end(body?: string | Buffer): unknown;
  destroy(): unknown;
}

/** Opens a request on a connection of its own, over the transport that serves the URL. */
export function openRequest(
  url: URL,
  options: { method?: string; headers: Record<string, string | string[] | undefined> },
): ClientRequest {
  if (isInProcess(url)) return new InProcessRequest(url, options);
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // A kept-alive connection would outlive a test and hide connection failures.
  return open(url, { ...options, agent: false });
}
