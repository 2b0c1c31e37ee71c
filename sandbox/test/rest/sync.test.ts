import FakeTimers, { type Clock } from '@sinonjs/fake-timers';
import { closeAll, openRest, refusal, SYNC_SERVICE } from './rest-setup';

let clock: Clock | undefined;
afterEach(async () => {
  clock?.uninstall();
  clock = undefined;
  await closeAll();
});

async function service() {
  const setup = await openRest();
  return { ...setup, sync: setup.client.sync.v1.services(SYNC_SERVICE) };
}

function freeze() {
  clock = FakeTimers.install({ now: Date.now(), toFake: ['Date'] });
  return clock;
}

test('a document is made, read by sid and name, changed and removed', async () => {
  const { sync } = await service();
  const made = await sync.documents.create({ uniqueName: 'voicemail:é/1', data: { n: 1 } });
  const path = encodeURIComponent('voicemail:é/1');
  expect(made).toMatchObject({ uniqueName: 'voicemail:é/1', data: { n: 1 }, revision: '0', dateExpires: null });
  expect((await sync.documents(path).fetch()).sid).toBe(made.sid);
  const changed = await sync.documents(made.sid).update({ data: { n: 2 } });
  expect(changed).toMatchObject({ data: { n: 2 }, revision: '1' });
  expect(await sync.documents.list()).toHaveLength(1);
  await sync.documents(path).remove();
  expect(await refusal(sync.documents(made.sid).fetch())).toMatchObject({ status: 404, code: 54100 });
});

test('a unique name is a lock: of many who make it one succeeds', async () => {
  const { sync } = await service();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) => sync.documents.create({ uniqueName: 'lock', data: { n } })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await refusal(sync.documents.create({ uniqueName: 'lock' }))).toMatchObject({ status: 409, code: 54301 });
});

test('of two writers with the same revision one gets 412', async () => {
  const { sync } = await service();
  const { revision } = await sync.documents.create({ uniqueName: 'd', data: {} });
  const write = (n: number) => sync.documents('d').update({ data: { n }, ifMatch: revision });
  const outcomes = await Promise.allSettled([write(1), write(2)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal(write(3))).toMatchObject({ status: 412, code: 54103 });
  expect(await refusal(sync.documents('d').update({ data: {}, ifMatch: 'zz' }))).toMatchObject({
    status: 400,
    code: 54003,
  });
});

test('data must be a JSON object of at most 16 KiB', async () => {
  const { sync, send } = await service();
  const create = (data: unknown) => refusal(sync.documents.create({ data }));
  expect(await create([1])).toMatchObject({ status: 400, code: 54008 });
  expect(await create('{')).toMatchObject({ status: 400, code: 54008 });
  expect(await create({ a: 'x'.repeat(16 * 1024) })).toMatchObject({ status: 413, code: 54006 });
  const path = `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Documents`;
  expect((await send('POST', path, { form: { Data: `{"a":"${'é'.repeat(8200)}"}` } })).status).toBe(413);
  expect((await sync.documents.create({ data: { a: 'x'.repeat(16 * 1024 - 8) } })).revision).toBe('0');
});

test('a document expires, and its name is free again', async () => {
  const time = freeze();
  const { sync } = await service();
  const made = await sync.documents.create({ uniqueName: 'd', data: {}, ttl: 60 });
  expect(made.dateExpires).not.toBeNull();
  time.tick(59_000);
  await sync.documents('d').update({ ttl: 10 });
  time.tick(9_999);
  expect((await sync.documents('d').fetch()).sid).toBe(made.sid);
  time.tick(1);
  expect(await refusal(sync.documents('d').fetch())).toMatchObject({ status: 404 });
  expect(await sync.documents.list()).toEqual([]);
  expect((await sync.documents.create({ uniqueName: 'd' })).sid).not.toBe(made.sid);
});

test('writes to one object: 200 at once, then 20 a second, and 429 with Retry-After beyond', async () => {
  const time = freeze();
  const { sync, send } = await service();
  await sync.documents.create({ uniqueName: 'd', data: {} });
  const path = `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Documents/d`;
  const write = async () => (await send('POST', path, { form: { Data: '{}' } })).status;
  const burst = [];
  for (let n = 0; n < 199; n += 1) burst.push(await write());
  expect(new Set(burst)).toEqual(new Set([200]));
  const refused = await send('POST', path, { form: { Data: '{}' } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(await refused.json()).toMatchObject({ code: 54009 });
  time.tick(1000);
  const second = [];
  for (let n = 0; n < 21; n += 1) second.push(await write());
  expect(second.filter((status) => status === 200)).toHaveLength(20);
  expect((await sync.documents.create({ uniqueName: 'other', data: {} })).revision).toBe('0');
});

test('objects of 10 KiB and more take 2 writes a second', async () => {
  const time = freeze();
  const { sync } = await service();
  const data = { a: 'x'.repeat(10 * 1024) };
  await sync.documents.create({ uniqueName: 'd', data });
  for (let n = 0; n < 19; n += 1) await sync.documents('d').update({ data });
  expect(await refusal(sync.documents('d').update({ data }))).toMatchObject({ status: 429, code: 54009 });
  time.tick(1000);
  await sync.documents('d').update({ data });
  await sync.documents('d').update({ data });
  expect(await refusal(sync.documents('d').update({ data }))).toMatchObject({ status: 429 });
});

test('documents come in pages', async () => {
  const { sync } = await service();
  for (let n = 0; n < 25; n += 1) await sync.documents.create({ uniqueName: `d${n}` });
  const names = (await sync.documents.list({ pageSize: 10 })).map(({ uniqueName }) => uniqueName);
  expect(names).toEqual(Array.from({ length: 25 }, (_, n) => `d${n}`));
});

test('map items: made once per key, read in order, changed by revision, expiring', async () => {
  const time = freeze();
  const { sync } = await service();
  const map = await sync.syncMaps.create({ uniqueName: 'ledger' });
  const items = sync.syncMaps('ledger').syncMapItems;
  for (const key of ['b', 'a', 'd', 'c']) await items.create({ key, data: { key } });
  expect(await refusal(items.create({ key: 'a', data: {} }))).toMatchObject({ status: 409, code: 54208 });

  const keys = async (query: Parameters<typeof items.list>[0]) => (await items.list(query)).map(({ key }) => key);
  expect(await keys({ pageSize: 3 })).toEqual(['a', 'b', 'c', 'd']);
  expect(await keys({ order: 'desc' })).toEqual(['d', 'c', 'b', 'a']);
  expect(await keys({ from: 'b' })).toEqual(['b', 'c', 'd']);
  expect(await keys({ from: 'b', bounds: 'exclusive' })).toEqual(['c', 'd']);
  expect(await keys({ from: 'b', order: 'desc', bounds: 'inclusive' })).toEqual(['b', 'a']);

  const first = await items('a').update({ data: { n: 1 }, ifMatch: '0', itemTtl: 5 });
  expect(first).toMatchObject({ revision: '1', data: { n: 1 }, mapSid: map.sid });
  expect(await refusal(items('a').update({ data: {}, ifMatch: '0' }))).toMatchObject({ status: 412, code: 54205 });
  expect(await refusal(items('a').remove({ ifMatch: '0' }))).toMatchObject({ status: 412 });
  time.tick(5000);
  expect(await refusal(items('a').fetch())).toMatchObject({ status: 404, code: 54201 });
  await items('b').remove();
  expect(await keys({})).toEqual(['c', 'd']);
  expect(await sync.syncMaps.list()).toHaveLength(1);
  await sync.syncMaps(map.sid).remove();
  expect(await refusal(items.list())).toMatchObject({ status: 404, code: 54200 });
});

test('a whole map can expire', async () => {
  const time = freeze();
  const { sync } = await service();
  await sync.syncMaps.create({ uniqueName: 'm', collectionTtl: 60 });
  await sync.syncMaps('m').syncMapItems.create({ key: 'k', data: {}, collectionTtl: 120 });
  time.tick(61_000);
  expect((await sync.syncMaps('m').fetch()).uniqueName).toBe('m');
  time.tick(60_000);
  expect(await refusal(sync.syncMaps('m').fetch())).toMatchObject({ status: 404, code: 54200 });
});

test('only the services of the account are there', async () => {
  const { client, sync } = await service();
  expect((await sync.fetch()).sid).toBe(SYNC_SERVICE);
  expect(await refusal(client.sync.v1.services(`IS${'0'.repeat(32)}`).documents.list())).toMatchObject({
    status: 404,
    code: 54050,
  });
});
