import { useRef } from 'react';
import { type FailureCode, failureCode } from '../functions-client/functions-error';

/**
 * @returns why the last fetch failed, until a later one succeeds. A query without data forgets its error when it
 *   fetches again; this keeps the message until the outcome is known.
 */
export function useLastFailure(error: unknown, isFetching: boolean): FailureCode | undefined {
  const last = useRef<FailureCode>();
  if (error !== null) last.current = failureCode(error);
  else if (!isFetching) last.current = undefined;
  return last.current;
}
