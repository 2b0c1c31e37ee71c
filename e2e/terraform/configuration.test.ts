import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildProvider,
  describeTerraform,
  ENVIRONMENT,
  MODULE,
  ROOT,
  removeFolders,
  TERRAFORM,
  WorkingCopy,
} from './support/terraform';

const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');
/** Terraform breaks lines at 78 characters. */
const unbroken = (text: string) => text.replace(/\s+/g, ' ');
/** Nothing listens there: what is tested here asks no account. */
const NOBODY = 'http://127.0.0.1:9';

describeTerraform("Terraform's files", () => {
  let provider: Record<string, string>;
  let copy: WorkingCopy;

  beforeAll(async () => {
    provider = buildProvider();
    copy = new WorkingCopy({
      ...provider,
      TWILIO_STUB_URL: NOBODY,
      TWILIO_API_KEY: `SK${'0'.repeat(32)}`,
      TWILIO_API_SECRET: '0'.repeat(32),
    });
    for (const folder of [MODULE, ENVIRONMENT]) await copy.succeed(['init', '-input=false'], folder);
  });
  afterAll(removeFolders);

  test('are formatted', async () => {
    expect(await copy.run(['fmt', '-check', '-recursive', '-diff'], '.')).toEqual({ status: 0, output: '' });
  });

  test.each([MODULE, ENVIRONMENT])('%s is valid, and passes its own tests', async (folder) => {
    await copy.succeed(['validate'], folder);
    expect(await copy.succeed(['test'], folder)).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  });

  /** The error of a value that is not accepted. */
  const refusals = async (values: Record<string, string>) => {
    copy.write(
      `${ENVIRONMENT}/wrong.tfvars`,
      Object.entries(values)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    );
    const files = ['example.tfvars', 'wrong.tfvars'].map((file) => `-var-file=${file}`);
    const { status, output } = await copy.run(['plan', '-input=false', ...files]);
    expect(status).toBe(1);
    return unbroken(output);
  };

  test('each value of another form is refused with its own message', async () => {
    const wrong = {
      TWILIO_FLEX_WORKSPACE_SID: 'is not WS and 32 hexadecimal digits.',
      VOICE_CHANNEL_SID: 'is not TC and 32 hexadecimal digits.',
      CALL_QUEUE_SID: 'is not WQ and 32 hexadecimal digits.',
      SERVERLESS_DOMAIN: 'is not a domain of Twilio Functions, for example your-service-1234-prod.twil.io.',
      SERVERLESS_SID: 'is not ZS and 32 hexadecimal digits.',
      SERVERLESS_ENV_SID: 'is not ZE and 32 hexadecimal digits.',
      CALLBACK_QUEUE_SID: 'is not WQ and 32 hexadecimal digits.',
      CALLBACK_WORKFLOW_SID: 'is not WW and 32 hexadecimal digits.',
      ADMIN_EMAIL: 'is not one mail address, or several with commas between.',
      MAIL_FROM: 'is not an address, or a name and <an address>.',
      BUSINESS_TIME_ZONE: 'is not UTC or an IANA name, for example America/New_York.',
      CALLBACK_COUNTRIES: 'is not a list of ISO 3166 codes, two capital letters each, for example US,CA,PR.',
      IMPORT_QUEUE_SID: 'is not WQ and 32 hexadecimal digits.',
      IMPORT_WORKFLOW_SID: 'is not WW and 32 hexadecimal digits.',
      IMPORT_SYNC_SERVICE_SID: 'is not IS and 32 hexadecimal digits.',
      IMPORT_STUDIO_FLOW_SID: 'is not FW and 32 hexadecimal digits.',
    };
    const declared = read(TERRAFORM, ENVIRONMENT, 'variables.tf').match(/(?<=^variable ")\w+/gm);
    expect(declared).toEqual(
      expect.arrayContaining([...Object.keys(wrong), 'OTHER_VARIABLES', 'IMPORT_VARIABLE_SIDS']),
    );
    expect(declared).toHaveLength(Object.keys(wrong).length + 2);
    // Whether something is imported is compared with these, so they must have passed before.
    const others = ['CALLBACK_QUEUE_SID', 'CALLBACK_WORKFLOW_SID'];
    for (const isOther of [true, false]) {
      const chosen = Object.entries(wrong).filter(([name]) => others.includes(name) === isOther);
      const output = await refusals(Object.fromEntries(chosen.map(([name]) => [name, '"wrong"'])));
      for (const [name, message] of chosen) expect(output).toContain(`${name} ${message}`);
    }
  });

  test('a secret among the variables is refused, and its value is not shown', async () => {
    const output = await refusals({ OTHER_VARIABLES: '{ SMTP_URL = "smtps://user:the-password@example.com" }' });
    expect(output).toContain(
      'These do not belong into Terraform, whose state would hold them, or do not exist: SMTP_URL.',
    );
    expect(output).not.toContain('the-password');
  });

  test('every variable of the Functions is either taken, or set by the module, or a secret', () => {
    const rows = read(ROOT, 'docs/configuration.md')
      .split('## Variables')[1]!
      .split('\n## ')[0]!
      .match(/^\| `.*? \|/gm)!;
    const documented = rows.flatMap((row) => row.match(/[A-Z][A-Z_]{4,}/g) ?? []);
    const main = read(TERRAFORM, MODULE, 'main.tf');
    const allowed = main.match(/(?<=^ {4}")[A-Z_\d]+(?=",$)/gm) ?? [];
    const made = main.match(/(?<=^ {4})[A-Z_]+(?= +=)/gm) ?? [];
    const secret = [
      ...['ACCOUNT_SID', 'AUTH_TOKEN', 'TWILIO_API_KEY', 'TWILIO_API_SECRET', 'SIGNING_KEYS', 'OUTBOX_TOKEN'],
      ...['MAILGUN_API_KEY', 'MAILGUN_WEBHOOK_SIGNING_KEY', 'SENDGRID_API_KEY', 'SENDGRID_WEBHOOK_TOKEN'],
      // Addresses that may hold a password or a token.
      ...['SMTP_URL', 'BACKUP_WEBHOOK_URL', 'NOTIFICATION_QUEUE'],
    ];
    const continued = ['_2', '_3', '_4'].map((part) => `SUPERVISOR_QUEUES${part}`);
    expect([...allowed, ...made, ...secret].sort()).toEqual([...documented, ...continued].sort());
  });

  test('the module takes every value of definitions.json that is not about Functions', () => {
    const { functions: _, ...definitions } = JSON.parse(read(ROOT, 'infra-as-code/definitions.json')) as Record<
      string,
      object
    >;
    const values = Object.entries(definitions).flatMap(([thing, fields]) =>
      Object.keys(fields).map((field) => `local.definitions.${thing}.${field}`),
    );
    const taken = read(TERRAFORM, MODULE, 'main.tf').match(/local\.definitions\.\w+\.\w+/g);
    expect([...new Set(taken)].sort()).toEqual(values.sort());
  });

  test('without a Twilio on this machine, the stand-in says so and does not start', async () => {
    const alone = new WorkingCopy(provider);
    await alone.succeed(['init', '-input=false']);
    const { status, output } = await alone.run(['validate']);
    expect(status).toBe(1);
    expect(unbroken(output)).toContain('set TWILIO_STUB_URL to a sandbox on this machine');
  });
});
