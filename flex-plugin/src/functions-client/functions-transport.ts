import { EMAIL_ADMIN_ERRORS, type EmailAdminErrorResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { FEATURE_PATH } from '@callback-and-voicemail/contract/feature';
import { FLEX_API_ERRORS } from '@callback-and-voicemail/contract/flex-api';
import { type FailureCode, FunctionsError, isAborted } from './functions-error';

export interface TransportOptions {
  /** `https://…`, without a slash at its end; undefined where none is configured. */
  baseUrl: string | undefined;
  /** Read again for each request: Flex refreshes its token about every hour. */
  token: () => string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  isOnline?: () => boolean;
  wait?: (ms: number) => Promise<void>;
}

/** A Function is ended after 10 s; a little more for the way there and back. */
const TIMEOUT_MS = 15_000;
/** Politely: later each time, and never all agents at once. */
const RETRY_DELAYS_MS = [1_000, 3_000];
const RETRYABLE_CODES: readonly FailureCode[] = ['rate-limited', 'twilio-unavailable'];

/** One request to a page under `flex/`; throws `FunctionsError`, or what `signal` was aborted with. */
export type RequestFn = <T>(
  page: string,
  fields: Record<string, string>,
  read: (response: Response) => Promise<T>,
  signal?: AbortSignal,
) => Promise<T>;

export interface FunctionsTransport {
  /** Tried again, politely, where that helps. */
  requestWithRetry: RequestFn;
  /** Not tried again: for what must not be done twice, or comes again anyway. */
  request: RequestFn;
}

/** @param options where the Functions are and whose token is sent */
export function createFunctionsTransport({
  baseUrl,
  token,
  fetch,
  isOnline = () => navigator.onLine !== false,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: TransportOptions): FunctionsTransport {
  /** Form fields with the token in the body: no preflight, and no token in anybody's log (ADR 0025). */
  async function request<T>(
    page: string,
    fields: Record<string, string>,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    if (baseUrl === undefined) throw new FunctionsError('not-configured', undefined, 'No functions_domain is set');
    if (!isOnline()) throw new FunctionsError('offline', undefined, 'This browser is offline');
    const controller = new AbortController();
    const abort = () => controller.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    const timer = setTimeout(abort, TIMEOUT_MS);
    try {
      const response = await fetch(`${baseUrl}${FEATURE_PATH}/flex/${page}`, {
        method: 'POST',
        body: new URLSearchParams({ Token: token(), ...fields }),
        credentials: 'omit',
        signal: controller.signal,
      });
      if (!response.ok) throw await toFunctionsError(response);
      return await read(response);
    } catch (error) {
      if (error instanceof FunctionsError) throw error;
      if (isAborted(error)) {
        if (signal?.aborted) throw error;
        throw new FunctionsError('timed-out', undefined, `${page} did not answer in time`);
      }
      // What `fetch` says of a line that is down, a wrong address and a refused origin alike.
      if (error instanceof TypeError)
        throw new FunctionsError(isOnline() ? 'unreachable' : 'offline', undefined, error.message);
      throw new FunctionsError('unexpected', undefined, error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  async function requestWithRetry<T>(
    page: string,
    fields: Record<string, string>,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request(page, fields, read, signal);
      } catch (error) {
        const pause = RETRY_DELAYS_MS[attempt];
        if (pause === undefined || !(error instanceof FunctionsError) || !RETRYABLE_CODES.includes(error.code))
          throw error;
        await wait(pause * (0.75 + Math.random() / 2));
        if (signal?.aborted) throw error;
      }
    }
  }

  return { requestWithRetry: requestWithRetry, request: request };
}

/** Reads an answer that is JSON. */
export const parseJson = async <T>(response: Response) => (await response.json()) as T;

/** Ours carry a code; an answer without one comes from whatever stands before the Function. */
async function toFunctionsError(response: Response): Promise<FunctionsError> {
  const { status } = response;
  let errorBody: Record<string, unknown> | undefined;
  try {
    errorBody = (await response.json()) as Record<string, unknown>;
  } catch {
    // Not JSON: no code of ours.
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
