import { FEATURE_PATH } from '@callback-and-voicemail/contract/feature';
import {
  FLEX_API_ERRORS,
  type FlexApiErrorCode,
  type RequeueAnswer,
  type VoicemailCard,
} from '@callback-and-voicemail/contract/flex-api';
import { type FailureCode, FunctionsError, isAborted } from './functions-error';

/** A piece of a recording. */
export interface AudioRange {
  bytes: Uint8Array;
  /** First byte of it in the file. */
  start: number;
  /** Of the whole file; undefined when nobody said. */
  total: number | undefined;
}

/** Typed calls to our Functions: the only place of the plugin that reaches for the network. All throw `FunctionsError`. */
export interface FunctionsClient {
  card(taskSid: string, signal?: AbortSignal): Promise<VoicemailCard>;
  audio(taskSid: string, start: number, length: number, signal?: AbortSignal): Promise<AudioRange>;
  /** Asked twice it is done once; the second answer is no error. */
  requeue(taskSid: string): Promise<RequeueAnswer | 'already-requeued'>;
  deleteRecording(taskSid: string): Promise<void>;
  sweep(): Promise<void>;
}

export interface ClientOptions {
  /** `https://…`, without a slash at its end; undefined where none is configured. */
  baseUrl: string | undefined;
  /** Read anew for each call: Flex renews its token every hour or so. */
  token: () => string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  isOnline?: () => boolean;
  wait?: (ms: number) => Promise<void>;
}

/** A Function is ended after 10 s; a little more for the way there and back. */
const TIMEOUT_MS = 15_000;
/** Politely: later each time, and never all agents at once. */
const RETRY_AFTER_MS = [1_000, 3_000];
const RETRIED: readonly FailureCode[] = ['rate-limited', 'twilio-unavailable'];

/**
 * @param options where the Functions are and whose token is sent
 * @returns the calls
 */
export function createFunctionsClient({
  baseUrl,
  token,
  fetch,
  isOnline = () => navigator.onLine !== false,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: ClientOptions): FunctionsClient {
  /** Form fields with the token in the body: no preflight, and no token in anybody's log (DESIGN, names). */
  async function once<T>(
    page: string,
    fields: Record<string, string>,
    read: (response: Response) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (baseUrl === undefined) throw new FunctionsError('not-configured', undefined, 'No functions_domain is set');
    if (!isOnline()) throw new FunctionsError('offline', undefined, 'This browser is offline');
    const ender = new AbortController();
    const end = () => ender.abort();
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end);
    const timer = setTimeout(end, TIMEOUT_MS);
    try {
      const response = await fetch(`${baseUrl}${FEATURE_PATH}/flex/${page}`, {
        method: 'POST',
        body: new URLSearchParams({ Token: token(), ...fields }),
        credentials: 'omit',
        signal: ender.signal,
      });
      if (!response.ok) throw await refusal(response);
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
      signal?.removeEventListener('abort', end);
    }
  }

  async function call<T>(
    page: string,
    fields: Record<string, string>,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(page, fields, read, signal);
      } catch (error) {
        const pause = RETRY_AFTER_MS[attempt];
        if (pause === undefined || !(error instanceof FunctionsError) || !RETRIED.includes(error.code)) throw error;
        await wait(pause * (0.75 + Math.random() / 2));
        if (signal?.aborted) throw error;
      }
    }
  }

  const json = async <T>(response: Response) => (await response.json()) as T;
  return {
    card: (TaskSid, signal) => call('voicemail', { TaskSid }, json<VoicemailCard>, signal),
    audio: (TaskSid, start, length, signal) =>
      call('voicemail-audio', { TaskSid, Start: String(start), Length: String(length) }, readRange(start), signal),
    async requeue(TaskSid) {
      try {
        return await call('requeue-callback', { TaskSid }, json<RequeueAnswer>);
      } catch (error) {
        if (error instanceof FunctionsError && error.code === 'already-requeued') return 'already-requeued';
        throw error;
      }
    },
    async deleteRecording(TaskSid) {
      await call('delete-voicemail', { TaskSid }, json<unknown>);
    },
    async sweep() {
      // Not asked again when it fails: the next one comes in a few minutes.
      await once('sweep', {}, json<unknown>, undefined);
    },
  };
}

function readRange(asked: number) {
  return async (response: Response): Promise<AudioRange> => {
    const told = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      start: told?.[1] === undefined ? asked : Number(told[1]),
      total: told?.[2] === undefined || told[2] === '*' ? undefined : Number(told[2]),
    };
  };
}

/** Ours carry a code; an answer without one comes from whatever stands before the Function. */
async function refusal(response: Response): Promise<FunctionsError> {
  const { status } = response;
  let told: { code?: unknown; message?: unknown } = {};
  try {
    told = (await response.json()) as typeof told;
  } catch {
    // Not JSON: no code of ours.
  }
  const known = FLEX_API_ERRORS.find((code) => code === told?.code);
  const code: FailureCode = known ?? codeOfStatus(status);
  return new FunctionsError(code, status, typeof told?.message === 'string' ? told.message : `HTTP ${status}`);
}

function codeOfStatus(status: number): FlexApiErrorCode | FailureCode {
  if (status === 429) return 'rate-limited';
  if (status === 504) return 'timed-out';
  if (status === 502 || status === 503) return 'twilio-unavailable';
  return 'unexpected';
}
