import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { basic, closeAll, openRest, refusal, SYNC_SERVICE } from './rest-setup';

afterEach(closeAll);

test('an account’s Sync services are listed; Flex’s own is the default one', async () => {
  const { client } = await openRest();
  const services = await client.sync.v1.services.list();
  expect(services.map(({ sid }) => sid).sort()).toEqual([SYNC_SERVICE, DEFAULT_ACCOUNT.flexSyncServiceSid].sort());
  expect((await client.sync.v1.services('default').fetch()).sid).toBe(DEFAULT_ACCOUNT.flexSyncServiceSid);
  const [first] = await client.sync.v1.services.list({ pageSize: 1, limit: 1 });
  expect(first).toMatchObject({ aclEnabled: false, webhooksFromRestEnabled: false });
});

test('a Sync service that was made over REST holds documents, changes and is deleted with them', async () => {
  const { client } = await openRest();
  const plain = await client.sync.v1.services.create();
  expect(plain).toMatchObject({ friendlyName: null, aclEnabled: false, reachabilityDebouncingWindow: 5000 });
  const made = await client.sync.v1.services.create({ friendlyName: 'Voicemail', aclEnabled: true });
  expect(made).toMatchObject({ friendlyName: 'Voicemail', aclEnabled: true });
  const service = client.sync.v1.services(made.sid);
  const written = await service.documents.create({ uniqueName: 'settings', data: { on: true } });
  expect((await service.documents('settings').fetch()).sid).toBe(written.sid);
  const changed = await service.update({ aclEnabled: false, reachabilityDebouncingWindow: 1000 });
  expect(changed).toMatchObject({
    friendlyName: 'Voicemail',
    aclEnabled: false,
    reachabilityDebouncingWindow: 1000,
  });
  expect(await service.remove()).toBe(true);
  expect(await refusal(service.fetch())).toMatchObject({ status: 404, code: 54050 });
  expect(await refusal(service.documents('settings').fetch())).toMatchObject({ status: 404, code: 54050 });
});

test('settings of a Sync service that cannot be are refused', async () => {
  const { client, server } = await openRest();
  for (const wrong of [{ reachabilityDebouncingWindow: 999 }, { webhookUrl: 'https://example.com/sync' }]) {
    expect(await refusal(client.sync.v1.services.create(wrong))).toMatchObject({ status: 400 });
    expect(await refusal(client.sync.v1.services(SYNC_SERVICE).update(wrong))).toMatchObject({ status: 400 });
  }
  const unknown = client.sync.v1.services(`IS${'0'.repeat(32)}`);
  expect(await refusal(unknown.update({ aclEnabled: true }))).toMatchObject({ status: 404 });
  const answer = await fetch(`${server.url}/sync.twilio.com/v1/Services`, {
    method: 'POST',
    headers: { Authorization: basic(DEFAULT_ACCOUNT.accountSid, 'wrong') },
  });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: 20003 });
});
