import { isSid } from '@callback-and-voicemail/contract';
import { SetupError } from '../setup-error';

/** How requests to Twilio are signed. */
export interface Credentials {
  accountSid: string;
  /** The account's SID, or an API key's. */
  username: string;
  password: string;
  edge?: string;
}

/** The form of an auth token and of an API key's secret. */
const isSecret = (value: string | undefined): value is string => /^[0-9a-zA-Z]{32}$/.test(value ?? '');

/**
 * The names that Twilio's own tools use; `ACCOUNT_SID` and `AUTH_TOKEN`, as Functions call them, are taken as well.
 * https://github.com/twilio/twilio-cli/blob/main/docs/general_usage.md#profiles
 * @returns undefined when there are none
 * @throws SetupError for a malformed one, without its value
 */
export function readCredentials(environment: Readonly<Record<string, string | undefined>>): Credentials | undefined {
  // An empty line of a `.env` file gives nothing.
  const accountSid = environment.TWILIO_ACCOUNT_SID || environment.ACCOUNT_SID || undefined;
  const token = environment.TWILIO_AUTH_TOKEN || environment.AUTH_TOKEN || undefined;
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret, TWILIO_EDGE } = environment;
  const edge = TWILIO_EDGE || undefined;
  if (accountSid === undefined && token === undefined) return undefined;
  if (!isSid('account', accountSid ?? ''))
    throw malformed('TWILIO_ACCOUNT_SID', accountSid, 'AC and 32 hexadecimal digits');
  if (token !== undefined) {
    if (!isSecret(token)) throw malformed('TWILIO_AUTH_TOKEN', token, '32 letters and digits');
    return { accountSid: accountSid!, username: accountSid!, password: token, ...(edge === undefined ? {} : { edge }) };
  }
  if (!isSid('apiKey', key ?? ''))
    throw malformed('TWILIO_AUTH_TOKEN, or TWILIO_API_KEY', key, 'SK and 32 hexadecimal digits');
  if (!isSecret(secret)) throw malformed('TWILIO_API_SECRET', secret, '32 letters and digits');
  return { accountSid: accountSid!, username: key!, password: secret, ...(edge === undefined ? {} : { edge }) };
}

const malformed = (name: string, value: string | undefined, form: string) =>
  new SetupError(
    'credentials',
    `${name} is ${value === undefined || value === '' ? 'missing' : 'malformed'}: expected ${form}`,
    'Copy it from the Twilio Console, Account Info, into the environment or into the .env file, and run this again.',
  );
