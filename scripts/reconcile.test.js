import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import path from 'node:path';

const SCRIPT = path.join(__dirname, 'reconcile.mjs');
const TOKEN = 'outbox-token-of-the-tests-0123456789';
const PERIOD = ['--from', '2026-11-01', '--to', '2026-11-30'];

const item = (id, change = {}) => ({
  ...{ id, at: '2026-11-02T10:00:00.000Z', queue: 'Support', class: 'complete' },
  ...{ recording: 'there', entry: 'there', task: 'there', email: 'there' },
  ...change,
});
const totals = (unexplained) => ({
  ...{ voicemails: 1204, complete: 1200 - unexplained, explained: { 'email-off': 4 }, unexplained },
  ...{ others: 17, unknown: 0 },
});
const page = (change = {}) => ({ items: [item('a')], totals: totals(0), progress: { done: 1, days: 30 }, ...change });
const last = (change = {}) =>
  page({
    items: [item('b')],
    record: { n: 3, hash: 'f'.repeat(64) },
    chain: { state: 'verified', records: 3 },
    ...change,
  });

let server;
let requests;
/** Answers one after the other. */
async function serve(answers) {
  requests = [];
  const left = [...answers];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      requests.push({
        method,
        url,
        authorization: headers.authorization,
        fields: Object.fromEntries(new URLSearchParams(body)),
      });
      const [status, answer] = left.shift() ?? [500, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}
afterEach(() => new Promise((resolve) => (server === undefined ? resolve() : server.close(resolve))));

function run(args, env = { OUTBOX_TOKEN: TOKEN }) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: { PATH: process.env.PATH, ...env } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].on('data', (chunk) => {
      output[name] += chunk;
    });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })));
}

test('asks page by page with the token in a header, and prints a table and the sentence', async () => {
  const url = await serve([
    [200, page({ cursor: 'next' })],
    [200, last()],
  ]);
  const { status, stdout } = await run([...PERIOD, '--url', url]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/complete +1,200\n +email-off +4\n/);
  expect(stdout).toContain('1,204 of 1,204, 0 unexplained\n');
  expect(stdout).toContain('chain: verified');
  expect(requests.map(({ fields }) => fields)).toEqual([
    { Action: 'run', From: '2026-11-01', To: '2026-11-30' },
    { Action: 'run', From: '2026-11-01', To: '2026-11-30', Cursor: 'next' },
  ]);
  for (const { method, url: path, authorization } of requests)
    expect([method, path, authorization]).toEqual([
      'POST',
      '/features/callback-and-voicemail-with-email/email/reconcile',
      `Bearer ${TOKEN}`,
    ]);
});

test('ends with 1 and names what is missing when something is unexplained', async () => {
  const lost = item(`RE${'1'.repeat(32)}`, { class: 'unexplained', entry: 'missing', email: 'missing' });
  const url = await serve([[200, last({ items: [lost], totals: totals(1) })]]);
  const { status, stdout } = await run([...PERIOD, '--url', url]);
  expect(status).toBe(1);
  expect(stdout).toMatch(/RE1{32} {2}Support {2}missing: entry, email\n/);
  expect(stdout).toContain('1,203 of 1,204, 1 unexplained');
});

test('ends with 1 when a record of the chain was changed by hand', async () => {
  const url = await serve([[200, last({ chain: { state: 'changed', records: 3, changedAt: 2 } })]]);
  const { status, stdout } = await run([...PERIOD, '--url', url]);
  expect([status, /chain: changed at 2/.test(stdout)]).toEqual([1, true]);
});

test('with --json prints all voicemails as JSON', async () => {
  const url = await serve([
    [200, page({ cursor: 'next' })],
    [200, last()],
  ]);
  const { stdout } = await run([...PERIOD, '--json', '--url', url]);
  expect(JSON.parse(stdout).items.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('sends a supervisor’s token in the body', async () => {
  const url = await serve([[200, last()]]);
  await run([...PERIOD, '--url', url], { FLEX_TOKEN: 'flex' });
  expect(requests[0]).toMatchObject({
    url: '/features/callback-and-voicemail-with-email/flex/reconcile',
    authorization: undefined,
    fields: { Token: 'flex' },
  });
});

test('asks again for a page that Twilio could not answer, with the same cursor', async () => {
  const url = await serve([
    [502, { code: 'twilio-unavailable' }],
    [200, last()],
  ]);
  expect((await run([...PERIOD, '--url', url])).status).toBe(0);
  expect(requests).toHaveLength(2);
});

test.each([
  [
    'the token is refused',
    [[401, { code: 'unauthorised', message: 'The bearer token is missing or wrong' }]],
    PERIOD,
    /401 unauthorised/,
  ],
  ['no period is named', [], [], /Name a period/],
  ['an option is unknown', [], ['--token', 'x'], /--token/],
  ['a day is malformed', [], ['--from', 'yesterday'], /Name a period/],
])('ends with 2 and says why when %s', async (_why, answers, args, reason) => {
  const url = await serve(answers);
  const { status, stderr, stdout } = await run([...args, '--url', url]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(reason);
  expect(stderr).not.toContain(TOKEN);
});

test('sends no token over http to another machine, and asks nothing without a token', async () => {
  await serve([]);
  expect((await run([...PERIOD, '--url', 'http://voicemail.example.com'])).stderr).toMatch(/Use https/);
  expect((await run(PERIOD, {})).stderr).toMatch(/Set OUTBOX_TOKEN/);
  expect(requests).toEqual([]);
});
