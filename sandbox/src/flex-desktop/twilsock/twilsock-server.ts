import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { TwilioError } from '../../world/twilio-error';
import type { SandboxWorld } from '../../world/world';
import { authenticate, type FlexUser } from '../authentication';
import { toErrorResponse } from '../error-response';
import { decodeFrame, encodeFrame, type Frame, type Header } from './framing';

/** A request that came through the socket. */
export interface TunnelRequest {
  host: string;
  method: string;
  /** As sent. */
  path: string;
  params: Record<string, string | string[]>;
  body: unknown;
  ifMatch: string | undefined;
  user: FlexUser;
  connection: Connection;
}
export interface TunnelResponse {
  status: number;
  body?: unknown;
  /** Done once the answer is on its way. */
  afterResponse?: () => void;
}
/** Answers requests of some hosts; undefined: not one of mine. @throws TwilioError */
export type TunnelHost = (request: TunnelRequest) => TunnelResponse | undefined;

/** One Twilsock: each of Flex's SDKs (telemetry, Sync, Conversations) has its own. */
export interface Connection {
  notify(messageType: string, payload: unknown): void;
  onClose(listener: () => void): void;
}

const PRODUCTS = ['flex_insights', 'ip_messaging', 'data_sync'];
/** So that a push does not overtake the answer to what caused it. */
const PUSH_DELAY_MS = 20;

/** Serves one socket of `wss://tsock.us1.twilio.com/v3/wsconnect` until it closes. */
export function serveTwilsock(world: SandboxWorld, socket: WebSocket, hosts: readonly TunnelHost[]): void {
  let user: FlexUser | undefined;
  const send = (frame: Frame) => {
    if (socket.readyState === socket.OPEN) socket.send(encodeFrame(frame));
  };
  const connection: Connection = {
    notify(messageType, payload) {
      send({ header: { id: `TM${randomUUID()}`, method: 'notification', message_type: messageType }, payload });
    },
    onClose: (listener) => void socket.on('close', listener),
  };
  const reply = (to: Header, more: Record<string, unknown> = {}, payload?: unknown) =>
    send({ header: { id: to.id, method: 'reply', status: { code: 200, status: 'OK' }, ...more }, payload });

  const initialize = (header: Header) => {
    try {
      user = authenticate(world, typeof header.token === 'string' ? header.token : undefined);
    } catch (error) {
      const { status, code, message } = error as TwilioError;
      send({ header: { id: header.id, method: 'reply', status: { code: status, errorCode: code, status: message } } });
      socket.close();
      return;
    }
    const registrations = (header.registrations ?? []) as { product: string; message_types: string[] }[];
    const products = new Set([...PRODUCTS, ...registrations.map(({ product }) => product)]);
    reply(header, {
      capabilities: header.capabilities ?? [],
      continuation_token: `ct-${randomUUID()}`,
      continuation_token_status: { reissued: false, reissue_reason: '', reissue_message: '' },
      // Sync only warns without an entry of its own product, but warns on every page.
      offline_storage: Object.fromEntries(
        [...products].map((product) => [product, { storage_id: `local-${product}` }]),
      ),
      init_registrations: registrations.map((one) => ({ ...one, notification_ctx_id: `ctx-${one.product}` })),
      debug_info: {},
    });
  };

  const handleRequest = (header: Header, payload: unknown) => {
    const {
      host,
      method,
      path,
      params = {},
      headers = {},
    } = header.http_request as {
      host: string;
      method: string;
      path: string;
      params?: TunnelRequest['params'];
      headers?: Record<string, string>;
    };
    let answer: TunnelResponse | undefined;
    try {
      if (!user) throw new TwilioError(401, 20101, 'Invalid Access Token');
      const request: TunnelRequest = {
        ...{ host, method, path, params, body: payload, user, connection },
        ifMatch: headers['If-Match'],
      };
      for (const one of hosts) answer ??= one(request);
      if (!answer) {
        const text = `the sandbox does not model ${method} ${host}${path} (over Twilsock)`;
        world.eventLog.append({ source: 'sandbox', level: 'warning', text, detail: { params, body: payload } });
        throw new TwilioError(404, 20404, `The requested resource ${path} was not found`);
      }
    } catch (error) {
      answer = toErrorResponse(world, error, `${method} ${host}${path}`);
    }
    const { status, body, afterResponse: then } = answer;
    const real = { http_headers: {}, http_status: { code: status, status: status < 400 ? 'OK' : 'ERROR' } };
    reply(header, real, body ?? {});
    if (then) setTimeout(then, PUSH_DELAY_MS);
  };

  socket.on('message', (data) => {
    let frame: Frame;
    try {
      frame = decodeFrame(data as Buffer);
    } catch (error) {
      world.eventLog.append({
        source: 'sandbox',
        level: 'warning',
        text: `a Twilsock frame cannot be read: ${String(error)}`,
      });
      socket.close();
      return;
    }
    const { header, payload } = frame;
    if (header.method === 'init') initialize(header);
    else if (header.method === 'message') handleRequest(header, payload);
    else if (['update', 'put_notification_ctx', 'delete_notification_ctx'].includes(header.method))
      reply(header, {}, {});
    else if (header.method === 'close') socket.close();
    // Replies to notifications, and telemetry of the socket itself, want no answer.
  });
}
