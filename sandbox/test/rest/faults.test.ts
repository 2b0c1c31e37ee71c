import FakeTimers from '@sinonjs/fake-timers';
import express from 'express';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import { closeAll, openRest, refusal, SYNC_SERVICE } from './rest-setup';

afterEach(closeAll);

const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;
const DOCUMENTS = `sync.twilio.com/v1/Services/${SYNC_SERVICE}/Documents`;

test('a status fault hits the matching requests, as often as configured', async () => {
  const { world, client } = await openRest();
  world.faults.add({
    host: 'sync.twilio.com',
    method: 'POST',
    path: /\/Documents$/,
    after: 1,
    times: 2,
    kind: 'status',
    status: 503,
  });
  const { documents } = client.sync.v1.services(SYNC_SERVICE);
  await documents.create({});
  expect(await refusal(documents.create({}))).toMatchObject({ status: 503 });
  expect(await documents.list()).toHaveLength(1);
  expect(await refusal(documents.create({}))).toMatchObject({ status: 503 });
  await documents.create({});
  expect(await documents.list()).toHaveLength(2);
});

test('a status fault can carry headers and a body', async () => {
  const { world, send } = await openRest();
  const remove = world.faults.add({ kind: 'status', status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' });
  const answer = await send('GET', DOCUMENTS);
  expect([answer.status, answer.headers.get('Retry-After'), await answer.text()]).toEqual([429, '7', 'slow down']);
  remove();
  expect((await send('GET', DOCUMENTS)).status).toBe(200);
});

test('the fault garbage is a 200 that is not JSON', async () => {
  const { world, send } = await openRest();
  world.faults.add({ kind: 'garbage', times: 1 });
  const answer = await send('GET', DOCUMENTS);
  expect(answer.status).toBe(200);
  await expect(answer.json()).rejects.toThrow(/not valid JSON/);
});

test('reset breaks the connection before anything is done, done-then-reset after', async () => {
  const { world, client } = await openRest();
  const { tasks } = client.taskrouter.v1.workspaces(world.workspaceSid);
  world.faults.add({ kind: 'reset', times: 1 });
  await expect(tasks.create({ workflowSid: WORKFLOW, attributes: '{}' })).rejects.toThrow(/ECONNRESET|socket hang up/);
  expect(world.tasks.list()).toHaveLength(0);
  world.faults.add({ kind: 'done-then-reset', times: 1 });
  await expect(tasks.create({ workflowSid: WORKFLOW, attributes: '{}' })).rejects.toThrow(/ECONNRESET|socket hang up/);
  expect(world.tasks.list()).toHaveLength(1);
  expect(world.requests.map(({ status, answered }) => [status, answered])).toEqual([
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test.each([
  ['no-answer', 0],
  ['done-then-no-answer', 1],
] as const)('%s holds the request without keeping the world busy, until the client gives up', async (kind, made) => {
  const { world, server, send } = await openRest();
  world.faults.add({ kind, times: 1 });
  const giveUp = new AbortController();
  const { accountSid, authToken } = world.account;
  const waiting = fetch(`${server.url}/${DOCUMENTS}`, {
    method: 'POST',
    signal: giveUp.signal,
    headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
    body: new URLSearchParams({ UniqueName: 'd' }),
  });
  await until(() => world.activity.held === 1 && world.activity.running === 0);
  giveUp.abort();
  await expect(waiting).rejects.toThrow();
  await until(() => world.activity.held === 0);
  const { documents } = (await (await send('GET', DOCUMENTS)).json()) as { documents: unknown[] };
  expect(documents).toHaveLength(made);
});

test('a delayed request takes effect when virtual time says so, even if its client has given up', async () => {
  const { world, server } = await openRest();
  const clock = FakeTimers.install({ toFake: ['Date', 'setTimeout', 'clearTimeout'], shouldClearNativeTimers: true });
  try {
    world.faults.add({ kind: 'delay', delayMs: 20_000, times: 1 });
    const giveUp = new AbortController();
    const { accountSid, authToken } = world.account;
    const waiting = fetch(`${server.url}/taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Tasks`, {
      method: 'POST',
      signal: giveUp.signal,
      headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
      body: new URLSearchParams({ WorkflowSid: WORKFLOW, Attributes: '{}' }),
    }).catch(() => 'gave up');
    await until(() => world.activity.held === 1);
    giveUp.abort();
    expect(await waiting).toBe('gave up');
    expect(world.tasks.list()).toHaveLength(0);
    await clock.tickAsync(20_000);
    await until(() => world.tasks.list().length === 1);
  } finally {
    clock.uninstall();
  }
});

test('records requests in order of arrival and distinguishes parallel from serial ones', async () => {
  const { world, client } = await openRest();
  const { documents } = client.sync.v1.services(SYNC_SERVICE);
  await documents.create({ uniqueName: 'a' });
  await documents('a').fetch();
  await Promise.all([documents('a').fetch(), documents('a').fetch()]);
  const seen = world.requests;
  expect(seen.map(({ host, method, status }) => [host, method, status])).toEqual([
    ['sync.twilio.com', 'POST', 201],
    ['sync.twilio.com', 'GET', 200],
    ['sync.twilio.com', 'GET', 200],
    ['sync.twilio.com', 'GET', 200],
  ]);
  expect(seen[1]!.path).toBe(`/v1/Services/${SYNC_SERVICE}/Documents/a`);
  expect(seen[1]!.arrived).toBeGreaterThan(seen[0]!.answered!);
  expect(world.activity.running).toBe(0);
  expect(world.activity.begun).toBe(4);
});

test('another’s host is recorded and struck by faults as ours are', async () => {
  const mailgun = express.Router().post('/v3/d/messages', (_request, response) => {
    response.json({ id: 'made' });
  });
  const { world, send } = await openRest({ otherHosts: { 'api.mailgun.net': mailgun } });
  world.faults.add({ host: 'api.mailgun.net', kind: 'status', status: 500, after: 1, times: 1 });
  const post = () => send('POST', 'api.mailgun.net/v3/d/messages', { form: { to: 'a' } });
  expect(await (await post()).json()).toEqual({ id: 'made' });
  expect((await post()).status).toBe(500);
  expect((await post()).status).toBe(200);
  expect(world.requests.map(({ host, status }) => [host, status])).toEqual([
    ['api.mailgun.net', 200],
    ['api.mailgun.net', 500],
    ['api.mailgun.net', 200],
  ]);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
