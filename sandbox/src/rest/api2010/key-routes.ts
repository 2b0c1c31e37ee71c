import { createHash } from 'node:crypto';
import { badRequest, notFound } from '../../world/twilio-error';
import type { ApiKeyNote, Sid, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { ACCOUNT_PATH, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/Keys.json`;
const ONE = `${ACCOUNT_PATH}/Keys/{Sid}.json`;
/** OpenAPI api v2010, FriendlyName: "up to 64 characters long". */
const MAX_NAME_LENGTH = 64;

/**
 * API keys. Those made here are standard ones (twilio.com/docs/usage/api/keys: "You can create Main keys only in the
 * Twilio Console"), and their secrets are shown once.
 */
export function keyRoutes(world: World): Route[] {
  const { account } = world;
  const noteOf = (sid: Sid): ApiKeyNote =>
    account.apiKeyNotes.get(sid) ?? {
      friendlyName: '',
      isMain: false,
      dateCreated: account.dateCreated,
      dateUpdated: account.dateCreated,
    };
  const json = (sid: Sid) => {
    const { friendlyName, dateCreated, dateUpdated } = noteOf(sid);
    return {
      sid,
      friendly_name: friendlyName,
      date_created: rfc2822Date(dateCreated),
      date_updated: rfc2822Date(dateUpdated),
    };
  };
  const find = (request: RestRequest): Sid => {
    requireAccount(world, request);
    const sid = request.params.Sid!;
    if (!account.apiKeys.has(sid)) throw notFound(request.path);
    return sid;
  };
  const readName = ({ fields }: RestRequest): string | undefined => {
    const name = fields.text('FriendlyName');
    if (name !== undefined && name.length > MAX_NAME_LENGTH) {
      throw badRequest(`FriendlyName has over ${MAX_NAME_LENGTH} characters`);
    }
    return name;
  };

  return [
    {
      method: 'GET',
      path: LIST,
      mainOnly: true,
      handle(request) {
        requireAccount(world, request);
        const { fields, query, path } = request;
        const sids = [...account.apiKeys.keys()];
        const order = { rank: (sid: Sid) => [noteOf(sid).dateCreated, sid] };
        const page = paginate(sids, order, fields, query, LARGEST_PAGE);
        return { status: 200, body: { ...pageUris(page, path), keys: page.items.map(json) } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      mainOnly: true,
      secret: true,
      handle(request) {
        requireAccount(world, request);
        const friendlyName = readName(request) ?? '';
        const sid = world.newSid('SK');
        const secret = createHash('md5').update(`secret of ${sid}`).digest('hex');
        const now = Date.now();
        account.apiKeys.set(sid, secret);
        account.apiKeyNotes.set(sid, { friendlyName, isMain: false, dateCreated: now, dateUpdated: now });
        return { status: 201, body: { ...json(sid), secret }, log: { text: `API key ${sid} created` } };
      },
    },
    { method: 'GET', path: ONE, mainOnly: true, handle: (request) => ({ status: 200, body: json(find(request)) }) },
    {
      method: 'POST',
      path: ONE,
      mainOnly: true,
      handle(request) {
        const sid = find(request);
        const note = noteOf(sid);
        const friendlyName = readName(request) ?? note.friendlyName;
        account.apiKeyNotes.set(sid, { ...note, friendlyName, dateUpdated: Date.now() });
        return { status: 200, body: json(sid), log: { text: `API key ${sid} renamed` } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      mainOnly: true,
      handle(request) {
        const sid = find(request);
        account.apiKeys.delete(sid);
        account.apiKeyNotes.delete(sid);
        return { status: 204, log: { text: `API key ${sid} deleted` } };
      },
    },
  ];
}
