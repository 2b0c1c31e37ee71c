import { badRequest, notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { API_VERSION, accountPath, LARGEST_PAGE } from './account-path';

const LIST = `/${API_VERSION}/Accounts.json`;
const ONE = `/${API_VERSION}/Accounts/{Sid}.json`;
const MAX_NAME_LENGTH = 64;
/** Of those that an account has, what the sandbox serves. */
const SUBRESOURCES = {
  calls: 'Calls',
  incoming_phone_numbers: 'IncomingPhoneNumbers',
  keys: 'Keys',
  messages: 'Messages',
  queues: 'Queues',
  recordings: 'Recordings',
  transcriptions: 'Transcriptions',
};

/** The account itself, which has no subaccounts. */
export function accountRoutes(world: World): Route[] {
  const { account } = world;
  const json = () => ({
    sid: account.accountSid,
    owner_account_sid: account.accountSid,
    auth_token: account.authToken,
    friendly_name: account.friendlyName,
    status: 'active',
    type: account.type,
    date_created: rfc2822Date(account.dateCreated),
    date_updated: rfc2822Date(account.dateCreated),
    subresource_uris: Object.fromEntries(
      Object.entries(SUBRESOURCES).map(([name, segment]) => [name, `${accountPath(world)}/${segment}.json`]),
    ),
    uri: `${accountPath(world)}.json`,
  });
  const requireOwn = ({ params, path }: RestRequest) => {
    if (params.Sid !== account.accountSid) throw notFound(path);
  };
  return [
    {
      method: 'GET',
      path: LIST,
      mainOnly: true,
      handle({ fields, query, path }) {
        const isAsked =
          (fields.text('FriendlyName') ?? account.friendlyName) === account.friendlyName &&
          (fields.text('Status') ?? 'active') === 'active';
        const page = paginate(isAsked ? [json()] : [], { rank: ({ sid }) => [sid] }, fields, query, LARGEST_PAGE);
        return { status: 200, body: { ...pageUris(page, path), accounts: page.items } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      mainOnly: true,
      handle(request) {
        requireOwn(request);
        return { status: 200, body: json() };
      },
    },
    {
      method: 'POST',
      path: ONE,
      mainOnly: true,
      secret: true,
      handle(request) {
        requireOwn(request);
        const { fields } = request;
        if (fields.has('Status')) throw badRequest('Status is not modeled by the sandbox');
        const name = fields.text('FriendlyName') ?? account.friendlyName;
        if (name.length > MAX_NAME_LENGTH) throw badRequest(`FriendlyName has over ${MAX_NAME_LENGTH} characters`);
        account.friendlyName = name;
        return { status: 200, body: json(), log: { text: `account renamed: ${name}` } };
      },
    },
  ];
}
