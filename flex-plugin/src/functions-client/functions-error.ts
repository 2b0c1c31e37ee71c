import type { EmailAdminErrorCode, EmailAdminErrorResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { FlexApiErrorCode } from '@callback-and-voicemail/contract/flex-api';

/** Error codes of the Functions, and of requests that got no response from them. */
export type FailureCode =
  | FlexApiErrorCode
  | EmailAdminErrorCode
  | 'not-configured'
  | 'offline'
  | 'unreachable'
  | 'timed-out'
  /** Flex did not do what it was asked to: another plugin kept it from that, as far as can be told. */
  | 'stopped-in-flex'
  | 'unexpected';

/** A failed request to the Functions; there is a message for every `code`. */
export class FunctionsError extends Error {
  constructor(
    readonly code: FailureCode,
    readonly status: number | undefined,
    message: string,
    /** Further fields of an error response of the Functions. */
    readonly detail: Partial<Omit<EmailAdminErrorResponse, 'code'>> = {},
  ) {
    super(message);
    this.name = 'FunctionsError';
    // The builder compiles classes to ES5, where subclasses of Error lose their prototype.
    Object.setPrototypeOf(this, FunctionsError.prototype);
  }
}

/** @returns the code of a caught error; `unexpected` for errors of other kinds */
export function failureCode(error: unknown): FailureCode {
  return error instanceof FunctionsError ? error.code : 'unexpected';
}

/** @returns true for a request that the caller aborted */
export function isAborted(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
}
