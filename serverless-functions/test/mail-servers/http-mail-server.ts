import http, { type IncomingHttpHeaders } from 'node:http';
import { type Identity, listen } from './listen';
import type { MailServer, ReceivedMail } from './received-mail';

export interface ApiRequest {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface ApiAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface HttpMailServer extends MailServer {
  requests: ApiRequest[];
  /** What all further messages are answered, instead of what the API answers. */
  answer?: ApiAnswer;
}

/** The half of a provider that reads a request. */
export interface MailApi {
  /** The mails that a request makes, or what it is refused with. */
  take(request: ApiRequest): Promise<ReceivedMail[] | ApiAnswer>;
  accepted: ApiAnswer;
}

/** Enough to be in the middle of a message with a recording. */
const MIDDLE_BYTES = 100_000;

export async function startHttpMailServer(api: MailApi, identity?: Identity): Promise<HttpMailServer> {
  const parser = http.createServer();
  const listener = await listen((socket) => {
    if (server.nextFault === 'reset when connected') {
      server.nextFault = undefined;
      socket.resetAndDestroy();
    } else parser.emit('connection', socket);
  }, identity);
  const server: HttpMailServer = {
    port: listener.port,
    mails: [],
    requests: [],
    connections: listener.connections,
    close: listener.close,
  };
  parser.on('request', async (request, response) => {
    const { socket } = request;
    const fault = server.nextFault;
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (fault === 'reset within the message' && size > MIDDLE_BYTES) socket.resetAndDestroy();
      }
    } catch {
      return;
    } finally {
      server.nextFault = undefined;
    }
    const taken = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
    server.requests.push(taken);
    if (fault === 'reset after the message') socket.resetAndDestroy();
    else if (fault === 'closed after the message') socket.end();
    else if (fault === 'garbage as answer') socket.end('\u0000\u0001 good morning\r\n\r\n');
    else if (fault === undefined) {
      const outcome = server.answer ?? (await api.take(taken));
      if (Array.isArray(outcome)) server.mails.push(...outcome);
      const { status, headers, body } = Array.isArray(outcome) ? api.accepted : outcome;
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    }
  });
  return server;
}
