import type { EmailAdminErrorCode, EmailAdminErrorResponse } from '@callback-and-voicemail/contract/email-admin-api';
import type { FlexApiErrorCode } from '@callback-and-voicemail/contract/flex-api';

/** What our Functions may say, and what may keep them from saying anything. */
export type FailureCode =
  | FlexApiErrorCode
  | EmailAdminErrorCode
  | 'not-configured'
  | 'offline'
  | 'unreachable'
  | 'timed-out'
  | 'unexpected';

/** A call to our Functions that did not do what was asked; `code` has words in every language. */
export class FunctionsError extends Error {
  constructor(
    readonly code: FailureCode,
    readonly status: number | undefined,
    message: string,
    /** What else the answer said, where it was one of ours. */
    readonly detail: Partial<Omit<EmailAdminErrorResponse, 'code'>> = {},
  ) {
    super(message);
    this.name = 'FunctionsError';
    // The builder compiles classes down, which loses the prototype of what extends Error.
    Object.setPrototypeOf(this, FunctionsError.prototype);
  }
}

/** @returns the code of whatever was thrown */
export function failureCode(error: unknown): FailureCode {
  return error instanceof FunctionsError ? error.code : 'unexpected';
}

/** True for requests that the caller aborted: they are not reported. */
export function isAborted(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AbortError';
}
