import { openTestAccount, type TestAccount } from './support/account';
import { createProductFolder, type ProductFolder } from './support/product-folder';
import { runCommand } from './support/run-command';

const MAIL = { ADMIN_EMAIL: 'admin@example.com', MAIL_FROM: 'voicemail@example.com', EMAIL_PROVIDERS: 'twilio' };
let folder: ProductFolder;
let account: TestAccount;

beforeEach(async () => {
  folder = createProductFolder();
  account = await openTestAccount();
});
afterEach(async () => {
  await account.close();
  folder.remove();
});

const run = (args: readonly [string, ...string[]], environment = {}, others = {}) =>
  runCommand(folder.root, args, { ...account.environment, ...environment }, others);
const setUp = async (variables = {}) =>
  expect((await run(['setup', '--yes'], { ...MAIL, ...variables })).exitCode).toBe(0);

type Environment = { domain_suffix: string; build_sid: string };
async function live(): Promise<{ build: string; variables: Record<string, string>; plugins: string[] }> {
  const services = 'https://serverless.twilio.com/v1/Services';
  const [service] = (await account.rest.list(services, 'services')).filter(({ unique_name: name }) =>
    name.startsWith('callback'),
  );
  const [environment] = (await account.rest.list(
    `${services}/${service!.sid}/Environments`,
    'environments',
  )) as (Environment & { sid: string })[];
  const variables = await account.rest.list(
    `${services}/${service!.sid}/Environments/${environment!.sid}/Variables`,
    'variables',
  );
  const build = await account.rest.get(`${services}/${service!.sid}/Builds/${environment!.build_sid}`);
  return {
    build: environment!.build_sid,
    variables: Object.fromEntries(variables.map(({ key, value }) => [key, value])),
    plugins: build.asset_versions
      .map(({ path }: { path: string }) => path)
      .filter((path: string) => path.startsWith('/plugins/')),
  };
}

test('the same version is not deployed again', async () => {
  await setUp();
  const before = await live();
  const { exitCode, output } = await run(['deploy', '--yes']);
  expect([exitCode, output]).toEqual([0, expect.stringContaining('Nothing to do.')]);
  expect(await live()).toEqual(before);
});

test('another version replaces Functions and plugin, and open browsers keep theirs', async () => {
  await setUp();
  const before = await live();
  folder.changeFunctions('2');
  folder.changePlugin('2');
  expect((await run(['deploy', '--dry-run'])).exitCode).toBe(3);
  expect(await live()).toEqual(before);
  expect((await run(['deploy', '--yes'])).exitCode).toBe(0);
  const after = await live();
  expect(after.build).not.toBe(before.build);
  expect(after.plugins).toHaveLength(2);
  expect(after.plugins).toEqual(expect.arrayContaining(before.plugins));
});

test('a version that does not answer is taken back', async () => {
  await setUp();
  const before = await live();
  folder.changeFunctions('2');
  const { exitCode, output } = await run(['deploy', '--yes'], {}, { healthProblem: async () => 'it answered 500' });
  expect([exitCode, output]).toEqual([1, expect.stringContaining('The version before is live again')]);
  expect((await live()).build).toBe(before.build);
  expect((await live()).variables).toEqual(before.variables);
});

test('a rollback makes the version before live, and a deployment the new one again', async () => {
  await setUp();
  const { build: first } = await live();
  folder.changeFunctions('2');
  await run(['deploy', '--yes']);
  expect((await run(['rollback', '--yes'])).exitCode).toBe(0);
  expect((await live()).build).toBe(first);
  expect((await run(['deploy', '--yes'])).exitCode).toBe(0);
  expect((await live()).build).not.toBe(first);
});

test('without an earlier version, a rollback says so', async () => {
  await setUp();
  const { exitCode, output } = await run(['rollback', '--yes']);
  expect([exitCode, output]).toEqual([1, expect.stringContaining('no earlier version')]);
});

test('variables that are gone from the file are deleted, and those of the set-up stay', async () => {
  await setUp({ BUSINESS_TIME_ZONE: 'Europe/Paris' });
  const { output } = await run(['deploy', '--yes'], MAIL);
  expect(output).toContain('BUSINESS_TIME_ZONE: (deleted)');
  const { variables } = await live();
  expect(variables).not.toHaveProperty('BUSINESS_TIME_ZONE');
  expect(variables).toMatchObject({
    ...MAIL,
    TWILIO_API_KEY: expect.stringMatching(/^SK/),
    OUTBOX_TOKEN: expect.any(String),
  });
});

test('without a file of variables, code is deployed and variables stay', async () => {
  await setUp({ BUSINESS_TIME_ZONE: 'Europe/Paris' });
  folder.changeFunctions('2');
  await run(['deploy', '--yes']);
  expect((await live()).variables).toMatchObject({ ...MAIL, BUSINESS_TIME_ZONE: 'Europe/Paris' });
});

test.each([
  ['before anything is set up', [], 1, /not set up/],
  ['of something that is not deployed', ['--only', 'flow'], 2, /neither functions nor plugin/],
])('a deployment %s is refused', async (_name, args, code, words) => {
  const { exitCode, output } = await run(['deploy', '--yes', ...args]);
  expect([exitCode, output]).toEqual([code, expect.stringMatching(words)]);
});

test('when the workflow of the Functions is gone, nothing is deployed', async () => {
  await setUp();
  const { variables, build } = await live();
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${account.world.workspaceSid}`;
  await account.rest.delete(`${workspace}/Workflows/${variables.TWILIO_FLEX_CALLBACK_WORKFLOW_SID}`);
  folder.changeFunctions('2');
  const { exitCode, output } = await run(['deploy', '--yes']);
  expect([exitCode, output]).toEqual([1, expect.stringContaining('Not in the account: the workflow')]);
  expect((await live()).build).toBe(build);
});

test('a version that is taken back gets its own variables back', async () => {
  await setUp();
  const before = await live();
  folder.changeFunctions('2');
  const changed = { ...MAIL, ADMIN_EMAIL: 'other@example.com', BUSINESS_TIME_ZONE: 'Europe/Paris' };
  await run(['deploy', '--yes'], changed, { healthProblem: async () => 'it answered 500' });
  expect(await live()).toEqual(before);
});

test('a rollback never goes to a version that was taken back', async () => {
  await setUp();
  const { build: first } = await live();
  folder.changeFunctions('2');
  await run(['deploy', '--yes']);
  folder.changeFunctions('3');
  await run(['deploy', '--yes'], {}, { healthProblem: async () => 'it answered 500' });
  await run(['rollback', '--yes']);
  expect((await live()).build).toBe(first);
});

test('rollback explains itself, and says that it needs a yes', async () => {
  expect(await run(['rollback', '--help'])).toMatchObject({ exitCode: 0, output: expect.stringContaining('--yes') });
  await setUp();
  folder.changeFunctions('2');
  await run(['deploy', '--yes']);
  const { build } = await live();
  expect(await run(['rollback'])).toMatchObject({ exitCode: 2, output: expect.stringContaining('Run it with --yes') });
  expect((await live()).build).toBe(build);
});

test('deployed alone, the plugin is where its release says, and the Functions stay', async () => {
  await setUp();
  const before = await live();
  folder.changeFunctions('2');
  folder.changePlugin('2');
  expect((await run(['deploy', '--yes', '--only', 'plugin'])).exitCode).toBe(0);
  const after = await live();
  expect(after.plugins).toHaveLength(2);
  expect(after.variables).toEqual(before.variables);
  const service = 'https://flex-api.twilio.com/v1/PluginService';
  const [release] = (await account.rest.get(`${service}/Releases?PageSize=1`)).releases;
  const released = await account.rest.list(`${service}/Configurations/${release.configuration_sid}/Plugins`, 'plugins');
  expect(after.plugins).toContain(new URL(released[0]!.plugin_url).pathname);
});
