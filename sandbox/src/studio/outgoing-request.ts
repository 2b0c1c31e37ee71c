import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { HttpRequestError, type HttpResponse, sendHttpRequest } from '../voice/http-request';
import type { World } from '../world/types';

export interface OutgoingRequest {
  method: 'GET' | 'POST';
  url: string;
  contentType: string;
  /** In the query of a GET, else the form's fields. */
  params: Readonly<Record<string, string>>;
  /** In the place of the form. */
  body?: string;
}

/** What a widget keeps of an answer; `status` is 0 without one. */
export interface RequestResult {
  ok: boolean;
  status: number;
  contentType: string;
  body: string;
  /** Why it is not ok. */
  problem?: string;
}

export interface OutgoingRequests {
  /** Sends one and waits for its answer; failures are answers, never exceptions. */
  send(request: OutgoingRequest): Promise<RequestResult>;
  /** Breaks off everything under way. */
  close(): void;
}

/** "must return a 2xx status code within 10 seconds, and the response body must not exceed 64kB" (run-function). */
const LIMIT_MS = 10_000;
const MAX_BODY_BYTES = 65_536;
const MAX_REDIRECTS = 10;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Requests of Run Function and Make HTTP Request, signed as all of Twilio's are.
 * @param origins public origin -> origin that really answers it
 */
export function createOutgoingRequests(world: World, origins: Readonly<Record<string, string>>): OutgoingRequests {
  const inFlight = new Set<() => void>();

  const sendOnce = async (request: OutgoingRequest, url: URL, deadline: number): Promise<HttpResponse> => {
    const body =
      request.method === 'GET' ? undefined : (request.body ?? new URLSearchParams(request.params).toString());
    const signed = request.method === 'POST' && request.body === undefined ? request.params : {};
    const origin = origins[url.origin];
    const limit = Math.max(1, deadline - Date.now());
    let abort = () => {};
    const done = world.activity.begin('webhook', `${request.method} ${url}`);
    try {
      return await sendHttpRequest({
        url: origin === undefined ? url : new URL(url.pathname + url.search, origin),
        method: request.method,
        headers: {
          host: url.host,
          accept: '*/*',
          connection: 'close',
          'user-agent': 'TwilioProxy/1.1',
          'x-twilio-signature': getExpectedTwilioSignature(world.account.authToken, url.toString(), signed),
          ...(body === undefined
            ? {}
            : { 'content-type': request.contentType, 'content-length': String(Buffer.byteLength(body)) }),
        },
        ...(body === undefined ? {} : { body }),
        connectMs: limit,
        readMs: limit,
        totalMs: limit,
        maxBytes: MAX_BODY_BYTES,
        onStart: (stop) => {
          abort = stop;
          inFlight.add(stop);
        },
      });
    } finally {
      inFlight.delete(abort);
      done();
    }
  };

  const send = async (given: OutgoingRequest): Promise<RequestResult> => {
    const deadline = Date.now() + LIMIT_MS;
    let request = given;
    let url = requestUrl(given);
    if (url === null) return failed(`${JSON.stringify(given.url)} is no URL`);
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      let answer: HttpResponse;
      try {
        answer = await sendOnce(request, url, deadline);
      } catch (error) {
        if (error instanceof HttpRequestError) return failed(error.message);
        throw error;
      }
      const { status, headers } = answer;
      const contentType = headers['content-type'] ?? '';
      const body = answer.body.toString('utf8');
      if (status >= 300 && status < 400 && headers.location !== undefined) {
        url = new URL(headers.location, url);
        // As browsers do: only 307 and 308 repeat the request.
        if (status !== 307 && status !== 308) request = { ...request, method: 'GET', params: {} };
        continue;
      }
      const ok = status >= 200 && status < 300;
      return { ok, status, contentType, body, ...(ok ? {} : { problem: `it answered ${status}` }) };
    }
    return failed('too many redirects');
  };

  return {
    send,
    close() {
      for (const abort of [...inFlight]) abort();
    },
  };
}

export { FORM as FORM_CONTENT_TYPE };

function failed(problem: string): RequestResult {
  return { ok: false, status: 0, contentType: '', body: '', problem };
}

function requestUrl({ method, url, params }: OutgoingRequest): URL | null {
  if (!URL.canParse(url) || !/^https?:\/\//.test(url)) return null;
  const address = new URL(url);
  if (method === 'GET') for (const [name, value] of Object.entries(params)) address.searchParams.append(name, value);
  return address;
}
