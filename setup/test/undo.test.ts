import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPhoneNumber } from '../../sandbox/src/world/phone-numbers';
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

const setup = (...args: readonly string[]) =>
  runCommand(folder.root, ['setup', '--yes', ...args], { ...account.environment, ...MAIL });
const doctor = () => runCommand(folder.root, ['doctor', '--json'], { ...account.environment, ...MAIL });
const numbers = () => account.world.phoneNumbers;
const PLUGINS = 'https://flex-api.twilio.com/v1/PluginService';

test('set up again after it was undone, Flex loads the plugin from where it is now', async () => {
  await setup();
  await setup('--uninstall');
  expect(await setup()).toMatchObject({ exitCode: 0 });
  const [release] = (await account.rest.get(`${PLUGINS}/Releases?PageSize=1`)).releases;
  const [plugin] = await account.rest.list(`${PLUGINS}/Configurations/${release.configuration_sid}/Plugins`, 'plugins');
  const { ui_attributes } = await account.rest.get('https://flex-api.twilio.com/v1/Configuration');
  const domain = ui_attributes.custom_data.features.callback_and_voicemail_with_email.functions_domain;
  expect(new URL(plugin!.plugin_url).host).toBe(domain);
  expect(await setup()).toMatchObject({ output: expect.stringContaining('Nothing to do.') });
  const { findings } = JSON.parse((await doctor()).output) as { findings: { check: string; verdict: string }[] };
  expect(findings).toContainEqual(expect.objectContaining({ check: 'plugin-version', verdict: 'right' }));
});

test('a second environment has a key of its own, and the first keeps its key', async () => {
  await setup();
  expect(await setup('--environment', 'prod')).toMatchObject({ exitCode: 0 });
  const { keys } = (await account.read()) as { keys: unknown[] };
  expect(keys).toHaveLength(2);
  expect((await setup()).output).toMatch(/= API key for recordings/);
});

test('what another environment uses cannot be undone before it', async () => {
  await setup();
  const dev = await account.read();
  await setup('--environment', 'prod');
  const both = await account.read();
  const refused = await setup('--uninstall');
  expect(refused).toMatchObject({ exitCode: 1, output: expect.stringContaining('--uninstall --environment prod') });
  expect(await account.read()).toEqual(both);
  expect(await setup('--uninstall', '--environment', 'prod')).toMatchObject({ exitCode: 0 });
  expect(await account.read()).toEqual(dev);
  expect(await setup('--uninstall')).toMatchObject({ exitCode: 0 });
});

test('an environment that was never set up has nothing to undo', async () => {
  await setup();
  const before = await account.read();
  expect((await setup('--uninstall', '--environment', 'stage')).output).toContain('Nothing to do.');
  expect(await account.read()).toEqual(before);
});

test('without the state file, an uninstallation takes nothing away', async () => {
  await setup();
  const before = await account.read();
  const other = createProductFolder();
  await runCommand(other.root, ['setup', '--yes', '--uninstall'], account.environment);
  other.remove();
  expect(await account.read()).toEqual(before);
});

test('a number whose calls go to a SIP trunk is refused before anything is changed', async () => {
  numbers()[0]!.trunkSid = `TK${'a'.repeat(32)}`;
  const before = await account.read();
  const { exitCode, output } = await setup('--number', numbers()[0]!.phoneNumber);
  expect([exitCode, output]).toEqual([1, expect.stringContaining('belongs to a SIP trunk')]);
  expect(await account.read()).toEqual(before);
});

test('each number that was ever chosen leads where it did, once it is undone', async () => {
  numbers().push(createPhoneNumber('+12025550177'));
  const urls = () => numbers().map(({ voiceUrl }) => voiceUrl);
  const before = urls();
  for (const { phoneNumber } of numbers()) await setup('--number', phoneNumber);
  expect(await setup('--uninstall')).toMatchObject({ exitCode: 0 });
  expect(urls()).toEqual(before);
});

test('a number that leads to another flow since the set-up is left alone when it is undone', async () => {
  await setup('--number', numbers()[0]!.phoneNumber);
  const other = `https://webhooks.twilio.com/v1/Accounts/${account.rest.accountSid}/Flows/FW${'a'.repeat(32)}`;
  numbers()[0]!.voiceUrl = other;
  await setup('--uninstall');
  expect(numbers()[0]!.voiceUrl).toBe(other);
});

test('a flow of another account is refused before anything is changed', async () => {
  const before = await account.read();
  const { exitCode, output } = await setup('--flow', `FW${'a'.repeat(32)}`);
  expect([exitCode, output]).toEqual([1, expect.stringContaining('The flow is not in the account')]);
  expect(await account.read()).toEqual(before);
});

test('each workflow of theirs that was ever chosen loses the filters again', async () => {
  const url = `https://taskrouter.twilio.com/v1/Workspaces/${account.world.workspaceSid}/Workflows`;
  const [own] = await account.rest.list(url, 'workflows');
  const before = await account.read();
  await setup('--workflow', 'new');
  await setup('--workflow', own!.sid);
  expect(await setup('--uninstall')).toMatchObject({ exitCode: 0 });
  expect(await account.read()).toEqual(before);
});

test('outbound calls that people changed since, and that it never touched, stay when it is undone', async () => {
  const url = 'https://flex-api.twilio.com/v1/Configuration';
  await setup();
  const flows = { default: { enabled: false, location: 'IE' } };
  await account.rest.postJson(url, { account_sid: account.rest.accountSid, outbound_call_flows: flows });
  await setup('--uninstall');
  expect((await account.rest.get(url)).outbound_call_flows.default).toMatchObject(flows.default);
});

test.each([
  [
    'without its parts',
    (file: string) => writeFileSync(file, `{"version":1,"accountSid":"${account.rest.accountSid}","parts":null}`),
  ],
  ['that cannot be opened', (file: string) => mkdirSync(file)],
])('a state file %s is refused before anything is changed', async (_name, spoil) => {
  mkdirSync(path.join(folder.root, '.setup'));
  spoil(path.join(folder.root, '.setup/dev.json'));
  const before = await account.read();
  expect(await setup()).toMatchObject({ exitCode: 1, output: expect.stringContaining('dev.json cannot be read') });
  expect(await account.read()).toEqual(before);
});
