import { closeAll, openRest } from './rest-setup';

afterEach(closeAll);

const path = (accountSid: string) => `2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;

test.each(['api.twilio.com', 'api.us1.twilio.com', 'api.dublin.us1.twilio.com'])(
  'answers at %s, and records the host',
  async (host) => {
    const { world, send } = await openRest();
    const { status } = await send('GET', `${host}/${path(world.account.accountSid)}`);
    expect({ status, host: world.requests.at(-1)!.host }).toEqual({ status: 200, host });
  },
);

test.each(['api.ie1.twilio.com', 'api.dublin.ie1.twilio.com', 'taskrouter.sydney.au1.twilio.com'])(
  'refuses the credentials of US1 at %s',
  async (host) => {
    const { world, send } = await openRest();
    const response = await send('GET', `${host}/${path(world.account.accountSid)}`);
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ code: 20003 })]);
    expect(world.requests.at(-1)!.host).toBe(host);
  },
);
