import { isSid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { TwilioCallFailed } from '../runtime/errors';
import { CALL_TIMEOUT_MS, reach } from './http-client';

/** Somebody signed in to Flex, as Twilio says; nothing of it comes from the request. */
export interface FlexUser {
  workerSid: string;
  identity: string;
  roles: string[];
}

/** The door to Twilio's validator of Flex tokens. */
export interface FlexTokenDoor {
  /** @returns undefined for a token that is not, or no longer, valid @throws TwilioCallFailed when nobody can say */
  validate(token: string): Promise<FlexUser | undefined>;
}

const MAX_TOKEN = 16_384;

/**
 * Twilio's validator library takes neither a deadline nor another host, and its helper answers 403 for whatever the
 * handler throws; the request itself is this one.
 */
export function flexTokenDoor(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  deadline: Deadline,
  stubUrl: string | undefined,
): FlexTokenDoor {
  return {
    async validate(token) {
      if (token === '' || token.length > MAX_TOKEN || !/^[\x21-\x7e]+$/.test(token)) return undefined;
      const url = new URL(`https://iam.twilio.com/v1/Accounts/${accountSid}/Tokens/validate`);
      const what = 'POST iam.twilio.com/v1/Accounts/{sid}/Tokens/validate';
      let status: number;
      let text: string;
      try {
        [status, text] = await deadline.within(CALL_TIMEOUT_MS, async (signal) => {
          const response = await fetch(reach(url, stubUrl), {
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
        throw new TwilioCallFailed(what, { failure: 'unavailable', cause });
      }
      if (status === 429) throw new TwilioCallFailed(what, { failure: 'rate-limited', status });
      const answer = parse(text);
      // Our own credentials, or something that is no validator: nobody's session has ended for that.
      if (status === 401 || status === 403) throw new TwilioCallFailed(what, { failure: 'refused', status });
      // Only the validator's own word counts.
      if (answer?.valid === false) return undefined;
      if (status >= 400 || answer?.valid !== true) throw new TwilioCallFailed(what, { failure: 'unavailable', status });
      const { worker_sid: workerSid, identity, roles } = answer;
      // Without a worker there is nobody who could hold a task.
      if (!isSid('worker', workerSid)) return undefined;
      return {
        workerSid,
        identity: typeof identity === 'string' ? identity : workerSid,
        roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
      };
    },
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
