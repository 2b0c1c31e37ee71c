import { isSid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { TwilioError } from '../runtime/errors';
import { resolveUrl, type TwilioEndpoint } from './hosts';
import { CALL_TIMEOUT_MS } from './http-client';

/** Somebody signed in to Flex, as Twilio says; nothing of it comes from the request. */
export interface FlexUser {
  workerSid: string;
  identity: string;
  roles: string[];
}

/** Twilio's validator of Flex tokens. */
export interface FlexTokenValidator {
  /** @returns undefined for a token that is not valid @throws TwilioError when the validator is out of reach */
  validate(token: string): Promise<FlexUser | undefined>;
}

const MAX_TOKEN_LENGTH = 16_384;

/**
 * Twilio's validator library takes neither a deadline nor another host, and its helper answers 403 for whatever the
 * handler throws; the request itself is this one.
 */
export function createFlexTokenValidator(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  deadline: Deadline,
  endpoint: TwilioEndpoint,
): FlexTokenValidator {
  return {
    async validate(token) {
      if (token === '' || token.length > MAX_TOKEN_LENGTH || !/^[\x21-\x7e]+$/.test(token)) return undefined;
      const url = new URL(`https://iam.twilio.com/v1/Accounts/${accountSid}/Tokens/validate`);
      const operation = 'POST iam.twilio.com/v1/Accounts/{sid}/Tokens/validate';
      let status: number;
      let text: string;
      try {
        [status, text] = await deadline.within(CALL_TIMEOUT_MS, async (signal) => {
          const response = await fetch(resolveUrl(url, endpoint), {
            method: 'POST',
            headers: {
              authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
              'content-type': 'application/json',
            },
            body: JSON.stringify({ token }),
            signal,
          });
          return [response.status, await response.text()] as const;
        });
      } catch (cause) {
        throw new TwilioError(operation, { failure: 'unavailable', cause });
      }
      if (status === 429) throw new TwilioError(operation, { failure: 'rate-limited', status });
      const body = parseJsonObject(text);
      // Our own credentials were refused: this says nothing about the user's session.
      if (status === 401 || status === 403) throw new TwilioError(operation, { failure: 'refused', status });
      // Only the validator's own word counts.
      if (body?.valid === false) return undefined;
      if (status >= 400 || body?.valid !== true) throw new TwilioError(operation, { failure: 'unavailable', status });
      const { worker_sid: workerSid, identity, roles } = body;
      // A user without a worker cannot hold a task.
      if (!isSid('worker', workerSid)) return undefined;
      return {
        workerSid,
        identity: typeof identity === 'string' ? identity : workerSid,
        roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
      };
    },
  };
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
