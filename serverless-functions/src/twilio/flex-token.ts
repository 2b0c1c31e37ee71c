import { isSid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { ConfigurationError, TwilioError } from '../runtime/errors';
import { parseJsonObject } from '../runtime/json';
import { resolveUrl, type TwilioEndpoint } from './hosts';
import { CALL_TIMEOUT_MS } from './http-client';
import { isTokenForm, type RefusedTokens } from './refused-tokens';

/** Somebody signed in to Flex, as Twilio says; nothing of it comes from the request. */
export interface FlexUser {
  workerSid: string;
  identity: string;
  roles: string[];
}

/** Twilio's validator of Flex tokens. */
export interface FlexTokenValidator {
  /**
   * @returns undefined for a token that is not valid
   * @throws TwilioError when the validator is out of reach
   * @throws ConfigurationError when Twilio refuses our own credentials
   */
  validate(token: string): Promise<FlexUser | undefined>;
}

/**
 * Twilio's validator library takes neither a deadline nor another host, and its helper answers 403 for whatever the
 * handler throws; the request itself is this one.
 */
export function createFlexTokenValidator(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  deadline: Deadline,
  endpoint: TwilioEndpoint,
  refusedTokens: RefusedTokens,
): FlexTokenValidator {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;

  async function request(url: string, operation: string, init: RequestInit): Promise<[status: number, text: string]> {
    try {
      return await deadline.within(CALL_TIMEOUT_MS, async (signal) => {
        const headers = { authorization, 'content-type': 'application/json' };
        const response = await fetch(resolveUrl(new URL(url), endpoint), { ...init, headers, signal });
        return [response.status, await response.text()] as const;
      });
    } catch (cause) {
      throw new TwilioError(operation, { failure: 'unavailable', cause });
    }
  }

  /**
   * A 401 or 403 may mean the token or ourselves, and its code does not say which: 20003 stands for both. Another request
   * with the same credentials does.
   */
  async function checkCredentials(): Promise<void> {
    const operation = 'GET api.twilio.com/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json';
    const url = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json?PageSize=1`;
    const [status] = await request(url, operation, {});
    if (status === 401 || status === 403)
      throw new ConfigurationError(
        'credentials-refused',
        'Twilio refuses the account SID with the auth token',
        'Deploy the Functions again, with the auth token that the account has now.',
      );
    if (status >= 400) throw new TwilioError(operation, { failure: 'unavailable', status });
  }

  async function askTwilio(token: string): Promise<FlexUser | undefined> {
    const operation = 'POST iam.twilio.com/v1/Accounts/{sid}/Tokens/validate';
    const url = `https://iam.twilio.com/v1/Accounts/${accountSid}/Tokens/validate`;
    const [status, text] = await request(url, operation, { method: 'POST', body: JSON.stringify({ token }) });
    const body = parseJsonObject(text);
    switch (readVerdict(status, body)) {
      case 'invalid':
        return undefined;
      case 'refused':
        await checkCredentials();
        return undefined;
      case 'rate-limited':
        throw new TwilioError(operation, { failure: 'rate-limited', status });
      case 'unavailable':
        throw new TwilioError(operation, { failure: 'unavailable', status });
      case 'valid':
    }
    const { worker_sid: workerSid, identity, roles } = body ?? {};
    // A user without a worker cannot hold a task.
    if (!isSid('worker', workerSid)) return undefined;
    return {
      workerSid,
      identity: typeof identity === 'string' ? identity : workerSid,
      roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    };
  }

  return {
    async validate(token) {
      if (!isTokenForm(token) || refusedTokens.has(token, Date.now())) return undefined;
      const user = await askTwilio(token);
      // Only a definite refusal comes here: an outage or our own refused credentials are thrown.
      if (user === undefined) refusedTokens.add(token, Date.now());
      return user;
    },
  };
}

/** `refused`: the token or our own credentials, which has to be found out. */
export type TokenVerdict = 'valid' | 'invalid' | 'refused' | 'rate-limited' | 'unavailable';

/**
 * What the validator's answer means. It says `valid: false` with any status, and other answers for tokens that are
 * expired (401, 403), of another account (404), or none (400); Twilio publishes no list.
 */
export function readVerdict(status: number, body: Record<string, unknown> | undefined): TokenVerdict {
  if (status === 429) return 'rate-limited';
  if (body?.valid === false && status < 500) return 'invalid';
  if (status === 401 || status === 403) return 'refused';
  // A proxy's page is no answer of the validator's.
  if (status === 400 || status === 404) return body === undefined ? 'refused' : 'invalid';
  return status < 300 && body?.valid === true ? 'valid' : 'unavailable';
}
