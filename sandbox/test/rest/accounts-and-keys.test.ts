import twilio from 'twilio';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { closeAll, openRest, type RestSetup, refusal } from './rest-setup';

afterEach(closeAll);

const MAIN_KEY = `SK${'1'.repeat(32)}`;
const withKey = ({ server, world }: RestSetup, sid: string, secret: string) =>
  twilio(sid, secret, { accountSid: world.account.accountSid, httpClient: stubHttpClient(server.url) });

test('the account is read and renamed; another one is not found', async () => {
  const { client, world } = await openRest({ world: { accountType: 'Trial' } });
  const { accountSid } = world.account;
  const own = client.api.v2010.accounts(accountSid);
  expect(await own.fetch()).toMatchObject({
    sid: accountSid,
    status: 'active',
    type: 'Trial',
    friendlyName: 'Sandbox',
  });
  expect((await own.update({ friendlyName: 'Support' })).friendlyName).toBe('Support');
  expect((await client.api.v2010.accounts.list({ friendlyName: 'Support' })).map(({ sid }) => sid)).toEqual([
    accountSid,
  ]);
  expect(await client.api.v2010.accounts.list({ status: 'closed' })).toEqual([]);
  const other = client.api.v2010.accounts(`AC${'0'.repeat(32)}`);
  expect(await refusal(other.fetch())).toMatchObject({ status: 404, code: 20404 });
  expect(await refusal(own.update({ friendlyName: 'x'.repeat(65) }))).toMatchObject({ status: 400 });
});

test('an API key’s secret is shown when it is made, and never again', async () => {
  const setup = await openRest();
  const { client, world } = setup;
  const made = await client.newKeys.create({ friendlyName: 'Functions' });
  expect(made).toMatchObject({ friendlyName: 'Functions', secret: expect.stringMatching(/^\w{32}$/) });
  const listed = await client.keys.list();
  expect(listed.map(({ sid }) => sid).sort()).toEqual([DEFAULT_ACCOUNT.apiKeySid, made.sid].sort());
  expect(JSON.stringify(await client.keys(made.sid).fetch())).not.toContain(made.secret);
  expect(JSON.stringify(world.eventLog.entries())).not.toContain(made.secret);
  const byKey = withKey(setup, made.sid, made.secret);
  expect(await byKey.incomingPhoneNumbers.list()).toEqual([]);
  expect((await client.keys(made.sid).update({ friendlyName: 'Renamed' })).friendlyName).toBe('Renamed');
  expect(await client.keys(made.sid).remove()).toBe(true);
  expect(await refusal(byKey.incomingPhoneNumbers.list())).toMatchObject({ status: 401, code: 20003 });
  expect(await refusal(client.keys(made.sid).fetch())).toMatchObject({ status: 404 });
  expect(await refusal(client.newKeys.create({ friendlyName: 'x'.repeat(65) }))).toMatchObject({ status: 400 });
});

test('a standard API key reads neither accounts nor keys; a main key does', async () => {
  const apiKeys = { [DEFAULT_ACCOUNT.apiKeySid]: 'standard', [MAIN_KEY]: 'main' };
  const setup = await openRest({ world: { apiKeys, mainApiKeys: [MAIN_KEY] } });
  const { accountSid } = setup.world.account;
  const standard = withKey(setup, DEFAULT_ACCOUNT.apiKeySid, 'standard');
  const main = withKey(setup, MAIN_KEY, 'main');
  for (const work of [
    standard.api.v2010.accounts(accountSid).fetch(),
    standard.api.v2010.accounts.list(),
    standard.keys.list(),
    standard.newKeys.create(),
  ]) {
    expect(await refusal(work)).toEqual({ status: 401, code: 20003, message: 'Authenticate' });
  }
  expect(await standard.incomingPhoneNumbers.list()).toEqual([]);
  expect((await main.api.v2010.accounts(accountSid).fetch()).sid).toBe(accountSid);
  expect(await main.keys.list()).toHaveLength(2);
});
