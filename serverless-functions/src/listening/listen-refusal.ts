import type { LinkRefusal } from '@callback-and-voicemail/contract';
import { INBOX_REFUSAL_STATUS, InboxRefused } from '../inbox/inbox-refusal';
import { BadRequest, ConfigurationError, FlexBadRequest } from '../runtime/errors';

/**
 * Why a link does not open. Someone without a valid link reads `bad-link` whatever there is. `expired`: its time is over.
 * `no-recording`: it has no sound.
 */
export type ListenProblem =
  | LinkRefusal
  | 'bad-link'
  | 'expired'
  | 'recording-deleted'
  | 'recording-encrypted'
  | 'recording-external'
  | 'no-recording';

/** What a page may have to say. `unavailable`: Twilio does not answer, or something failed here. */
export type ListenFailure = ListenProblem | 'too-often' | 'not-configured' | 'unavailable';

const STATUS: Record<ListenFailure, number> = {
  ...INBOX_REFUSAL_STATUS,
  'bad-link': 403,
  expired: 410,
  'recipient-removed': 403,
  'links-off': 403,
  'recording-deleted': 410,
  'recording-encrypted': 409,
  'recording-external': 409,
  'no-recording': 410,
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

/** What an error means to who has the link, the status of the answer, and in how many seconds to come back. */
export function toListenFailure(error: unknown): { failure: ListenFailure; status: number; retryAfter?: number } {
  if (error instanceof ListenRefusal || error instanceof InboxRefused)
    return { failure: error.code, status: error.status };
  if (error instanceof FlexBadRequest && error.code === 'too-many-requests') {
    const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
    return { failure: 'too-often', status: STATUS['too-often'], retryAfter: retryAfterSeconds };
  }
  const failure = error instanceof ConfigurationError ? 'not-configured' : 'unavailable';
  return { failure, status: STATUS[failure] };
}
