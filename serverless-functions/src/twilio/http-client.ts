import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Deadline } from '../runtime/deadline';
import { TwilioError, type TwilioFailure } from '../runtime/errors';
import { resolveUrl, type TwilioEndpoint } from './hosts';

/** One call's share of the invocation's time: two tries of a read fit in it, and a caller never waits longer. */
export const CALL_TIMEOUT_MS = 3_500;
const READ_RETRIES = 1;

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
 * Reads are tried twice on a lost connection or a 5xx; writes never, since they may have taken effect.
 */
export class DeadlineHttpClient {
  constructor(
    private readonly deadline: Deadline,
    private readonly endpoint: TwilioEndpoint,
  ) {}

  /** @throws TwilioError for every answer that is not 2xx with a readable body, and for no answer */
  async request(options: SdkRequest): Promise<SdkResponse> {
    const isRead = options.method.toUpperCase() === 'GET';
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.once(options);
      } catch (error) {
        const canRetry = isRead && retries < READ_RETRIES && error instanceof TwilioError && isTransient(error);
        if (!canRetry || this.deadline.remaining() < CALL_TIMEOUT_MS / 2) throw error;
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
      throw new TwilioError(operation, { failure, status, twilioCode, outcomeUnknown });
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
