import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Deadline } from '../runtime/deadline';
import { TwilioError, type TwilioFailure } from '../runtime/errors';
import { resolveUrl, type TwilioEndpoint } from './hosts';

/** One call's share of the invocation's time: two tries of a read fit in it, and a caller never waits longer. */
export const CALL_TIMEOUT_MS = 3_500;
const RETRIES = 1;
/** Before a write is repeated, when Twilio names no time. */
const WRITE_PAUSE_MS = 250;

interface SdkRequest {
  method: string;
  uri: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  params?: Record<string, unknown>;
  data?: Record<string, unknown>;
}
interface SdkResponse {
  statusCode: number;
  body: unknown;
  headers: Record<string, string>;
}

/**
 * The `twilio` SDK's HTTP client, so that every REST call ends with the invocation's deadline: the SDK's own allows
 * 30 s a call, three times a Function's life, and takes no AbortSignal.
 * Reads are tried twice on a lost connection or a 5xx. A write is tried twice when it was refused for now (429), and on a
 * 503 when a repetition does no harm. `Retry-After` is respected where the deadline allows.
 */
export class DeadlineHttpClient {
  constructor(
    private readonly deadline: Deadline,
    private readonly endpoint: TwilioEndpoint,
  ) {}

  /** @throws TwilioError for every answer that is not 2xx with a readable body, and for no answer */
  async request(options: SdkRequest): Promise<SdkResponse> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.once(options);
      } catch (error) {
        if (retries >= RETRIES || !(error instanceof TwilioError) || !mayRepeat(options, error)) throw error;
        const pause = pauseBeforeRetry(options, error);
        if (this.deadline.remaining() - pause < CALL_TIMEOUT_MS / 2) throw error;
        if (pause > 0) await this.deadline.pause(pause);
      }
    }
  }

  private async once(options: SdkRequest): Promise<SdkResponse> {
    const url = new URL(options.uri);
    appendAll(url.searchParams, options.params);
    const method = options.method.toUpperCase();
    const operation = `${method} ${url.host}${url.pathname}`;
    const isWrite = method !== 'GET';
    const headers: Record<string, string> = { ...options.headers };
    headers.authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
    const init: RequestInit = { method, headers };
    if (isWrite && options.data !== undefined) {
      const form = new URLSearchParams();
      appendAll(form, options.data);
      init.body = form;
    }
    let status: number;
    let text: string;
    let responseHeaders: Headers;
    try {
      [status, responseHeaders, text] = await this.deadline.within(CALL_TIMEOUT_MS, async (signal) => {
        const response = await fetch(resolveUrl(url, this.endpoint), { ...init, signal });
        return [response.status, response.headers, await response.text()] as const;
      });
    } catch (cause) {
      throw new TwilioError(operation, {
        failure: 'unavailable',
        outcomeUnknown: isWrite && !wasNeverSent(cause),
        cause,
      });
    }
    const body = parseJson(text);
    if (status >= 400) {
      const twilioCode = isRecord(body) && typeof body.code === 'number' ? body.code : undefined;
      const failure = toFailure(status);
      // A gateway's 502 or 504 says nothing about what happened behind it.
      const outcomeUnknown = isWrite && (status === 502 || status === 504);
      const retryAfter = Number(responseHeaders.get('retry-after') ?? Number.NaN);
      const retryAfterMs = retryAfter >= 0 ? retryAfter * 1_000 : undefined;
      throw new TwilioError(operation, { failure, status, twilioCode, outcomeUnknown, retryAfterMs });
    }
    if (body === undefined)
      throw new TwilioError(operation, { failure: 'unavailable', status, outcomeUnknown: isWrite });
    return { statusCode: status, body, headers: Object.fromEntries(responseHeaders) };
  }
}

function toFailure(status: number): TwilioFailure {
  switch (status) {
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 412:
      return 'precondition-failed';
    case 429:
      return 'rate-limited';
    default:
      return status >= 500 ? 'unavailable' : 'refused';
  }
}

const isRead = ({ method }: SdkRequest) => method.toUpperCase() === 'GET';

/** A 429 means that nothing was done. A 503 says little: only what may be done twice is repeated. */
function mayRepeat(request: SdkRequest, error: TwilioError): boolean {
  if (isRead(request)) return isTransient(error);
  return error.status === 429 || (error.status === 503 && isHarmlessTwice(request));
}

/** A deletion, a write that names the version it changes, and Sync's: they name what they create or set. */
function isHarmlessTwice({ method, uri, headers = {} }: SdkRequest): boolean {
  const isConditional = Object.keys(headers).some((name) => name.toLowerCase() === 'if-match');
  return method.toUpperCase() === 'DELETE' || isConditional || new URL(uri).host.startsWith('sync.');
}

function pauseBeforeRetry(request: SdkRequest, { retryAfterMs }: TwilioError): number {
  return retryAfterMs ?? (isRead(request) ? 0 : WRITE_PAUSE_MS);
}

const isTransient = (error: TwilioError) => error.failure === 'unavailable' || error.failure === 'rate-limited';

/** The connection was never made, so the request cannot have taken effect. */
function wasNeverSent(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; isRecord(at) && depth < 4; at = at.cause, depth += 1)
    if (at.code === 'ECONNREFUSED' || at.code === 'ENOTFOUND' || at.code === 'EAI_AGAIN') return true;
  return false;
}

function appendAll(target: URLSearchParams, values: Record<string, unknown> | undefined): void {
  for (const [name, value] of Object.entries(values ?? {}))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) target.append(name, String(one));
}

/** Undefined for what is not JSON; an empty object for an empty answer, as 204 gives. */
function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
