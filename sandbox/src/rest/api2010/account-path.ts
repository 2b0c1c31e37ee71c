import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { RestRequest } from '../route';

export const API_VERSION = '2010-04-01';
export const ACCOUNT_PATH = `/${API_VERSION}/Accounts/{AccountSid}`;
/** The 2010 API's greatest page. */
export const LARGEST_PAGE = 1000;

/** The account's own prefix, as in `uri` fields. */
export function accountPath(world: World): string {
  return `/${API_VERSION}/Accounts/${world.account.accountSid}`;
}

/** @throws TwilioError 404 when the path names another account. */
export function requireAccount(world: World, { params, path }: RestRequest): void {
  if (params.AccountSid !== world.account.accountSid) throw notFound(path);
}
