import { BadRequest, ConfigurationError, FlexBadRequest } from '../runtime/errors';

/**
 * Why a link does not open. Someone without a valid link reads `bad-link` whatever there is. `ended`: its time is over.
 * `revoked`: its recipient gets this voicemail no longer. `in-flex`: the settings keep recordings in Flex. `empty`: the
 * recording has no sound. `unavailable`: Twilio does not answer, or something failed here.
 */
export type ListenProblem =
  | 'bad-link'
  | 'ended'
  | 'revoked'
  | 'deleted'
  | 'in-flex'
  | 'encrypted'
  | 'external'
  | 'empty'
  | 'too-often'
  | 'not-configured'
  | 'unavailable';

const STATUS: Record<ListenProblem, number> = {
  'bad-link': 403,
  ended: 410,
  revoked: 403,
  deleted: 410,
  'in-flex': 403,
  encrypted: 409,
  external: 409,
  empty: 410,
  'too-often': 429,
  'not-configured': 503,
  unavailable: 503,
};

/** A request by link that we will not act on. */
export class ListenRefusal extends BadRequest<ListenProblem> {
  constructor(problem: ListenProblem, cause?: unknown) {
    super(problem, `The link does not open (${problem})`, 'The page says what to do.', STATUS[problem], { cause });
  }
}

/** What an error means to who has the link, and the status of the answer. */
export function toListenProblem(error: unknown): { problem: ListenProblem; status: number; retryAfter?: number } {
  if (error instanceof ListenRefusal) return { problem: error.code, status: error.status };
  if (error instanceof FlexBadRequest && error.code === 'too-many-requests') {
    const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
    return { problem: 'too-often', status: STATUS['too-often'], retryAfter: retryAfterSeconds };
  }
  const problem = error instanceof ConfigurationError ? 'not-configured' : 'unavailable';
  return { problem, status: STATUS[problem] };
}
