import { type EmailProblem, PROVIDER_PROBLEMS, type ProviderProblem } from '@callback-and-voicemail/contract';
import { EmailSendError, type SendFailureKind } from './provider';
import { redactAddresses } from './redact-addresses';
import { type UploadAnswer, UploadInterrupted } from './upload';

export const LATER = 'It is sent again later.';
export const WITHOUT_RECORDING = 'It is sent without the recording.';

/** What a provider's own error says. */
export interface ProviderError {
  kind: SendFailureKind;
  problem: EmailProblem;
  advice: string;
  /** The provider's words, without keys. */
  detail?: string;
  /** How long those words ask to wait. A Retry-After goes before it. */
  retryAfterMs?: number;
}

/**
 * The error of an answer that took no message. Final is only what a provider's own error says of a whole request: a
 * proxy's page says nothing of the mail, and a 5xx after the body was sent may hide a mail that went out.
 * @param own the provider's own error in the answer, if it is one
 */
export function errorOfAnswer(provider: string, answer: UploadAnswer, own: ProviderError | undefined): EmailSendError {
  const { status, isBodySent } = answer;
  const code = `${provider}-${status}`;
  const detail = redactAddresses(own?.detail ?? '');
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'], Date.now()) ?? own?.retryAfterMs;
  if (status >= 500 || status < 300)
    return new EmailSendError(code, {
      kind: 'retryable',
      // Of an unfinished message, nothing can have been sent, whatever went wrong.
      deliveryUncertain: isBodySent || status < 300,
      problem: status < 300 ? 'unconfirmed' : 'unreachable',
      advice: isBodySent || status < 300 ? 'The provider is asked before the mail is sent again.' : LATER,
      detail,
      retryAfterMs,
    });
  if (own === undefined)
    return new EmailSendError(code, {
      kind: 'retryable',
      deliveryUncertain: false,
      problem: status === 429 ? 'limit-reached' : 'unreachable',
      advice: LATER,
      retryAfterMs,
    });
  return new EmailSendError(code, { ...own, deliveryUncertain: false, detail, retryAfterMs });
}

/** The error of a request without an answer. */
function errorOfInterruption(provider: string, interruption: UploadInterrupted): EmailSendError {
  const { progress, isBodyBroken, cause } = interruption;
  if (isBodyBroken) return recordingInterrupted(cause);
  return new EmailSendError(`${provider}-unreachable`, {
    kind: 'retryable',
    deliveryUncertain: progress === 'sent',
    problem: 'unreachable',
    advice: LATER,
    isIncomplete: progress === 'unfinished',
    cause,
  });
}

/** An attachment could not be read to its end, so that nobody has the message. */
export function recordingInterrupted(cause: unknown, code = 'recording-interrupted'): EmailSendError {
  return new EmailSendError(code, {
    kind: 'retryable',
    deliveryUncertain: false,
    problem: 'recording-unavailable',
    advice: LATER,
    isIncomplete: true,
    cause,
  });
}

/** Of recipients to whom nothing was sent, because the time was up. */
export function noTimeLeft(): EmailSendError {
  return new EmailSendError('no-time-left', {
    kind: 'retryable',
    deliveryUncertain: false,
    problem: 'no-time-left',
    advice: LATER,
  });
}

/** A message that is larger than a provider or server takes, as is known without asking. */
export function tooLarge(provider: string): EmailSendError {
  return new EmailSendError(`${provider}-too-large`, {
    kind: 'too-large',
    deliveryUncertain: false,
    problem: 'too-large',
    advice: WITHOUT_RECORDING,
  });
}

/** What `send` throws for anything that went wrong on the way: see `errorOfInterruption`. */
export function asSendError(provider: string, error: unknown): unknown {
  return error instanceof UploadInterrupted ? errorOfInterruption(provider, error) : error;
}

/** Nobody asks for more than a day; a limit that resets at midnight is asked for again then. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

const SECONDS = /^\d{1,9}$/;

/**
 * Retry-After: seconds, or a date (RFC 9110, section 10.2.3).
 * @param now milliseconds since 1970
 * @returns undefined when it is absent or malformed
 */
export function readRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (SECONDS.test(text)) return Math.min(MAX_RETRY_AFTER_MS, Number(text) * 1_000);
  // `Date.parse` alone takes "-5" for a year.
  const ms = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms)) : undefined;
}

/** An error as the panel tells it. */
export function describeError({ problem, detail }: EmailSendError): ProviderProblem {
  const known = PROVIDER_PROBLEMS.find((one) => one === problem);
  return { problem: known ?? 'unknown', ...(detail === '' ? {} : { detail }) };
}
