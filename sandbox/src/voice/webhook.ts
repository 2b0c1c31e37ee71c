import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { Sid, World } from '../world/types';
import {
  type ConnectionOverrides,
  type FailureClass,
  parseConnectionOverrides,
  stripFragment,
} from './connection-overrides';
import { HttpRequestError, sendHttpRequest } from './http-request';

export type HttpMethod = 'GET' | 'POST';
export type WebhookKind =
  | 'voice'
  | 'redirect'
  | 'update'
  | 'wait'
  | 'gather-action'
  | 'record-action'
  | 'enqueue-action'
  | 'dial-action'
  | 'recording-status'
  | 'transcription'
  | 'call-status'
  | 'dial-status'
  | 'taskrouter-event';

/** They ask for no TwiML: nothing says that the call's events have them. */
const STATUS_CALLBACKS: ReadonlySet<WebhookKind> = new Set([
  'recording-status',
  'transcription',
  'call-status',
  'dial-status',
  'taskrouter-event',
]);

/** A webhook as it is about to be sent. `url` is complete as it travels; for a GET it includes the parameters. */
export interface Webhook {
  kind: WebhookKind;
  /** The call it belongs to; TaskRouter's events may have none. */
  callSid?: Sid;
  method: HttpMethod;
  url: string;
  params: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
}
export type WebhookResult =
  | { ok: true; status: number; contentType: string; body: Buffer; url: string; method: HttpMethod }
  | { ok: false; code: number; message: string; status?: number };
/** `send` delivers it, again on each call; Twilio sees the response that the interceptor returns. */
export type WebhookInterceptor = (webhook: Webhook, send: () => Promise<WebhookResult>) => Promise<WebhookResult>;

export interface SentWebhook extends Webhook {
  at: number;
  /** Tries that reached the network, over all deliveries. */
  attempts: number;
  result?: WebhookResult;
}

export interface Webhooks {
  readonly sent: readonly SentWebhook[];
  /** Sends one and waits for its answer; failures are answers, never exceptions. */
  send(request: Pick<Webhook, 'kind' | 'callSid' | 'method' | 'url' | 'params'>): Promise<WebhookResult>;
  /** The address that really answers for a public URL. */
  resolveUrl(url: string): URL;
  /** Breaks off everything under way and sends nothing more. */
  close(): void;
}

const MAX_REDIRECTS = 10;
const MAX_ANSWER_BYTES = 1_048_576;

/** Twilio's requests to the product: signed, retried by the URL's connection overrides, redirects followed. */
export function createWebhooks(
  world: World,
  options: { intercept?: WebhookInterceptor; origins?: Record<string, string> } = {},
): Webhooks {
  const sent: SentWebhook[] = [];
  const inFlight = new Set<() => void>();
  let closed = false;

  const resolveUrl = (url: string): URL => {
    const target = new URL(url);
    const origin = options.origins?.[target.origin];
    return origin === undefined ? target : new URL(target.pathname + target.search, origin);
  };

  const attempt = async (
    webhook: Webhook,
    connection: ConnectionOverrides,
    deadline: number,
  ): Promise<WebhookResult> => {
    let { url, method, params } = webhook;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const isPost = method === 'POST';
      const headers: Record<string, string> = {
        ...webhook.headers,
        host: new URL(url).host,
        'x-twilio-signature': getExpectedTwilioSignature(world.account.authToken, url, isPost ? params : {}),
      };
      const body = isPost ? new URLSearchParams(params).toString() : undefined;
      if (body !== undefined) {
        headers['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
        headers['content-length'] = String(Buffer.byteLength(body));
      }
      let abort = () => {};
      const done = world.activity.begin('webhook', `${method} ${url}`);
      try {
        const result = await sendHttpRequest({
          url: resolveUrl(url),
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          connectMs: connection.connectMs,
          readMs: connection.readMs,
          totalMs: Math.max(1, deadline - Date.now()),
          maxBytes: MAX_ANSWER_BYTES,
          onStart: (stop) => {
            abort = stop;
            inFlight.add(stop);
          },
        });
        const location = result.headers.location;
        if (result.status >= 300 && result.status < 400 && location !== undefined) {
          url = new URL(location, url).toString();
          // As browsers do: only 307 and 308 repeat the request, all others become a GET without the parameters.
          if (result.status !== 307 && result.status !== 308) [method, params] = ['GET', {}];
          continue;
        }
        if (result.status >= 200 && result.status < 300) {
          const contentType = result.headers['content-type'] ?? '';
          return { ok: true, status: result.status, contentType, body: result.body, url: stripFragment(url), method };
        }
        return {
          ok: false,
          code: 11200,
          message: `Got HTTP ${result.status} response to ${url}`,
          status: result.status,
        };
      } finally {
        inFlight.delete(abort);
        done();
      }
    }
    return { ok: false, code: 11215, message: 'HTTP too many redirects' };
  };

  const deliver = async (record: SentWebhook, connection: ConnectionOverrides): Promise<WebhookResult> => {
    const deadline = Date.now() + connection.totalMs;
    for (let tries = 0; ; tries += 1) {
      if (closed) return { ok: false, code: 11200, message: 'The sandbox was closed' };
      let result: WebhookResult;
      let failure: FailureClass | null = null;
      record.attempts += 1;
      try {
        result = await attempt(record, connection, deadline);
        if (!result.ok && result.status !== undefined && result.status >= 400) {
          failure = result.status >= 500 ? '5xx' : '4xx';
        }
      } catch (error) {
        const { phase, message } =
          error instanceof HttpRequestError ? error : { phase: 'ct' as const, message: String(error) };
        failure = phase;
        result = { ok: false, code: phase === 'ct' ? 11205 : 11200, message };
      }
      const again = failure !== null && connection.retryOn.has(failure) && tries < connection.retries;
      if (!again || Date.now() >= deadline) return result;
    }
  };

  return {
    sent,
    resolveUrl,
    async send({ kind, callSid, method, url, params }) {
      const { problems, ...connection } = parseConnectionOverrides(url);
      const say = (text: string, level: 'info' | 'warning' | 'error', detail?: unknown) =>
        world.eventLog.append({ source: 'twilio', callSid, text, level, detail });
      if (problems.length > 0) say(`connection overrides of ${url}: ${problems.join('; ')}`, 'warning');
      const bare = stripFragment(url);
      const query = new URLSearchParams(params).toString();
      const record: SentWebhook = {
        kind,
        callSid,
        method,
        url: method === 'GET' && query !== '' ? `${bare}${bare.includes('?') ? '&' : '?'}${query}` : bare,
        params,
        headers: {
          // The same over all retries, which is how a product recognises them.
          'i-twilio-idempotency-token': idempotencyToken(world.newSid('IT')),
          'user-agent': 'TwilioProxy/1.1',
          accept: '*/*',
          connection: 'close',
        },
        at: Date.now(),
        attempts: 0,
      };
      sent.push(record);
      if (callSid !== undefined && !STATUS_CALLBACKS.has(kind))
        world.callRequests.push({ callSid, at: record.at, method, url: record.url, params });
      const send = () => deliver(record, connection);
      let result: WebhookResult;
      try {
        result = await (options.intercept ? options.intercept(record, send) : send());
      } catch (error) {
        result = { ok: false, code: 11200, message: String(error) };
      }
      record.result = result;
      const path = new URL(bare).pathname;
      const detail = { url: record.url, params, answer: result.ok ? describeResult(result) : result };
      if (result.ok) say(`Twilio requested ${path} (${kind}): ${result.status}`, 'info', detail);
      else say(`Twilio requested ${path} (${kind}) and failed: ${result.code} ${result.message}`, 'error', detail);
      return result;
    },
    close() {
      closed = true;
      for (const abort of [...inFlight]) abort();
    },
  };
}

function describeResult(result: WebhookResult & { ok: true }): Record<string, unknown> {
  return {
    status: result.status,
    contentType: result.contentType,
    body: result.body.toString('utf8').slice(0, 20_000),
  };
}

/** A UUID, as Twilio's tokens are, made of a sid so that it is the same in every run of a test. */
function idempotencyToken(sid: Sid): string {
  return sid.slice(2).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
