import { badRequest } from '../../world/twilio-error';
import type { PhoneNumber, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/IncomingPhoneNumbers.json`;
/** In Twilio's API, but what they would leave out is not modeled. */
const NOT_MODELED = ['Beta', 'FriendlyName', 'Origin'];

/**
 * Whole or partial numbers, with `*` for any digit
 * (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource, "Read multiple").
 */
function matches({ phoneNumber }: PhoneNumber, pattern: string): boolean {
  const form = pattern
    .replace(/[^\d*+]/g, '')
    .replace(/\+/g, '\\+')
    .replace(/\*/g, '\\d');
  return new RegExp(form).test(phoneNumber);
}

/** The account's telephone numbers: the list, and nothing that changes it. */
export function phoneNumberRoutes(world: World): Route[] {
  const json = ({ sid, phoneNumber, voiceUrl, dateCreated }: PhoneNumber) => ({
    sid,
    account_sid: world.account.accountSid,
    phone_number: phoneNumber,
    friendly_name: phoneNumber,
    voice_url: voiceUrl,
    voice_method: 'POST',
    voice_receive_mode: 'voice',
    address_requirements: 'none',
    api_version: API_VERSION,
    beta: false,
    capabilities: { voice: true, sms: false, mms: false, fax: false },
    status: 'in-use',
    origin: 'twilio',
    date_created: rfc2822Date(dateCreated),
    date_updated: rfc2822Date(dateCreated),
    uri: `${accountPath(world)}/IncomingPhoneNumbers/${sid}.json`,
  });
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        requireAccount(world, request);
        const { fields, query, path } = request;
        const asked = NOT_MODELED.find((name) => fields.has(name));
        if (asked !== undefined) throw badRequest(`${asked} is not modeled by the sandbox`);
        const order = { rank: ({ phoneNumber }: PhoneNumber) => [phoneNumber] };
        const pattern = fields.text('PhoneNumber') ?? '';
        const found = [...world.phoneNumbers].filter((one) => pattern === '' || matches(one, pattern));
        const page = paginate(found, order, fields, query, LARGEST_PAGE);
        return { status: 200, body: { ...pageUris(page, path), incoming_phone_numbers: page.items.map(json) } };
      },
    },
  ];
}
