import { EMAIL_ADMIN_ERRORS, type EmailAdminErrorResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { FEATURE_PATH } from '@callback-and-voicemail/contract/feature';
import { FLEX_API_ERRORS } from '@callback-and-voicemail/contract/flex-api';
import type { FlexFunctionName, FlexRequest } from '@callback-and-voicemail/contract/flex-functions';
import { type FailureCode, FunctionsError, isAborted } from './functions-error';

export interface TransportOptions {
  /** `https://…`, without a slash at its end; undefined where none is configured. */
  baseUrl: string | undefined;
  /** Read again for each request: Flex refreshes its token about every hour. */
  token: () => string;
  /** The signed-in worker, for the server to read ahead; the token decides. */
  workerSid?: () => string | undefined;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  isOnline?: () => boolean;
  /** Resolves after that many milliseconds. */
  wait?: (ms: number) => Promise<void>;
}

/** Twilio ends a Function after 10 s; the rest is for the network. */
const TIMEOUT_MS = 15_000;
/** Each delay varies by a quarter, so that agents do not retry all at once. */
const RETRY_DELAYS_MS = [1_000, 3_000];
const RETRYABLE_CODES: readonly FailureCode[] = ['rate-limited', 'twilio-unavailable'];

/**
 * Sends one request to a Function under `flex/`.
 * @param name the Function, which determines the form fields; fields that are undefined are not sent
 * @param parse reads a 2xx response
 * @throws FunctionsError, or the `AbortError` of `signal`
 */
type RequestFn = <Name extends FlexFunctionName, T>(
  name: Name,
  fields: FlexRequest<Name>,
  parse: (response: Response) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

export interface FunctionsTransport {
  /** Retries at most twice when Twilio limits the rate or is unavailable. */
  requestWithRetry: RequestFn;
  /** For what must not be repeated, or is repeated by a timer anyway. */
  request: RequestFn;
}

/** @param options where the Functions are and whose token is sent */
export function createFunctionsTransport({
  baseUrl,
  token,
  workerSid = () => undefined,
  fetch,
  isOnline = () => navigator.onLine !== false,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: TransportOptions): FunctionsTransport {
  const request: RequestFn = async (name, fields, parse, signal) => {
    if (baseUrl === undefined) throw new FunctionsError('not-configured', undefined, 'No functions_domain is set');
    if (!isOnline()) throw new FunctionsError('offline', undefined, 'This browser is offline');
    const timeout = abortAfter(TIMEOUT_MS, signal);
    try {
      const response = await fetch(`${baseUrl}${FEATURE_PATH}/flex/${name}`, {
        method: 'POST',
        // The token is in the body: no preflight, and no token in a log of URLs (docs/adr/0025).
        body: new URLSearchParams({ Token: token(), ...omitUndefined({ WorkerSid: workerSid(), ...fields }) }),
        credentials: 'omit',
        // A redirect would carry the token on to another host.
        redirect: 'error',
        signal: timeout.signal,
      });
      if (!response.ok) throw await toFunctionsError(response);
      return await parse(response);
    } catch (error) {
      if (isAborted(error) && signal?.aborted) throw error;
      throw toTransportError(error, name, isOnline());
    } finally {
      timeout.clear();
    }
  };

  const requestWithRetry: RequestFn = async (name, fields, parse, signal) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request(name, fields, parse, signal);
      } catch (error) {
        const delay = RETRY_DELAYS_MS[attempt];
        if (delay === undefined || !isRetryable(error)) throw error;
        await wait(delay * (0.75 + Math.random() / 2));
        if (signal?.aborted) throw error;
      }
    }
  };

  return { requestWithRetry, request };
}

/** Reads a JSON response. Its shape is not checked. */
export const parseJson = async <T>(response: Response) => (await response.json()) as T;

const isRetryable = (error: unknown) => error instanceof FunctionsError && RETRYABLE_CODES.includes(error.code);

/** @returns a signal that aborts with `signal` or after `ms`, whichever is first; `clear` releases both */
function abortAfter(ms: number, signal: AbortSignal | undefined): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(abort, ms);
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}

function omitUndefined(fields: object): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function toTransportError(error: unknown, name: FlexFunctionName, isOnline: boolean): FunctionsError {
  if (error instanceof FunctionsError) return error;
  if (isAborted(error)) return new FunctionsError('timed-out', undefined, `${name} did not answer in time`);
  // `fetch` rejects alike for a lost connection, a wrong address and a refused origin.
  if (error instanceof TypeError)
    return new FunctionsError(isOnline ? 'unreachable' : 'offline', undefined, error.message);
  return new FunctionsError('unexpected', undefined, error instanceof Error ? error.message : String(error));
}

/** A response without a known code comes from something in front of the Function; its status is all there is. */
async function toFunctionsError(response: Response): Promise<FunctionsError> {
  const { status } = response;
  let errorBody: Record<string, unknown> | undefined;
  try {
    errorBody = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not JSON.
  }
  const known = [...FLEX_API_ERRORS, ...EMAIL_ADMIN_ERRORS].find((code) => code === errorBody?.code);
  const message = typeof errorBody?.message === 'string' ? errorBody.message : `HTTP ${status}`;
  const detail = known === undefined ? undefined : (errorBody as Partial<EmailAdminErrorResponse>);
  return new FunctionsError(known ?? codeForStatus(status), status, message, detail);
}

function codeForStatus(status: number): FailureCode {
  if (status === 429) return 'rate-limited';
  if (status === 504) return 'timed-out';
  if (status === 502 || status === 503) return 'twilio-unavailable';
  return 'unexpected';
}
