import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { type LocalTwilio, startLocalTwilio } from '../../src/testing/local-twilio';

const run = promisify(execFile);

let local: LocalTwilio;
beforeEach(async () => {
  local = await startLocalTwilio({ root: resolve('.'), world: { preset: 'new-flex-account' } });
});
afterEach(() => local.close());

/** What a program of its own prints. */
async function runProgram(code: string): Promise<unknown> {
  const { accountSid, authToken } = local.world.account;
  const program = `(async () => { ${code} })().then((value) => console.log(JSON.stringify(value)));`;
  const { stdout } = await run(process.execPath, ['-e', program, accountSid, authToken], {
    cwd: resolve('sandbox'),
    env: { PATH: process.env.PATH, ...local.environment },
    timeout: 30_000,
  });
  return JSON.parse(stdout);
}

test('another process’s SDK, fetch and https reach the local Twilio under Twilio’s own addresses', async () => {
  const printed = await runProgram(`
    const [accountSid, authToken] = process.argv.slice(1);
    const workspaces = await require('twilio')(accountSid, authToken).taskrouter.v1.workspaces.list();
    const authorization = 'Basic ' + Buffer.from(accountSid + ':' + authToken).toString('base64');
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ account_sid: accountSid, call_recording_enabled: true });
    const url = 'https://flex-api.twilio.com/v1/Configuration';
    const changed = await (await fetch(url, { method: 'POST', headers, body })).json();
    const status = await new Promise((done) => {
      require('node:https').get('https://api.twilio.com/2010-04-01/Accounts.json', (answer) => done(answer.resume().statusCode));
    });
    const mailgun = await fetch('https://api.mailgun.net/v3/mg.example.com/messages', { method: 'POST' });
    return [workspaces[0].friendlyName, changed.call_recording_enabled, status, mailgun.status];
  `);
  expect(printed).toEqual(['Flex Task Assignment', true, 401, 401]);
  expect(local.world.flex.configuration.call_recording_enabled).toBe(true);
});

test('another process’s requests to other hosts are left alone', async () => {
  const printed = await runProgram(`
    const server = require('node:http').createServer((request, response) => response.end('own'));
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const answer = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
    const failure = await new Promise((done) => {
      require('node:https').get('https://twilio.com.invalid/').on('error', ({ code }) => done(code));
    });
    server.close();
    return [answer, failure];
  `);
  expect(printed).toEqual(['own', expect.stringMatching(/ENOTFOUND|EAI_AGAIN/)]);
});
