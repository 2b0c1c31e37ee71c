import '@twilio-labs/serverless-runtime-types';
import type { TwilioResponse } from '@twilio-labs/serverless-runtime-types/types';

/**
 * An answer that nobody keeps, and that a browser takes for nothing but what its type says: it may hold what callers and
 * agents wrote. (https://fetch.spec.whatwg.org/#x-content-type-options-header)
 */
export function createResponse(status: number): TwilioResponse {
  const response = new Twilio.Response();
  response.setStatusCode(status);
  response.appendHeader('Cache-Control', 'no-store');
  response.appendHeader('X-Content-Type-Options', 'nosniff');
  return response;
}
