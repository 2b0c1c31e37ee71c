import type { StringKey } from '../strings/strings';
import type { FailureCode } from './functions-error';

/** The message for each error code. */
export const FAILURE_MESSAGES: Record<FailureCode, StringKey> = {
  'token-missing': 'ErrorSignIn',
  'token-invalid': 'ErrorSignIn',
  'role-missing': 'ErrorRole',
  'not-yours': 'ErrorNotAssigned',
  'not-this-task': 'ErrorTaskReplaced',
  'task-not-held': 'ErrorNotHeld',
  'no-such-task': 'ErrorNotFound',
  'not-ours': 'ErrorNotFound',
  'bad-task-sid': 'ErrorInternal',
  'bad-range': 'ErrorInternal',
  'no-recording': 'RecordingNone',
  'recording-deleted': 'RecordingDeleted',
  'recording-encrypted': 'RecordingEncrypted',
  'recording-external': 'RecordingExternal',
  'requeue-not-allowed': 'RequeueDisabled',
  'no-attempts-left': 'NoAttemptsLeft',
  'already-requeued': 'Requeued',
  'number-withheld': 'BlockedWithheld',
  'number-not-a-number': 'BlockedNotANumber',
  'number-country-not-allowed': 'BlockedCountry',
  'number-not-callable': 'BlockedNotCallable',
  busy: 'ErrorBusy',
  'rate-limited': 'ErrorBusy',
  'twilio-unavailable': 'ErrorUnavailable',
  misconfigured: 'ErrorConfiguration',
  failed: 'ErrorInternal',
  invalid: 'ErrorInvalid',
  'domain-not-allowed': 'ErrorDomain',
  'too-large': 'ErrorTooLarge',
  conflict: 'ErrorConflict',
  'settings-corrupt': 'ErrorSettingsCorrupt',
  'settings-unreachable': 'ErrorSettingsUnreachable',
  'no-such-entry': 'ErrorNotFound',
  'nothing-to-resend': 'ErrorNothingToResend',
  'nothing-to-restore': 'ErrorNothingToRestore',
  'mail-refused': 'ErrorMailRefused',
  'not-configured': 'ErrorConfiguration',
  offline: 'ErrorOffline',
  unreachable: 'ErrorUnavailable',
  'timed-out': 'ErrorUnavailable',
  unexpected: 'ErrorInternal',
};

/** Failures that a retry cannot resolve. */
const FINAL_CODES: readonly FailureCode[] = [
  'not-yours',
  'not-this-task',
  'no-such-task',
  'not-ours',
  'already-requeued',
  'recording-encrypted',
  'recording-external',
];
export const isFinal = (failure: FailureCode) => FINAL_CODES.includes(failure);
