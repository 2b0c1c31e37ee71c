import http from 'node:http';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { createTestTwilio, type TestTwilio } from '../../src/testing/test-twilio';
import { listen } from '../../src/transport/transport';
import type { Fault } from '../../src/world/types';

const SERVICE = '/sync.twilio.com/v1/Services';
/** How long smtp-server lets a client wait, so that those who speak too early are found. */
const GREETING_MS = 100;

/** One contract for both: tests that change their transport must see the same Twilio. */
describe.each(['http', 'in-process'] as const)('the %s transport', (transport) => {
  let twilio: TestTwilio;
  beforeEach(async () => {
    twilio = await createTestTwilio({
      transport,
      mail: { mailgun: { domains: { 'mg.example.com': 'key' } } },
      smtp: { users: { ana: 'secret' } },
    });
  });
  afterEach(() => twilio.close());

  const request = (path: string, init: RequestInit = {}) => {
    const { accountSid, authToken } = twilio.world.account;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    return fetch(`${twilio.stubUrl}${path}`, { ...init, headers: { authorization, ...init.headers } });
  };
  const createTask = () =>
    request(`/taskrouter.twilio.com/v1/Workspaces/${twilio.world.workspaceSid}/Tasks`, {
      method: 'POST',
      body: new URLSearchParams({ WorkflowSid: [...twilio.world.workflows.keys()][0]!, Attributes: '{"name":"Ana"}' }),
    });
  const outcome = (work: Promise<Response>) =>
    work
      .then(async (response) => ({ status: response.status, text: (await response.text()).slice(0, 20) }))
      .catch((error: Error) => ({ name: error.name, failed: error.message }));

  test('carries a form, JSON and headers', async () => {
    const response = await createTask();
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('"0"');
    expect(await response.json()).toMatchObject({ attributes: '{"name":"Ana"}', assignment_status: 'pending' });
    expect(twilio.world.requests).toMatchObject([{ method: 'POST', status: 201, host: 'taskrouter.twilio.com' }]);
  });

  test('carries refusals', async () => {
    const response = await request(`${SERVICE}/IS${'0'.repeat(32)}/Documents/one`);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 54050 }]);
  });

  test.each<[Partial<Fault> & Pick<Fault, 'kind'>, object]>([
    [
      { kind: 'status', status: 503 },
      { status: 503, text: '{"code":20503,"messa' },
    ],
    [{ kind: 'garbage' }, { status: 200, text: '<html>\r\n<head><title' }],
    [{ kind: 'reset' }, { name: 'TypeError', failed: 'fetch failed' }],
    [{ kind: 'done-then-reset' }, { name: 'TypeError', failed: 'fetch failed' }],
    [
      { kind: 'done-then-status', status: 502 },
      { status: 502, text: '{"code":20502,"messa' },
    ],
    [{ kind: 'cut-short' }, { name: 'TypeError', failed: 'terminated' }],
  ])('fails as the fault $kind says', async (fault, expected) => {
    twilio.world.faults.add(fault);
    expect(await outcome(createTask())).toEqual(expected);
    expect(twilio.world.tasks.list()).toHaveLength(/^done|^cut/.test(fault.kind) ? 1 : 0);
  });

  test('carries mail to the mail server, and breaks off where a fault says so', async () => {
    const { clock, mailbox, world, smtpUrl } = twilio;
    const send = async () => {
      const begunAt = clock.now();
      let code: unknown;
      const sending = createTransport({ url: smtpUrl })
        .sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x'.repeat(50_000) })
        .then(
          () => (code = 250),
          (error: { code?: string; responseCode?: number }) => (code = error.responseCode ?? error.code),
        );
      await clock.runUntil(() => code !== undefined, 20_000);
      await sending;
      return [code, mailbox.list().length, clock.now() - begunAt];
    };
    expect(await send()).toEqual([250, 1, GREETING_MS]);
    const methods = world.requests.map(({ host, method }) => `${host} ${method}`);
    expect(methods).toEqual(
      ['CONNECT', 'AUTH', 'MAIL', 'RCPT', 'DATA'].map((command) => `mail.example.net ${command}`),
    );
    world.faults.add({ host: 'mail.example.net', method: 'DATA', kind: 'done-then-reset', times: 1 });
    expect(await send()).toEqual(['ESOCKET', 2, GREETING_MS]);
    world.faults.add({ host: 'mail.example.net', method: 'RCPT', kind: 'status', status: 550, times: 1 });
    expect(await send()).toEqual([550, 2, GREETING_MS]);
    await clock.settle();
    expect(world.activity).toMatchObject({ held: 0, running: 0 });
  });

  test.each(['no-answer', 'done-then-no-answer'] as const)('lets a client abort the fault %s', async (kind) => {
    twilio.world.faults.add({ kind });
    const abort = new AbortController();
    const { accountSid, authToken } = twilio.world.account;
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const pending = fetch(`${twilio.stubUrl}${SERVICE}/IS1/Documents/one`, {
      headers: { authorization },
      signal: abort.signal,
    });
    const failed = expect(pending).rejects.toMatchObject({ name: 'AbortError' });
    await twilio.clock.settle();
    expect(twilio.world.activity.held).toBe(1);
    abort.abort();
    await failed;
    await twilio.clock.settle();
    expect(twilio.world.activity).toMatchObject({ held: 0, running: 0 });
  });

  test.each<[string, (url: URL, answer: (response: http.IncomingMessage) => void) => http.ClientRequest]>([
    ['options', ({ hostname, port, pathname: path }, answer) => http.request({ hostname, port, path }, answer)],
    ['a URL', (url, answer) => http.request(url, answer)],
    ['a URL and options', (url, answer) => http.request(url, { method: 'GET', agent: false }, answer)],
    ['an address, and no callback', ({ href }, answer) => http.request(href).on('response', answer)],
  ])('answers a client that calls http.request with %s', async (_what, open) => {
    const url = new URL(`${twilio.stubUrl}/api.mailgun.net/v3/mg.example.com/events`);
    const status = await new Promise((resolve, reject) => {
      open(url, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
  });

  test('connects a client that uses http.request before it answers, and lets it end its body first', async () => {
    const url = `${twilio.stubUrl}/api.mailgun.net/v3/mg.example.com/messages`;
    const order: string[] = [];
    await new Promise((resolve, reject) => {
      const request = http.request(url, { method: 'POST', headers: { 'content-length': 4 } }, (response) => {
        order.push(`answer, ended: ${request.writableEnded}`);
        response.resume().on('end', resolve);
      });
      request.on('socket', (socket) => socket.once('connect', () => order.push('connect'))).on('error', reject);
      Readable.from(['ab', 'cd']).pipe(request);
    });
    expect(order).toEqual(['connect', 'answer, ended: true']);
  });

  test('refuses connections after it was closed', async () => {
    const server = await listen(transport, (_request, response) => response.end('open'));
    expect(await (await fetch(server.url)).text()).toBe('open');
    await server.close();
    await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
