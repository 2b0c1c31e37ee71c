import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { validateRequest, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks';
import type { Visibility } from '../functions-runtime/resources';
import { listen, openRequest, type Transport } from '../transport/transport';
import { StatusChanges } from '../world/status-changes';
import type { World } from '../world/types';

export interface GatewayOptions {
  world: World;
  /** Where the Functions runtime itself answers, e.g. `http://127.0.0.1:3000`. */
  target: string;
  /** Who may request a path; see `visibilityOf`. */
  visibility: (path: string) => Visibility;
  /** Polls are logged when they fail or when their status changes; none when missing. */
  isPoll?: (path: string, form: URLSearchParams) => boolean;
  /** The origin webhooks are addressed and signed for; this server's own when missing. */
  publicUrl?: string;
  /** 0 takes a free one. */
  port?: number;
  /** Default HTTP. */
  transport?: Transport;
}
export interface Gateway {
  /** Where it listens. */
  url: string;
  close(): Promise<void>;
}

/** Limits of Twilio Functions: ended after 10 s; bodies of a Lambda (twilio.com/docs/serverless faq, request-flow). */
const EXECUTION_MS = 10_000;
const MAX_REQUEST_BYTES = 1_048_576;
const MAX_RESPONSE_BYTES = 6 * 1_048_576;
const HOP_BY_HOP_HEADERS = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect'],
]);

interface GatewayResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}
/** A response and its log text. */
interface LoggedResponse extends GatewayResponse {
  /** The message of the gateway's own refusal. */
  gateway?: string;
  /** Identifies a poll: the same text is the same request. */
  poll?: string;
}

/** A refusal or failure of the gateway itself; the Function did not answer this. */
class GatewayError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Stands before the Functions runtime and does what Twilio's gateway does and the local runtime does not. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { world } = options;
  let publicUrl = options.publicUrl ?? '';
  const polls = new StatusChanges();
  const listener: RequestListener = (incoming, outgoing) => {
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    const begun = Date.now();
    const done = world.activity.begin('request', `${incoming.method} ${path}`);
    void respond(incoming, path)
      .then((result) => {
        logResponse(incoming, path, result, Date.now() - begun);
        reply(outgoing, result);
      })
      .finally(done);
  };

  const respond = async (incoming: IncomingMessage, path: string): Promise<LoggedResponse> => {
    let poll: string | undefined;
    try {
      const body = await readBody(incoming);
      poll = pollKey(incoming, path, body);
      return { ...(await handle(incoming, path, body)), poll };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const body = Buffer.from(JSON.stringify({ message: error.message }));
      const headers = { 'content-type': 'application/json', connection: 'close' };
      return { status: error.status, headers, body, gateway: error.message, poll };
    }
  };

  const pollKey = ({ method, url }: IncomingMessage, path: string, body: Buffer): string | undefined => {
    const text = body.toString('utf8');
    return options.isPoll?.(path, new URLSearchParams(text)) ? `${method} ${url} ${text}` : undefined;
  };

  const handle = async (incoming: IncomingMessage, path: string, body: Buffer): Promise<GatewayResponse> => {
    const method = incoming.method ?? '';
    if (!['GET', 'POST', 'OPTIONS'].includes(method)) throw new GatewayError(405, `Method ${method} is not allowed`);
    if (method === 'GET' && body.length > 0) throw new GatewayError(403, 'A GET request must not have a body');
    const visibility = options.visibility(path);
    if (visibility === 'private') throw new GatewayError(403, 'This Function is private');
    if (visibility === 'protected' && method !== 'OPTIONS' && !isSigned(incoming, body)) {
      throw new GatewayError(400, 'X-Twilio-Signature is missing or invalid');
    }
    return forward(incoming, body, options.target);
  };

  const isSigned = (incoming: IncomingMessage, body: Buffer): boolean => {
    const signature = incoming.headers['x-twilio-signature'];
    if (typeof signature !== 'string') return false;
    const url = publicUrl + (incoming.url ?? '/');
    const { authToken } = world.account;
    if (/[?&]bodySHA256=/.test(url)) return validateRequestWithBody(authToken, signature, url, body.toString('utf8'));
    const isForm = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
    return validateRequest(authToken, signature, url, isForm ? parseForm(body.toString('utf8')) : {});
  };

  const logResponse = (incoming: IncomingMessage, path: string, result: LoggedResponse, ms: number) => {
    const { status, gateway, poll } = result;
    const isChange = poll === undefined || polls.record(poll, status);
    if (!isChange && status < 400) return;
    const by = gateway === undefined ? '' : ` by the gateway: ${gateway}`;
    world.eventLog.append({
      source: 'product',
      text: `${incoming.method} ${path} answered ${status} in ${ms} ms${by}`,
      level: status >= 500 ? 'error' : status >= 400 ? 'warning' : 'info',
      detail: { url: incoming.url, status, headers: result.headers, body: excerpt(result) },
    });
  };

  const server = await listen(options.transport ?? 'http', listener, options.port);
  publicUrl = (options.publicUrl ?? server.url).replace(/\/$/, '');
  return { url: server.url, close: server.close };
}

function parseForm(text: string): Record<string, string | string[]> {
  const form: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form[name];
    form[name] = before === undefined ? value : [before, value].flat();
  }
  return form;
}

/** @throws GatewayError 413; the rest of the request is read and dropped, so that the refusal can be read. */
function readBody(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MAX_REQUEST_BYTES) parts.push(part);
      else reject(new GatewayError(413, 'The request is larger than 1 MB'));
    });
    incoming.on('end', () => resolve(Buffer.concat(parts)));
    incoming.on('error', (error) => reject(new GatewayError(400, error.message)));
  });
}

/**
 * Passes the request on and waits for the whole answer. @throws GatewayError 504 after 10 s, 502 without a usable one
 */
function forward(incoming: IncomingMessage, body: Buffer, target: string): Promise<GatewayResponse> {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).filter(([name]) => !HOP_BY_HOP_HEADERS.has(name)),
    );
    const inside = openRequest(new URL(incoming.url ?? '/', target), { method: incoming.method, headers });
    const limit = setTimeout(() => fail(504, `Runtime application timed out after ${EXECUTION_MS} ms`), EXECUTION_MS);
    const fail = (status: number, message: string) => {
      clearTimeout(limit);
      reject(new GatewayError(status, message));
      inside.destroy();
    };
    inside.on('error', (error) => fail(502, `The Functions runtime does not answer: ${error.message}`));
    inside.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > MAX_RESPONSE_BYTES) fail(502, 'The response is larger than 6 MB');
      });
      response.on('error', (error) => fail(502, `The answer broke off: ${error.message}`));
      response.on('end', () => {
        clearTimeout(limit);
        const kept: GatewayResponse['headers'] = {};
        for (const [name, value] of Object.entries(response.headers)) {
          if (value !== undefined && !HOP_BY_HOP_HEADERS.has(name)) kept[name] = value;
        }
        resolve({ status: response.statusCode ?? 502, headers: kept, body: Buffer.concat(parts) });
      });
    });
    inside.end(body);
  });
}

function reply(outgoing: ServerResponse, { status, headers, body }: GatewayResponse): void {
  if (outgoing.destroyed) return;
  const bodyless = status === 204 || status === 304;
  outgoing.writeHead(status, bodyless ? headers : { ...headers, 'content-length': String(body.length) });
  outgoing.end(body);
}

function excerpt({ headers, body }: GatewayResponse): string {
  const type = String(headers['content-type'] ?? '');
  return /text|json|xml|javascript/.test(type)
    ? body.toString('utf8').slice(0, 4000)
    : `${body.length} bytes of ${type}`;
}
