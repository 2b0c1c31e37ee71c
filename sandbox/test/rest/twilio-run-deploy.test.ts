import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startLocalTwilio } from '../../src/testing/local-twilio';
import { makeFunctionsFolder } from '../functions-runtime/functions-folder';

const run = promisify(execFile);
const TWILIO_RUN = require.resolve('twilio-run/bin/twilio-run.js', { paths: [resolve('serverless-functions')] });
const GREET = `const { word } = require(Runtime.getFunctions()['lib/word'].path);
exports.handler = (context, event, callback) => {
  const twiml = new Twilio.twiml.VoiceResponse();
  twiml.say(word + ' ' + context.GREETED + ' from ' + context.DOMAIN_NAME);
  callback(null, twiml);
};`;

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** A new account, and a project of Functions to deploy to it. */
async function openAccount() {
  const twilio = await startLocalTwilio({ root: resolve('.'), world: { preset: 'new-flex-account' } });
  const { world, url } = twilio;
  const folder = makeFunctionsFolder(
    {
      'greet.js': GREET,
      'guarded.protected.js': GREET,
      'lib/word.private.js': "exports.word = 'Hello';",
    },
    { 'hold.txt': 'music' },
  );
  const project = join(folder.dir, 'dist');
  const deploy = async (dependencies: Record<string, string>) => {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'greeting', version: '1.0.0', dependencies }));
    const { accountSid, authToken } = world.account;
    writeFileSync(join(project, '.env'), `ACCOUNT_SID=${accountSid}\nAUTH_TOKEN=${authToken}\nGREETED=Ana\n`);
    const options = ['--service-name=greeting', '--environment=dev', '--runtime=node22', '--override-existing-project'];
    return run(process.execPath, [TWILIO_RUN, 'deploy', ...options, '--env=.env'], {
      cwd: project,
      env: { PATH: process.env.PATH, ...twilio.environment },
      timeout: 60_000,
    });
  };
  close = async () => {
    await twilio.close();
    folder.remove();
    expect(twilio.rest.mismatches).toEqual([]);
  };
  return { world, url, deploy };
}

test('twilio-run deploys to the sandbox, and the domain answers with what it uploaded and its variables', async () => {
  const { world, url, deploy } = await openAccount();
  const { stderr, stdout } = await deploy({ '@twilio/runtime-handler': '2.0.1' });
  const [service] = world.serverless.services();
  const [environment] = service!.environments.values();
  const { domainName } = environment!;
  expect(stderr + stdout).toContain(domainName);
  expect(domainName).toBe(`${service!.domainBase}-dev.twil.io`);

  const ask = async (path: string) => {
    const answer = await fetch(`${url}/${domainName}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  expect((await ask('/greet')).text).toContain(`<Say>Hello Ana from ${domainName}</Say>`);
  expect(await ask('/hold.txt')).toEqual({ status: 200, text: 'music' });
  expect((await ask('/guarded')).status).toBe(400);
  expect((await ask('/lib/word')).status).toBe(403);
  expect((await ask('/nothing')).status).toBe(404);

  const greeted = [...environment!.variables.values()].find(({ key }) => key === 'GREETED');
  world.serverless.setVariable(environment!, { value: 'Ben' }, greeted);
  expect((await ask('/greet')).text).toContain('Hello Ben');
  await deploy({ '@twilio/runtime-handler': '2.0.1' });
  expect(world.serverless.services()).toHaveLength(1);
  expect(environment!.deployments).toHaveLength(2);
  expect((await ask('/greet')).text).toContain('Hello Ana');
  expect((await fetch(`${url}/another-1234.twil.io/greet`)).status).toBe(404);
});

test('twilio-run reports why a build is refused, and nothing is deployed', async () => {
  const { world, deploy } = await openAccount();
  const error = (await deploy({ '@twilio/runtime-handler': '2.1.0' }).catch((reason: unknown) => reason)) as {
    code: number;
    stderr: string;
    stdout: string;
  };
  expect(error.code).not.toBe(0);
  const text = (error.stderr + error.stdout).replace(/\s*│\s*|\s+/g, ' ');
  expect(text).toContain('No matching version found for @twilio/runtime-handler@2.1.0');
  const [service] = world.serverless.services();
  expect([...service!.environments.values()].flatMap(({ deployments }) => deployments)).toEqual([]);
});
