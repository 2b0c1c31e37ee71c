import { request } from 'node:http';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { createGateway, type Gateway } from '../../src/gateway/gateway';
import { FEATURE, isPoll } from '../../src/polled-functions';
import { installVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock';
import { createWorld, type SandboxWorld } from '../../src/world/world';
import { type ProductApp, startProductApp } from '../voice/product-app';

let world: SandboxWorld;
let clock: VirtualClock;
let runtime: ProductApp;
let gateway: Gateway;
beforeEach(async () => {
  world = createWorld();
  runtime = await startProductApp();
  clock = installVirtualClock(world.activity, Date.UTC(2026, 0, 1));
  gateway = await createGateway({
    world,
    target: runtime.url,
    isPoll,
    visibility: (path) => (path === '/protected' ? 'protected' : path === '/private' ? 'private' : 'public'),
  });
  for (const path of ['/public', '/protected', '/private']) runtime.on(path, { type: 'text/plain', body: 'done' });
});
afterEach(async () => {
  clock.uninstall();
  await gateway.close();
  await runtime.close();
});

interface Reply {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}
/** A request as raw as the test needs it: fetch would refuse some of these. */
const ask = (method: string, path: string, options: { body?: string; headers?: Record<string, string> } = {}) =>
  new Promise<Reply>((resolve, reject) => {
    const outgoing = request(
      `${gateway.url}${path}`,
      { method, headers: options.headers, agent: false },
      (incoming) => {
        const parts: Buffer[] = [];
        incoming.on('data', (part: Buffer) => parts.push(part));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body: Buffer.concat(parts).toString(),
            headers: incoming.headers,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const signed = (path: string, params: Record<string, string>) => ({
  ...FORM,
  'x-twilio-signature': getExpectedTwilioSignature(world.account.authToken, gateway.url + path, params),
});

it('forwards a public request unchanged, without hop-by-hop headers', async () => {
  runtime.on('/public', {
    status: 201,
    type: 'text/plain',
    body: 'made',
    headers: { 'x-own': 'yes', connection: 'keep-alive', 'keep-alive': 'timeout=9' },
  });
  const reply = await ask('POST', '/public?a=1', { body: 'b=2', headers: { ...FORM, te: 'trailers' } });
  expect(reply).toMatchObject({ status: 201, body: 'made', headers: { 'x-own': 'yes' } });
  expect(reply.headers['keep-alive']).toBeUndefined();
  expect(runtime.requests).toMatchObject([{ method: 'POST', url: '/public?a=1', form: { b: '2' } }]);
  expect(runtime.requests[0]!.headers.te).toBeUndefined();
  expect(world.eventLog.entries()).toMatchObject([{ source: 'product', text: 'POST /public answered 201 in 0 ms' }]);
});

describe('polls', () => {
  const SETTINGS = `${FEATURE}/flex/email-settings`;
  const answer = (status: number) => runtime.on(SETTINGS, { status, type: 'application/json', body: '{}' });
  const poll = (body = 'Token=t') => ask('POST', SETTINGS, { body, headers: FORM });
  const statuses = () => world.eventLog.entries().map(({ text }) => Number(/answered (\d+)/.exec(text)?.[1]));

  it('logs the first of many identical polls and no other', async () => {
    answer(200);
    for (let n = 0; n < 5; n += 1) await poll();
    expect(statuses()).toEqual([200]);
    expect(runtime.requests).toHaveLength(5);
  });

  it('logs every failed poll, and the first one that succeeds again', async () => {
    for (const status of [200, 503, 503, 200, 200]) {
      answer(status);
      await poll();
    }
    expect(statuses()).toEqual([200, 503, 503, 200]);
  });

  it('logs the first successful poll after the runtime gave no response', async () => {
    answer(200);
    await poll();
    runtime.on(SETTINGS, (_request, response) => {
      response.destroy();
      return null;
    });
    await poll();
    answer(200);
    await poll();
    expect(statuses()).toEqual([200, 502, 200]);
  });

  it('logs each save of the settings', async () => {
    answer(200);
    for (let n = 0; n < 3; n += 1) await poll('Token=t&Action=save');
    expect(statuses()).toEqual([200, 200, 200]);
  });

  it('logs each request to a Function that is not polled', async () => {
    for (let n = 0; n < 3; n += 1) await ask('POST', '/public');
    expect(statuses()).toEqual([200, 200, 200]);
  });
});

describe('a protected path', () => {
  it('needs a signature over the whole URL and the form', async () => {
    const body = 'From=%2B15550100001&Body=a+b';
    const params = { From: '+15550100001', Body: 'a b' };
    expect(await ask('POST', '/protected?x=1', { body, headers: signed('/protected?x=1', params) })).toMatchObject({
      status: 200,
      body: 'done',
    });
    for (const headers of [
      FORM,
      signed('/protected?x=2', params),
      signed('/protected?x=1', { ...params, Body: 'other' }),
      { ...FORM, 'x-twilio-signature': 'forged' },
    ]) {
      expect(await ask('POST', '/protected?x=1', { body, headers })).toMatchObject({ status: 400 });
    }
    expect(runtime.requests).toHaveLength(1);
  });

  it('takes a signed GET', async () => {
    const path = '/protected?From=%2B15550100001';
    const headers = {
      'x-twilio-signature': getExpectedTwilioSignature(world.account.authToken, gateway.url + path, {}),
    };
    expect(await ask('GET', path, { headers })).toMatchObject({ status: 200 });
  });

  it('answers a browser’s preflight', async () => {
    expect(await ask('OPTIONS', '/protected')).toMatchObject({ status: 200 });
  });
});

it('keeps private paths to itself', async () => {
  expect(await ask('POST', '/private', { headers: signed('/private', {}) })).toMatchObject({ status: 403 });
  expect(runtime.requests).toEqual([]);
});

it.each(['PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
  expect(await ask(method, '/public')).toMatchObject({ status: 405 });
});

it('refuses a GET with a body', async () => {
  expect(await ask('GET', '/public', { body: 'x', headers: { 'content-length': '1' } })).toMatchObject({ status: 403 });
});

it('refuses a request of more than 1 MB', async () => {
  expect(await ask('POST', '/public', { body: 'x'.repeat(1_048_577) })).toMatchObject({ status: 413 });
  expect(await ask('POST', '/public', { body: 'x'.repeat(1_048_576) })).toMatchObject({ status: 200 });
});

it('does not pass on more than 6 MB', async () => {
  runtime.on('/public', { type: 'audio/wav', body: Buffer.alloc(6 * 1_048_576) });
  expect(await ask('POST', '/public')).toMatchObject({ status: 200 });
  runtime.on('/public', { type: 'audio/wav', body: Buffer.alloc(6 * 1_048_576 + 1) });
  expect(await ask('POST', '/public')).toMatchObject({ status: 502 });
});

it('ends an execution after 10 s', async () => {
  runtime.on('/public', () => new Promise<string>(() => undefined));
  const reply = ask('POST', '/public');
  await clock.advance(9_999);
  expect(world.eventLog.entries()).toEqual([]);
  await clock.advance(1);
  expect(await reply).toMatchObject({ status: 504 });
  expect(world.eventLog.entries()).toMatchObject([{ level: 'error' }]);
  expect(world.activity.running).toBe(0);
});

it('says so when the runtime is gone', async () => {
  await runtime.close();
  expect(await ask('POST', '/public')).toMatchObject({ status: 502 });
});
