import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import { BadRequest } from '../runtime/errors';
import { type FormFields, parameter } from '../runtime/form-fields';
import { readSignedState, type StateKind, signState } from '../runtime/signed-state';

/** What the URLs of a call carry that connects a recipient of the email with the caller. */
export interface InboxCallState {
  /** The ledger entry. */
  entryId: string;
  /** Names the call before Twilio has: `inboxCall.attempt` of the entry. */
  attempt: string;
  /** How often the question was spoken. */
  timesAsked: number;
  /** `key`: the request comes with the key that was pressed; `dialed`: the call to the caller is over. */
  step?: 'key' | 'dialed';
}

const KIND: StateKind = { purpose: 'inbox-call', names: ['entry', 'attempt', 'said', 'step'], isOfNewCall: true };

/** Path and query of one of the two Functions, signed. */
export function inboxCallPath(
  environment: Environment,
  page: 'inbox-call' | 'inbox-call-status',
  { entryId, attempt, timesAsked, step }: InboxCallState,
): string {
  const query = new URLSearchParams({ entry: entryId, attempt, said: String(timesAsked) });
  if (step !== undefined) query.set('step', step);
  return `${FEATURE_PATH}/studio/${page}?${signState(environment, KIND, '', query)}`;
}

/** What `inboxCallPath` wrote. @throws BadRequest 403 for any other URL */
export function readInboxCallState(environment: Environment, event: FormFields): InboxCallState {
  const own = readSignedState(environment, KIND, event);
  if (own === undefined)
    throw new BadRequest('bad-state', 'The URL is not one of ours, or too old', 'Only our own calls lead here.', 403);
  const timesAsked = Number(parameter(own, 'said'));
  return {
    entryId: parameter(own, 'entry'),
    attempt: parameter(own, 'attempt'),
    timesAsked: Number.isSafeInteger(timesAsked) ? timesAsked : 0,
    step: own.step === 'key' || own.step === 'dialed' ? own.step : undefined,
  };
}
