import { FlexBadRequest } from '../runtime/errors';

/** The answer to somebody who did something too often: nothing was done, and nothing is lost. */
export const tooManyRequests = (retryAfterSeconds: number) =>
  new FlexBadRequest('too-many-requests', 'That was done too often within an hour', 'Try again later.', 429, {
    retryAfterSeconds,
  });
