import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Asker } from '../src/asker';
import { openTestAccount, type TestAccount } from './support/account';
import { createLimitedLine } from './support/limited-line';
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

const number = () => account.world.phoneNumbers[0]!.phoneNumber;
const setup = (args: readonly string[] = [], environment: Record<string, string> = {}) =>
  runCommand(folder.root, ['setup', ...args], { ...account.environment, ...MAIL, ...environment });
const everything = () => ['--yes', '--number', number(), '--outbound-calls', 'yes'];
const writes = () => account.world.requests.filter(({ method }) => method !== 'GET').length;

test('a dry run shows every value and changes nothing', async () => {
  const before = await account.read();
  const { exitCode, output } = await setup(['--dry-run', '--number', number(), '--outbound-calls', 'yes']);
  expect(exitCode).toBe(3);
  for (const text of [
    '+ Sync service: create',
    'acl_enabled: true',
    '+ Workflow: create',
    '+ Functions: create',
    'ADMIN_EMAIL: admin@example.com',
    '~ Telephone number: change',
    'outbound_call_flows.default.enabled: false -> true',
  ])
    expect(output).toContain(text);
  expect(output).toContain('OUTBOX_TOKEN: (secret)');
  expect(writes()).toBe(0);
  expect(await account.read()).toEqual(before);
  expect(existsSync(path.join(folder.root, '.setup'))).toBe(false);
});

test('what is agreed is done once, and undoing it leaves the account as before', async () => {
  const before = await account.read();
  expect((await setup(everything())).exitCode).toBe(0);
  const after = await account.read();
  expect(after).not.toEqual(before);
  const count = writes();
  const again = await setup(everything());
  expect(again.output).toContain('Nothing to do.');
  expect([again.exitCode, writes()]).toEqual([0, count]);
  expect((await setup(['--uninstall', '--yes'])).exitCode).toBe(0);
  expect(await account.read()).toEqual(before);
});

test('killed before or after any change and run again, it ends the same', async () => {
  const wanted = await (async () => {
    await setup(everything());
    return account.read();
  })();
  const total = writes();
  expect(total).toBeGreaterThan(20);
  for (let n = 0; n <= total; n += 1) {
    const isAnswered = n % 2 === 0;
    await account.close();
    folder.remove();
    folder = createProductFolder();
    account = await openTestAccount();
    const line = await createLimitedLine(account.url, { writes: n, isAnswered });
    const killed = await setup(everything(), { TWILIO_STUB_URL: line.url });
    await line.close();
    expect([n, killed.exitCode]).toEqual([n, n === total ? 0 : 1]);
    const continued = await setup(everything());
    expect([n, continued.exitCode, continued.output]).toEqual([n, 0, expect.stringMatching(/Done|Nothing to do/)]);
    expect([n, await account.read()]).toEqual([n, wanted]);
  }
});

test('nothing is done without a yes', async () => {
  const { exitCode, output } = await setup([]);
  expect([exitCode, writes()]).toEqual([2, 0]);
  expect(output).toContain('Run it with --yes');
});

test('asked at a terminal, the answers are what is set up', async () => {
  const asked: string[] = [];
  const asker: Asker = {
    select: async (message, choices, preset) => {
      asked.push(message);
      if (message.startsWith('Which number')) return number();
      if (message.startsWith('How is mail')) return 'mailgun';
      return preset ?? choices[0]!.value;
    },
    input: async (message, problem, preset) => {
      asked.push(message);
      const answer = message.startsWith('Who gets')
        ? 'ana@example.com'
        : message.startsWith('MAILGUN_DOMAIN')
          ? 'mg.example.com'
          : preset!;
      expect(problem('')).toContain('Expected');
      expect(problem(answer)).toBeUndefined();
      return answer;
    },
    secret: async (_message, problem) => {
      expect(problem('short')).toContain('Expected');
      return 'key-0123456789';
    },
    confirm: async () => true,
  };
  const { exitCode, output } = await runCommand(folder.root, ['setup'], account.environment, { asker });
  expect(exitCode).toBe(0);
  expect(output).not.toContain('key-0123456789');
  expect(asked).toContain('Which queue takes your calls?');
  const { variables, configuration } = (await account.read()) as {
    variables: { key: string; value: string }[][];
    configuration: { outbound_call_flows: { default: { enabled: boolean } } };
  };
  expect(Object.fromEntries(variables.flat().map(({ key, value }) => [key, value]))).toMatchObject({
    ADMIN_EMAIL: 'ana@example.com',
    MAILGUN_DOMAIN: 'mg.example.com',
    MAILGUN_API_KEY: 'key-0123456789',
  });
  expect(configuration.outbound_call_flows.default.enabled).toBe(true);
});

test('no file that it leaves holds a secret', async () => {
  await setup(everything(), { MAILGUN_DOMAIN: 'mg.example.com', MAILGUN_API_KEY: 'key-0123456789' });
  const file = path.join(folder.root, '.setup/dev.json');
  const text = readFileSync(file, 'utf8');
  const { variables } = (await account.read()) as { variables: unknown };
  expect(JSON.stringify(variables)).toContain('key-0123456789');
  for (const secret of ['key-0123456789', account.environment.TWILIO_AUTH_TOKEN!]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/SECRET|TOKEN|SIGNING/);
  expect(statSync(file).size).toBeGreaterThan(100);
});

test('what people have in Flex’s configuration stays', async () => {
  const url = 'https://flex-api.twilio.com/v1/Configuration';
  const own = { theme: { dark: true }, custom_data: { language: 'es', features: { dialer: { enabled: true } } } };
  await account.rest.postJson(url, { account_sid: account.rest.accountSid, ui_attributes: own });
  await setup(everything());
  expect((await account.rest.get(url)).ui_attributes).toMatchObject(own);
  await setup(['--uninstall', '--yes']);
  expect((await account.rest.get(url)).ui_attributes).toEqual(own);
});

test('the callers’ own workflow gets three filters, and loses them again', async () => {
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${account.world.workspaceSid}`;
  const [own] = await account.rest.list(`${workspace}/Workflows`, 'workflows');
  const before = JSON.parse(own!.configuration);
  await setup([...everything(), '--workflow', own!.sid]);
  const names = async () => {
    const { configuration } = await account.rest.get(`${workspace}/Workflows/${own!.sid}`);
    return (JSON.parse(configuration).task_routing.filters ?? []).length;
  };
  expect(await names()).toBe((before.task_routing.filters ?? []).length + 3);
  expect((await setup([...everything(), '--workflow', own!.sid])).output).toContain('Nothing to do.');
  await setup(['--uninstall', '--yes']);
  expect(JSON.parse((await account.rest.get(`${workspace}/Workflows/${own!.sid}`)).configuration)).toEqual(before);
});

test('a number that somebody changed after the set-up is left alone when it is undone', async () => {
  await setup(everything());
  const { sid } = account.world.phoneNumbers[0]!;
  const url = `https://api.twilio.com/2010-04-01/Accounts/${account.rest.accountSid}/IncomingPhoneNumbers/${sid}.json`;
  await account.rest.post(url, { VoiceUrl: 'https://example.com/own' });
  const { output } = await setup(['--uninstall', '--yes']);
  expect(output).toContain('somebody has changed it since');
  expect((await account.rest.get(url)).voice_url).toBe('https://example.com/own');
});

test.each([
  ['a misspelled option', ['--worklfow', 'new'], {}, 2, /Unknown option/],
  ['a malformed workflow', ['--workflow', 'mine'], {}, 2, /--workflow \(SETUP_WORKFLOW\) is malformed/],
  ['an environment that is none', ['--environment', 'live'], {}, 2, /none of dev, stage and prod/],
  ['a workflow of another account', ['--yes', '--workflow', `WW${'e'.repeat(32)}`], {}, 1, /not in the workspace/],
  ['a number of another account', ['--yes', '--number', '+12025550999'], {}, 1, /not one of the account/],
  ['a wrong token', ['--yes'], { TWILIO_AUTH_TOKEN: 'x'.repeat(32) }, 1, /Twilio answered 401/],
  ['a malformed token', ['--yes'], { TWILIO_AUTH_TOKEN: 'x' }, 1, /TWILIO_AUTH_TOKEN is malformed/],
  ['a malformed variable', ['--yes'], { MAIL_FROM: 'nobody' }, 1, /MAIL_FROM is malformed/],
  ['no address for mails', ['--yes'], { ADMIN_EMAIL: '' }, 2, /ADMIN_EMAIL is missing/],
  ['a server elsewhere', ['--yes'], { TWILIO_STUB_URL: 'http://192.0.2.1:80' }, 2, /not an address of this machine/],
])('with %s, nothing is changed, and it says what to do', async (_name, args, environment, code, words) => {
  const { exitCode, output } = await setup(args, environment);
  expect(output).toMatch(words);
  expect([exitCode, writes()]).toEqual([code, 0]);
});

test('--json is one document, with the plan and without secrets', async () => {
  const { exitCode, output } = await setup([...everything(), '--json'], {
    SMTP_URL: 'smtps://user:password@mail.example.com',
  });
  expect(exitCode).toBe(0);
  const { plan, done } = JSON.parse(output) as { plan: { part: string; action: string }[]; done: boolean };
  expect(done).toBe(true);
  expect(plan.map(({ part, action }) => [part, action])).toMatchObject(
    expect.arrayContaining([
      ['sync-service', 'create'],
      ['phone-number', 'change'],
    ]),
  );
  expect(output).not.toContain('password');
});

test('each environment has Functions of its own', async () => {
  folder.writeEnv('prod', { ADMIN_EMAIL: 'prod@example.com' });
  await setup(everything());
  const { ADMIN_EMAIL: _admin, ...others } = MAIL;
  const prod = ['setup', '--yes', '--environment', 'prod'] as const;
  const { output } = await runCommand(folder.root, prod, { ...account.environment, ...others });
  // Flex has one configuration.
  expect(output).toContain('there is one for all environments');
  const { environments, services } = (await account.read()) as {
    environments: { domain_suffix: string }[];
    services: unknown[];
  };
  expect(environments.map(({ domain_suffix: suffix }) => suffix).sort()).toEqual(['dev', 'prod']);
  expect(services).toHaveLength(1);
});

test('a second run need not be told again what was chosen and given', async () => {
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${account.world.workspaceSid}`;
  const [own] = await account.rest.list(`${workspace}/Workflows`, 'workflows');
  await setup([...everything(), '--workflow', own!.sid]);
  const count = writes();
  const again = await runCommand(folder.root, ['setup', '--yes'], account.environment);
  expect([again.exitCode, again.output]).toEqual([0, expect.stringContaining('Nothing to do.')]);
  expect(writes()).toBe(count);
});
