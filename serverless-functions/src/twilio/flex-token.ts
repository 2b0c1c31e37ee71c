import { isSid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { TwilioError } from '../runtime/errors';
import { parseJsonObject } from '../runtime/json';
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
const OPERATION = 'POST iam.twilio.com/v1/Accounts/{sid}/Tokens/validate';

/**
 * Twilio's validator library takes neither a deadline nor another host, and its helper answers 403 for whatever the
 * handler throws; the request itself is this one.
 */
export function createFlexTokenValidator(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  deadline: Deadline,
  endpoint: TwilioEndpoint,
): FlexTokenValidator {
  const url = new URL(`https://iam.twilio.com/v1/Accounts/${accountSid}/Tokens/validate`);
  const headers = {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  const post = (token: string, signal: AbortSignal) =>
    fetch(resolveUrl(url, endpoint), { method: 'POST', headers, body: JSON.stringify({ token }), signal });
  return {
    async validate(token) {
      if (token === '' || token.length > MAX_TOKEN_LENGTH || !/^[\x21-\x7e]+$/.test(token)) return undefined;
      let response: ValidatorResponse;
      try {
        response = await deadline.within(CALL_TIMEOUT_MS, async (signal) => {
          const answer = await post(token, signal);
          return { status: answer.status, body: parseJsonObject(await answer.text()) };
        });
      } catch (cause) {
        throw new TwilioError(OPERATION, { failure: 'unavailable', cause });
      }
      return isAccepted(response) ? toUser(response.body) : undefined;
    },
  };
}

interface ValidatorResponse {
  status: number;
  body: Record<string, unknown> | undefined;
}

/**
 * Only the validator's own word counts.
 * @throws TwilioError when it did not say whether the token is valid
 */
function isAccepted(response: ValidatorResponse): response is { status: number; body: Record<string, unknown> } {
  const { status, body } = response;
  if (status === 429) throw new TwilioError(OPERATION, { failure: 'rate-limited', status });
  // Our own credentials were refused: this says nothing about the user's session.
  if (status === 401 || status === 403) throw new TwilioError(OPERATION, { failure: 'refused', status });
  if (body?.valid === false) return false;
  if (status >= 400 || body?.valid !== true) throw new TwilioError(OPERATION, { failure: 'unavailable', status });
  return true;
}

/** @returns undefined for a user without a worker, who cannot hold a task */
function toUser({ worker_sid: workerSid, identity, roles }: Record<string, unknown>): FlexUser | undefined {
  if (!isSid('worker', workerSid)) return undefined;
  return {
    workerSid,
    identity: typeof identity === 'string' ? identity : workerSid,
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
  };
}
