import { badRequest, notFound } from '../../world/twilio-error';
import type { PhoneNumber, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

const LIST = `${ACCOUNT_PATH}/IncomingPhoneNumbers.json`;
const ONE = `${ACCOUNT_PATH}/IncomingPhoneNumbers/{Sid}.json`;
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

/** OpenAPI api v2010, UpdateIncomingPhoneNumber: what of it the sandbox models. */
const CHANGES = {
  FriendlyName: 'friendlyName',
  VoiceUrl: 'voiceUrl',
  VoiceMethod: 'voiceMethod',
  StatusCallback: 'statusCallback',
  StatusCallbackMethod: 'statusCallbackMethod',
  SmsUrl: 'smsUrl',
} as const;

/** @throws TwilioError 400 for what is not modeled, unless it is empty and so removes nothing */
function readChange({ fields }: RestRequest): Partial<PhoneNumber> {
  const unmodeled = fields.names().find((name) => !Object.hasOwn(CHANGES, name) && fields.text(name) !== '');
  if (unmodeled !== undefined) throw badRequest(`${unmodeled} is not modeled by the sandbox`);
  const given = Object.entries(CHANGES).filter(([name]) => fields.has(name));
  return Object.fromEntries(given.map(([name, key]) => [key, fields.text(name)]));
}

/** The account's telephone numbers: what answers them can be changed, which there are cannot. */
export function phoneNumberRoutes(world: World): Route[] {
  const find = (request: RestRequest): PhoneNumber => {
    requireAccount(world, request);
    const number = world.phoneNumbers.find(({ sid }) => sid === request.params.Sid);
    if (!number) throw notFound(request.path);
    return number;
  };
  const json = (number: PhoneNumber) => ({
    sid: number.sid,
    account_sid: world.account.accountSid,
    phone_number: number.phoneNumber,
    friendly_name: number.friendlyName,
    voice_url: number.voiceUrl,
    voice_method: number.voiceMethod ?? 'POST',
    voice_fallback_url: '',
    voice_fallback_method: 'POST',
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    trunk_sid: number.trunkSid ?? null,
    status_callback: number.statusCallback ?? '',
    status_callback_method: number.statusCallbackMethod ?? 'POST',
    sms_url: number.smsUrl ?? '',
    sms_method: 'POST',
    voice_receive_mode: 'voice',
    address_requirements: 'none',
    api_version: API_VERSION,
    beta: false,
    capabilities: number.capabilities,
    status: 'in-use',
    origin: 'twilio',
    date_created: rfc2822Date(number.dateCreated),
    date_updated: rfc2822Date(number.dateUpdated),
    uri: `${accountPath(world)}/IncomingPhoneNumbers/${number.sid}.json`,
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
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: json(find(request)) }) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const number = find(request);
        Object.assign(number, readChange(request), { dateUpdated: Date.now() });
        const text = `number ${number.phoneNumber} changed: ${request.fields.names().join(', ')}`;
        return { status: 200, body: json(number), log: { text } };
      },
    },
  ];
}
