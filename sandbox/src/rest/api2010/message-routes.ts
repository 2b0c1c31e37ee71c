import { badRequest } from '../../world/twilio-error';
import type { TextMessage, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/Messages.json`;
/** https://www.twilio.com/docs/messaging/api/message-resource: "up to 1,600 characters in length", error 21617. */
const MAX_BODY_CHARACTERS = 1_600;
/** OpenAPI api v2010, CreateMessage: what of it the sandbox models. */
const MODELED = ['To', 'From', 'MessagingServiceSid', 'Body'];

/** Text messages: send and list. They are delivered to nobody; the log shows them. */
export function messageRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const order = {
          rank: ({ dateCreated, sid }: TextMessage) => [dateCreated, sid],
          directions: [-1, 1] as (1 | -1)[],
        };
        const page = paginate([...world.messages], order, request.fields, request.query, LARGEST_PAGE);
        const messages = page.items.map((message) => messageJson(world, message));
        return { status: 200, body: { ...pageUris(page, request.path), messages } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const message = readMessage(world, request);
        world.messages.push(message);
        return {
          status: 201,
          body: messageJson(world, message),
          log: { text: `SMS to ${message.to}: ${message.body}` },
        };
      },
    },
  ];
}

function readMessage(world: World, { fields }: RestRequest): TextMessage {
  const asked = fields.names().find((name) => !MODELED.includes(name));
  if (asked !== undefined) throw badRequest(`${asked} is not modeled by the sandbox`);
  const [to, from, service, body] = MODELED.map((name) => fields.text(name));
  if (to === undefined || !/^\+[1-9]\d{6,14}$/.test(to))
    throw badRequest(`The 'To' number ${to ?? ''} is not valid`, 21211);
  if (from === undefined && service === undefined)
    throw badRequest("A 'From' phone number or a messaging service is required", 21603);
  if (from !== undefined && ![...world.phoneNumbers].some(({ phoneNumber }) => phoneNumber === from))
    throw badRequest(`The From phone number ${from} is not a number of the account`, 21606);
  if (body === undefined) throw badRequest('Message body is required', 21602);
  if (body.length > MAX_BODY_CHARACTERS) throw badRequest('The message is over 1600 characters', 21617);
  return {
    sid: world.newSid('SM'),
    to,
    from: from ?? null,
    serviceSid: service ?? null,
    body,
    dateCreated: Date.now(),
  };
}

const messageJson = (world: World, { sid, to, from, serviceSid, body, dateCreated }: TextMessage) => ({
  account_sid: world.account.accountSid,
  api_version: API_VERSION,
  body,
  date_created: rfc2822Date(dateCreated),
  date_sent: null,
  date_updated: rfc2822Date(dateCreated),
  direction: 'outbound-api',
  error_code: null,
  error_message: null,
  from,
  messaging_service_sid: serviceSid,
  num_media: '0',
  num_segments: String(Math.ceil(body.length / 153)),
  price: null,
  price_unit: 'USD',
  sid,
  status: 'queued',
  subresource_uris: { media: `${accountPath(world)}/Messages/${sid}/Media.json` },
  to,
  uri: `${accountPath(world)}/Messages/${sid}.json`,
});
