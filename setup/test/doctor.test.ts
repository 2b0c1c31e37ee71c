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
