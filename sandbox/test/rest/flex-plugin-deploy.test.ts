import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type LocalTwilio, startLocalTwilio } from '../../src/testing/local-twilio';

const run = promisify(execFile);
const FLEX_PLUGIN = require.resolve('@twilio/flex-plugin-scripts/bin/flex-plugin', { paths: [resolve('flex-plugin')] });
const NAME = 'plugin-greeting';

let twilio: LocalTwilio;
let folder: string;
afterEach(async () => {
  await twilio.close();
  rmSync(folder, { recursive: true, force: true });
  expect(twilio.rest.mismatches).toEqual([]);
});

/** A plugin that has been built. */
function makePlugin(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-plugin-'));
  for (const name of ['build', 'src']) mkdirSync(join(dir, name));
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'), 'dir');
  const dependencies = { '@twilio/flex-ui': '^2', react: '17.0.2', 'react-dom': '17.0.2' };
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: NAME, version: '0.0.1', dependencies }));
  writeFileSync(join(dir, 'src/index.js'), 'FlexPlugin.loadPlugin(Plugin)');
  writeFileSync(join(dir, `build/${NAME}.js`), 'console.log(1)');
  writeFileSync(join(dir, `build/${NAME}.js.map`), '{}');
  return dir;
}

test('Flex’s plugin builder deploys a plugin to the sandbox and registers its service with Flex', async () => {
  twilio = await startLocalTwilio({ root: resolve('.'), world: { preset: 'new-flex-account' } });
  const { world } = twilio;
  folder = makePlugin();
  await run(process.execPath, [FLEX_PLUGIN, 'deploy', 'minor', '--bypass-validation'], {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      CI: 'true',
      ...twilio.environment,
      TWILIO_ACCOUNT_SID: world.account.accountSid,
      TWILIO_AUTH_TOKEN: world.account.authToken,
    },
  });
  const [service] = world.serverless.services();
  expect(service!.uniqueName).toBe('default');
  expect(world.flex.configuration.serverless_service_sids).toEqual([service!.sid]);
  const [environment] = service!.environments.values();
  expect(environment!.uniqueName).toBe(NAME);
  const { versions } = environment!.deployments.at(-1)!.build!;
  expect(versions.map(({ path, visibility }) => [path.replace(/\d+\.\d+\.\d+/, 'VERSION'), visibility])).toEqual([
    [`/plugins/${NAME}/VERSION/bundle.js`, 'protected'],
    [`/plugins/${NAME}/VERSION/bundle.js.map`, 'protected'],
  ]);
});
