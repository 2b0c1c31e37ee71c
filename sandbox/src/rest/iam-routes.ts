import type { FlexTokens } from '../world/flex-tokens';
import { isObject } from '../world/is-object';
import { badRequest, notFound } from '../world/twilio-error';
import type { World } from '../world/types';
import type { Route } from './route';

/**
 * The validator of Flex tokens: what Twilio's own token validator library asks on every call of the Flex UI. It is in
 * no published OpenAPI; parameters and answer are those the library sends and reads.
 */
export function iamRoutes(world: World & { flexTokens: FlexTokens }): Route[] {
  return [
    {
      method: 'POST',
      path: '/v1/Accounts/{AccountSid}/Tokens/validate',
      unpublished: true,
      handle({ params, path, json, fields }) {
        if (params.AccountSid !== world.account.accountSid) throw notFound(path);
        const given = isObject(json) ? json.token : (fields.text('token') ?? fields.text('Token'));
        if (typeof given !== 'string') throw badRequest('token is required');
        const known = world.flexTokens.find(given);
        if (!known) return { status: 200, body: { valid: false, code: 20101, message: 'Invalid Access Token' } };
        if (known.expiresAt <= Date.now()) {
          return { status: 200, body: { valid: false, code: 20104, message: 'Access Token expired' } };
        }
        const body = {
          valid: true,
          code: 0,
          message: null,
          expiration: new Date(known.expiresAt).toISOString(),
          realm_user_id: known.realmUserId,
          identity: known.identity,
          roles: known.roles,
          worker_sid: known.workerSid,
        };
        return { status: 200, body };
      },
    },
  ];
}
