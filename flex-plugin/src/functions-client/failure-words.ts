import type { StringKey } from '../strings/strings';
import type { FailureCode } from './functions-error';

/** The words for everything that may go wrong, by code. */
export const FAILURE_WORDS: Record<FailureCode, StringKey> = {
  'token-missing': 'ErrorSignIn',
  'token-invalid': 'ErrorSignIn',
  'role-missing': 'ErrorRole',
  'not-yours': 'ErrorNotYours',
  'not-this-task': 'ErrorOtherTask',
  'task-not-held': 'ErrorNotHeld',
  'no-such-task': 'ErrorNotFound',
  'not-ours': 'ErrorNotFound',
  'bad-task-sid': 'ErrorOurs',
  'bad-range': 'ErrorOurs',
  'no-recording': 'SoundNone',
  'recording-deleted': 'SoundDeleted',
  'requeue-not-allowed': 'RequeueOff',
  'no-attempts-left': 'NoAttemptsLeft',
  'already-requeued': 'PutBack',
  'number-withheld': 'BlockedWithheld',
  'number-not-a-number': 'BlockedNotANumber',
  'number-country-not-allowed': 'BlockedCountry',
  'number-not-callable': 'BlockedNotCallable',
  busy: 'ErrorBusy',
  'rate-limited': 'ErrorBusy',
  'twilio-unavailable': 'ErrorUnavailable',
  misconfigured: 'ErrorConfiguration',
  failed: 'ErrorOurs',
  invalid: 'ErrorInvalid',
  'domain-not-allowed': 'ErrorDomain',
  'too-large': 'ErrorTooLarge',
  conflict: 'ErrorConflict',
  'settings-corrupt': 'ErrorSettingsCorrupt',
  'settings-unreachable': 'ErrorSettingsUnreachable',
  'no-such-entry': 'ErrorNotFound',
  'nothing-to-resend': 'ErrorNothingToResend',
  'mail-refused': 'ErrorMailRefused',
  'not-configured': 'ErrorConfiguration',
  offline: 'ErrorOffline',
  unreachable: 'ErrorUnavailable',
  'timed-out': 'ErrorUnavailable',
  unexpected: 'ErrorOurs',
};

/** What another try cannot mend. */
const FINAL: readonly FailureCode[] = ['not-yours', 'not-this-task', 'no-such-task', 'not-ours', 'already-requeued'];
export const isFinal = (failure: FailureCode) => FINAL.includes(failure);
