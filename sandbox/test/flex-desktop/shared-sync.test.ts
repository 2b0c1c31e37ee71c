import twilio from 'twilio';
import { createRestServer, type RestServer } from '../../src/rest/rest-server';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { DEFAULT_ACCOUNT } from '../../src/world/defaults';
import { type FlexDesktopSetup, openFlexDesktop, type TestSocket } from './flex-desktop-setup';

let setup: FlexDesktopSetup;
let rest: RestServer;
beforeEach(async () => {
  setup = await openFlexDesktop();
  rest = await createRestServer(setup.world);
});
afterEach(async () => {
  await rest.close();
  await setup.close();
  expect(rest.mismatches).toEqual([]);
});

const service = () => {
  const { accountSid, authToken } = setup.world.account;
  const client = twilio(accountSid, authToken, { httpClient: stubHttpClient(rest.url) });
  return client.sync.v1.services(DEFAULT_ACCOUNT.flexSyncServiceSid);
};
const connect = async (): Promise<TestSocket> => {
  const line = await setup.open('sam', '/__twilio/tsock.us1.twilio.com/v3/wsconnect');
  line.sendFrame({ header: { id: 'TM-init', method: 'init', token: setup.token('sam') } });
  await line.next();
  return line;
};
const send = (line: TestSocket, method: string, path: string, payload?: unknown, headers = {}) => {
  const request = { host: 'cds.us1.twilio.com', path, method, headers };
  line.sendFrame({ header: { id: 'TM1', method: 'message', http_request: request }, payload });
};
const subscribe = async (line: TestSocket, type: string, sid: string) => {
  const requests = [{ object_sid: sid, object_type: type, last_event_id: 0 }];
  send(line, 'POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests });
  expect((await line.next()).header.http_status.code).toBe(202);
  expect((await line.next()).payload.event_type).toBe('subscription_established');
};

test('what a server changes over REST is pushed to the pages that subscribed to it', async () => {
  const line = await connect();
  const document = await service().documents.create({ uniqueName: 'settings', data: { a: 1 } });
  const map = await service().syncMaps.create({ uniqueName: 'states' });
  await subscribe(line, 'document', document.sid);
  await subscribe(line, 'map', map.sid);
  const items = service().syncMaps('states').syncMapItems;

  await service()
    .documents('settings')
    .update({ data: { a: 2 } });
  await items.create({ key: 'k', data: { n: 1 } });
  await items('k').update({ data: { n: 2 } });
  await items('k').remove();
  await service().syncMaps('states').remove();
  await service().documents('settings').remove();
  const events = [];
  for (let n = 0; n < 6; n += 1) {
    const { event_type, event } = (await line.next()).payload;
    events.push([event_type, event.id, event.document_data ?? event.item_data]);
  }
  expect(events).toEqual([
    ['document_updated', 1, { a: 2 }],
    ['map_item_added', 2, { n: 1 }],
    ['map_item_updated', 3, { n: 2 }],
    ['map_item_removed', 4, { n: 2 }],
    ['map_removed', 5, undefined],
    ['document_removed', 6, { a: 2 }],
  ]);
});

test('what a page writes is read over REST, and one revision counts for both', async () => {
  const line = await connect();
  send(line, 'POST', '/v3/Documents', { unique_name: 'settings', data: { a: 1 } });
  expect((await line.next()).payload).toMatchObject({ revision: '0' });
  const document = service().documents('settings');
  expect(await document.fetch()).toMatchObject({ data: { a: 1 }, revision: '0' });
  await expect(service().documents.create({ uniqueName: 'settings' })).rejects.toMatchObject({ code: 54301 });

  await document.update({ data: { a: 2 }, ifMatch: '0' });
  send(line, 'POST', '/v3/Documents/settings', { data: { a: 3 } }, { 'If-Match': '0' });
  const refused = await line.next();
  expect(refused.header.http_status.code).toBe(412);
  expect(refused.payload).toMatchObject({ code: 54103, status: 412 });
  send(line, 'POST', '/v3/Documents/settings', { data: { a: 3 } }, { 'If-Match': '1' });
  expect((await line.next()).payload).toMatchObject({ revision: '2' });
  await expect(document.update({ data: {}, ifMatch: '1' })).rejects.toMatchObject({ status: 412, code: 54103 });
  expect((await document.fetch()).data).toEqual({ a: 3 });
});

test('a page reaches Flex’s own Sync service and no other', async () => {
  const line = await connect();
  const { accountSid, authToken } = setup.world.account;
  const client = twilio(accountSid, authToken, { httpClient: stubHttpClient(rest.url) });
  await client.sync.v1.services(DEFAULT_ACCOUNT.syncServiceSid).documents.create({ uniqueName: 'ledger' });
  send(line, 'GET', '/v3/Documents/ledger');
  expect((await line.next()).payload).toMatchObject({ code: 54100, status: 404 });
});
