import { openTestAccount, type TestAccount } from './support/account';
import { createProductFolder, type ProductFolder } from './support/product-folder';
import { runCommand } from './support/run-command';

const MAIL = { ADMIN_EMAIL: 'admin@example.com', MAIL_FROM: 'voicemail@example.com', EMAIL_PROVIDERS: 'twilio' };
const DNS: Record<string, string[]> = {
  'example.com': ['v=spf1 -all'],
  's1._domainkey.example.com': ['k=rsa; p=MIIBIjAN'],
  '_dmarc.example.com': ['v=DMARC1; p=none'],
};
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

const doctor = async (...args: string[]) => {
  const others = { lookUpTxt: async (name: string) => DNS[name] ?? [] };
  const { exitCode, output } = await runCommand(
    folder.root,
    ['doctor', '--json', ...args],
    account.environment,
    others,
  );
  return {
    exitCode,
    ...(JSON.parse(output) as { wrong: number; fixed: string[]; findings: { check: string; verdict: string }[] }),
  };
};
const wrong = ({ findings }: Awaited<ReturnType<typeof doctor>>) =>
  findings.filter(({ verdict }) => verdict === 'wrong').map(({ check }) => check);
const setUp = () =>
  runCommand(
    folder.root,
    ['setup', '--yes', '--outbound-calls', 'yes', '--number', account.world.phoneNumbers[0]!.phoneNumber],
    {
      ...account.environment,
      ...MAIL,
    },
  );

test('in an account that was just set up, only the scheduler is missing', async () => {
  await setUp();
  const report = await doctor();
  expect([report.exitCode, wrong(report)]).toEqual([1, ['scheduler']]);
});

test('in an account where nothing is set up, it says what to run', async () => {
  const { exitCode, output } = await runCommand(folder.root, ['doctor'], account.environment);
  expect(exitCode).toBe(1);
  expect(output).toContain('WRONG   The Functions are not deployed in this environment\n        Run npm run setup.');
});

test('what can be mended by command is mended', async () => {
  await setUp();
  const { rest } = account;
  const [service] = (await rest.list('https://sync.twilio.com/v1/Services', 'services')).filter(
    ({ friendly_name: name }) => name === 'Callbacks and voicemail',
  );
  await rest.post(`https://sync.twilio.com/v1/Services/${service!.sid}`, { AclEnabled: false });
  const configuration = await rest.get('https://flex-api.twilio.com/v1/Configuration');
  configuration.ui_attributes.custom_data.mailgun_api_key = 'key-1';
  await rest.postJson('https://flex-api.twilio.com/v1/Configuration', {
    account_sid: rest.accountSid,
    ui_attributes: configuration.ui_attributes,
  });
  expect(wrong(await doctor()).sort()).toEqual(['flex-secrets', 'scheduler', 'sync-acl']);
  const report = await doctor('--fix');
  expect(report.fixed).toHaveLength(2);
  expect(wrong(report)).toEqual(['scheduler']);
});

test('a diagnosis changes nothing', async () => {
  await setUp();
  const before = await account.read();
  const count = account.world.requests.filter(({ method }) => method !== 'GET').length;
  await doctor();
  expect(await account.read()).toEqual(before);
  expect(account.world.requests.filter(({ method }) => method !== 'GET')).toHaveLength(count);
});

test('what it advises to set up again is right afterwards', async () => {
  await setUp();
  const { rest, world } = account;
  const services = 'https://serverless.twilio.com/v1/Services';
  const [service] = await rest.list(services, 'services');
  const [environment] = await rest.list(`${services}/${service!.sid}/Environments`, 'environments');
  const variablesUrl = `${services}/${service!.sid}/Environments/${environment!.sid}/Variables`;
  const variables = await rest.list(variablesUrl, 'variables');
  const variable = (name: string) => variables.find(({ key }) => key === name)!;
  const api = `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}`;
  await rest.delete(`${variablesUrl}/${variable('OUTBOX_TOKEN').sid}`);
  await rest.post(`${variablesUrl}/${variable('MAIL_FROM').sid}`, { Value: 'nobody' });
  await rest.delete(`${api}/Keys/${variable('TWILIO_API_KEY').value}.json`);
  const [sync] = (await rest.list('https://sync.twilio.com/v1/Services', 'services')).filter(
    ({ friendly_name: name }) => name === 'Callbacks and voicemail',
  );
  await rest.delete(`https://sync.twilio.com/v1/Services/${sync!.sid}`);
  const [flow] = await rest.list('https://studio.twilio.com/v2/Flows', 'flows');
  await rest.delete(`https://studio.twilio.com/v2/Flows/${flow!.sid}`);
  const number = world.phoneNumbers[0]!;
  const [queue] = await rest.list(
    `https://taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/TaskQueues`,
    'task_queues',
  );
  await rest.post(`${api}/IncomingPhoneNumbers/${number.sid}.json`, { VoiceUrl: 'https://example.com/' });
  await rest.post(
    `https://taskrouter.twilio.com/v1/Workspaces/${world.workspaceSid}/Workflows/${variable('TWILIO_FLEX_CALLBACK_WORKFLOW_SID').value}`,
    {
      Configuration: JSON.stringify({
        task_routing: { filters: [{ expression: "direction == 'inbound'", targets: [{ queue: queue!.sid }] }] },
      }),
    },
  );
  const configurations = await rest.post('https://flex-api.twilio.com/v1/PluginService/Configurations', {
    Name: 'none',
  });
  await rest.post('https://flex-api.twilio.com/v1/PluginService/Releases', { ConfigurationId: configurations.sid });
  await rest.postJson('https://flex-api.twilio.com/v1/Configuration', {
    account_sid: rest.accountSid,
    ui_attributes: {},
    outbound_call_flows: { default: { enabled: false } },
  });
  expect(wrong(await doctor()).sort()).toEqual([
    'flex-domain',
    'mail-provider',
    'number',
    'outbound',
    'outbox-token',
    'plugin',
    'recordings-key',
    'scheduler',
    'sync',
    'variable-MAIL_FROM',
    'workflow-no-default-filter',
  ]);
  await setUp();
  expect(wrong(await doctor())).toEqual(['scheduler']);
});
