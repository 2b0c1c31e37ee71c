import type { FlexErrorCode } from '@callback-and-voicemail/contract/flex-functions';

/**
 * Every error the product throws on purpose: a code for machines, a sentence for people, what to do, and the cause.
 * Messages never hold telephone numbers, mail addresses, keys or a request's query.
 */
export class ProductError extends Error {
  readonly code: string;
  readonly advice: string;
  constructor(code: string, message: string, advice: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.advice = advice;
  }
}

/** A request from outside that we will not act on; the answer names what is wrong. */
export class BadRequest<Code extends string = string> extends ProductError {
  declare readonly code: Code;
  readonly status: number;
  /** Further fields of the JSON response; never logged. */
  readonly details: object;
  constructor(
    code: Code,
    message: string,
    advice: string,
    status = 400,
    { cause, ...details }: { cause?: unknown; [detail: string]: unknown } = {},
  ) {
    super(code, message, advice, cause === undefined ? undefined : { cause });
    this.status = status;
    this.details = details;
  }
}

/** A request of the plugin that we will not act on; the plugin has words for each code. */
export class FlexBadRequest extends BadRequest<FlexErrorCode> {}

/** The deployment is not configured for this request. */
export class ConfigurationError extends ProductError {}

export type TwilioFailure =
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'rate-limited'
  | 'refused'
  | 'unavailable';

/**
 * A Twilio REST call that did not succeed.
 * `outcomeUnknown` is true when a write got no readable response: it may have taken effect.
 */
export class TwilioError extends ProductError {
  readonly failure: TwilioFailure;
  readonly status: number | undefined;
  readonly outcomeUnknown: boolean;
  /** How long Twilio asks to wait before the next attempt. */
  readonly retryAfterMs: number | undefined;
  constructor(
    operation: string,
    details: {
      failure: TwilioFailure;
      status?: number;
      twilioCode?: number;
      outcomeUnknown?: boolean;
      retryAfterMs?: number;
      cause?: unknown;
    },
  ) {
    const response = details.status === undefined ? 'got no answer' : `was answered ${details.status}`;
    super(
      `twilio-${details.failure}`,
      `${operation} ${response}${details.twilioCode ? ` (Twilio error ${details.twilioCode})` : ''}`,
      details.twilioCode
        ? `See https://www.twilio.com/docs/api/errors/${details.twilioCode}`
        : 'It is tried again later.',
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.failure = details.failure;
    this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** True when `error` is a failed Twilio call of that kind. */
export function isTwilioError(error: unknown, ...failures: TwilioFailure[]): error is TwilioError {
  return error instanceof TwilioError && failures.includes(error.failure);
}

/** True when a write may have taken effect although it failed. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof TwilioError && error.outcomeUnknown;
}

/** A short code for logs: the product's own, or the error's class. Never the message, which may quote input. */
export function errorCode(error: unknown): string {
  if (error instanceof ProductError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
