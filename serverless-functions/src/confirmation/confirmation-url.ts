import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import { BadRequest } from '../runtime/errors';
import { type FormFields, parameter } from '../runtime/form-fields';
import { readSignedState, type StateKind, signState } from '../runtime/signed-state';

/** What the URLs of a call carry that asks whether a callback is wanted. */
export interface AskState {
  /** The ledger entry. */
  entryId: string;
  /** Names the call before Twilio has: `confirmation.ask` of the entry. */
  ask: string;
  /** How often the question was spoken. */
  timesAsked: number;
  /** The request comes with the key that was pressed. */
  hasKey?: boolean;
}

const KIND: StateKind = { purpose: 'confirmation', names: ['entry', 'ask', 'said', 'step'], isOfNewCall: true };

/** Path and query of one of the two Functions, signed. */
export function confirmationPath(
  environment: Environment,
  page: 'confirmation' | 'confirmation-status',
  { entryId, ask, timesAsked, hasKey }: AskState,
): string {
  const query = new URLSearchParams({ entry: entryId, ask, said: String(timesAsked) });
  if (hasKey) query.set('step', 'key');
  return `${FEATURE_PATH}/studio/${page}?${signState(environment, KIND, '', query)}`;
}

/** What `confirmationPath` wrote. @throws BadRequest 403 for any other URL */
export function readAskState(environment: Environment, event: FormFields): AskState {
  const own = readSignedState(environment, KIND, event);
  if (own === undefined)
    throw new BadRequest('bad-state', 'The URL is not one of ours, or too old', 'Only our own calls lead here.', 403);
  const timesAsked = Number(parameter(own, 'said'));
  return {
    entryId: parameter(own, 'entry'),
    ask: parameter(own, 'ask'),
    timesAsked: Number.isSafeInteger(timesAsked) ? timesAsked : 0,
    hasKey: own.step === 'key' || undefined,
  };
}
