import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { type Resource, startInMemoryTwilio } from './support/in-memory-twilio';
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

const sid = (prefix: string) => prefix + '0'.repeat(32);
const API_KEY = `SK${'5e'.repeat(16)}`;
const API_SECRET = 'a-secret-that-no-file-may-have-0';
const read = (...parts: string[]) => readFileSync(path.join(...parts), 'utf8');
const definitions = JSON.parse(read(ROOT, 'infra-as-code/definitions.json'));
/** What the environment makes of example.tfvars. */
const RESOURCES = 12;
const NOTHING = { add: 0, change: 0, import: 0, remove: 0 };

describeTerraform('an account set up by Terraform', () => {
  let provider: Record<string, string>;
  let twilio: Awaited<ReturnType<typeof startInMemoryTwilio>>;

  beforeAll(() => {
    provider = buildProvider();
  });
  afterAll(removeFolders);
  beforeEach(async () => {
    twilio = await startInMemoryTwilio();
  });
  afterEach(() => twilio.close());

  /** As a person has it who has cloned the repository and filled in the example. */
  function filledIn(): WorkingCopy {
    const copy = new WorkingCopy({
      ...provider,
      TWILIO_STUB_URL: twilio.url,
      TWILIO_ACCOUNT_SID: sid('AC'),
      TWILIO_API_KEY: API_KEY,
      TWILIO_API_SECRET: API_SECRET,
    });
    copy.write(`${ENVIRONMENT}/local.tfvars`, read(TERRAFORM, ENVIRONMENT, 'example.tfvars'));
    return copy;
  }
  async function initialized(): Promise<WorkingCopy> {
    const copy = filledIn();
    await copy.succeed(['init', '-input=false']);
    return copy;
  }
  async function applied(): Promise<WorkingCopy> {
    const copy = await initialized();
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES });
    return copy;
  }
  const only = (prefix: string): Resource => {
    const all = twilio.all(prefix);
    expect(all).toHaveLength(1);
    return all[0]!;
  };
  const variables = () => Object.fromEntries(twilio.all('ZV').map(({ key, value }) => [key, value]));

  test('the commands of the README set an account up', async () => {
    const copy = filledIn();
    const blocks = read(TERRAFORM, 'README.md').match(/(?<=```sh\n)[\s\S]*?(?=```)/g) ?? [];
    const commands = blocks.join('').match(/(?<=^terraform ).+/gm) ?? [];
    expect(commands).toHaveLength(4);
    const outputs = [];
    for (const words of commands) outputs.push(await copy.succeed(words.split(' ')));
    expect(outputs[1]).toContain(`Plan: ${RESOURCES} to add, 0 to change, 0 to destroy.`);
    // The last one prints the lines for .env.
    expect(parseEnv(outputs[3]!)).toEqual(variables());
  });

  test('an apply makes what definitions.json and the templates say', async () => {
    await applied();
    const queue = only('WQ');
    expect(queue).toMatchObject({
      workspace_sid: sid('WS'),
      friendly_name: definitions.taskQueue.friendlyName,
      target_workers: definitions.taskQueue.targetWorkers,
      task_order: definitions.taskQueue.taskOrder,
      max_reserved_workers: definitions.taskQueue.maxReservedWorkers,
    });
    const fill = (file: string, values: Record<string, string>) =>
      JSON.parse(read(ROOT, 'infra-as-code', file).replace(/\$\{(\w+)\}/g, (_, name: string) => values[name]!));
    const workflow = only('WW');
    expect(workflow).toMatchObject({
      friendly_name: definitions.workflow.friendlyName,
      task_reservation_timeout: definitions.workflow.taskReservationTimeout,
    });
    expect(JSON.parse(String(workflow.configuration))).toEqual(
      fill(definitions.workflow.configuration, { callback_queue_sid: queue.sid, call_queue_sid: sid('WQ') }),
    );
    const flow = only('FW');
    expect(flow).toMatchObject({ friendly_name: definitions.studioFlow.friendlyName, status: 'published' });
    expect(flow.definition).toEqual(
      fill(definitions.studioFlow.definition, {
        functions_domain: 'callback-and-voicemail-with-email-1234-dev.twil.io',
        workflow_sid: workflow.sid,
        channel_sid: sid('TC'),
      }),
    );
    const service = only('IS');
    expect(service).toMatchObject({ friendly_name: definitions.syncService.friendlyName, acl_enabled: true });
    expect(variables()).toEqual({
      ADMIN_EMAIL: 'voicemail@example.com',
      MAIL_FROM: 'Voicemail <voicemail@mg.example.com>',
      BUSINESS_TIME_ZONE: 'America/New_York',
      CALLBACK_COUNTRIES: 'US,CA',
      MAILGUN_DOMAIN: 'mg.example.com',
      TWILIO_FLEX_WORKSPACE_SID: sid('WS'),
      TWILIO_FLEX_CALLBACK_WORKFLOW_SID: workflow.sid,
      VOICEMAIL_SYNC_SERVICE_SID: service.sid,
    });
  });

  test('a second plan has no change, and a changed variable has one', async () => {
    const copy = await applied();
    const again = await copy.run(['plan', '-input=false', '-detailed-exitcode', '-var-file=local.tfvars']);
    expect(again).toMatchObject({ status: 0, output: expect.stringContaining('No changes.') });
    const zone = '-var=BUSINESS_TIME_ZONE=Europe/Berlin';
    expect(await copy.changes('apply', zone)).toEqual({ ...NOTHING, change: 1 });
    expect(variables()).toMatchObject({ BUSINESS_TIME_ZONE: 'Europe/Berlin' });
    expect(await copy.changes('plan', zone)).toEqual(NOTHING);
  });

  test('what somebody changed in the Console is one change, and is put back', async () => {
    const copy = await applied();
    only('IS').acl_enabled = false;
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, change: 1 });
    expect(only('IS')).toMatchObject({ acl_enabled: true });
  });

  test('JSON in another form than the module writes it is a change at every plan', async () => {
    const copy = await initialized();
    const file = copy.path(MODULE, 'main.tf');
    const unformatted = read(file).replace(/= jsonencode\(jsondecode\((templatefile\([\s\S]*?\))\s*\)\)/, '= $1');
    expect(unformatted).not.toBe(read(file));
    writeFileSync(file, unformatted);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES });
    expect(await copy.changes('plan')).toEqual({ ...NOTHING, change: 1 });
  });

  test('destroy leaves the account as it was', async () => {
    const copy = await applied();
    expect(await copy.changes('destroy')).toEqual({ ...NOTHING, remove: RESOURCES });
    expect(twilio.size()).toBe(0);
  });

  test('what an account has already is imported, and nothing is made twice', async () => {
    await applied();
    const sids = Object.fromEntries(twilio.all('ZV').map((one) => [one.key, one.sid]));
    // Another state, which knows nothing of it.
    const copy = await initialized();
    copy.write(
      `${ENVIRONMENT}/local.tfvars`,
      `${read(TERRAFORM, ENVIRONMENT, 'example.tfvars')}
      IMPORT_QUEUE_SID = "${only('WQ').sid}"
      IMPORT_WORKFLOW_SID = "${only('WW').sid}"
      IMPORT_SYNC_SERVICE_SID = "${only('IS').sid}"
      IMPORT_STUDIO_FLOW_SID = "${only('FW').sid}"
      IMPORT_VARIABLE_SIDS = ${JSON.stringify(sids)}`,
    );
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, import: RESOURCES });
    expect(twilio.size()).toBe(RESOURCES);
    expect(await copy.changes('plan')).toEqual(NOTHING);
  });

  test.each([
    ['a queue of its own', { CALLBACK_QUEUE_SID: `WQ${'1'.repeat(32)}` }, RESOURCES - 1],
    ['a workflow of its own', { CALLBACK_WORKFLOW_SID: `WW${'1'.repeat(32)}` }, RESOURCES - 2],
  ])('an account with %s keeps it', async (_title, values, add) => {
    const copy = await initialized();
    const words = Object.entries(values).map(([name, value]) => `-var=${name}=${value}`);
    expect(await copy.changes('apply', ...words)).toEqual({ ...NOTHING, add });
    expect(twilio.all('WQ')).toEqual([]);
    expect(JSON.stringify([...twilio.all('WW'), ...twilio.all('FW')])).toContain(Object.values(values)[0]);
  });

  test('neither the state nor a plan holds a credential', async () => {
    const copy = await initialized();
    await copy.succeed(['plan', '-input=false', '-var-file=local.tfvars', '-out=saved.plan']);
    const plan = await copy.succeed(['show', '-json', 'saved.plan']);
    await copy.succeed(['apply', '-input=false', 'saved.plan']);
    expect([...twilio.authorizations]).toEqual([`Basic ${btoa(`${API_KEY}:${API_SECRET}`)}`]);
    for (const text of [plan, copy.state()]) {
      expect(text).not.toContain(API_SECRET);
      expect(text).not.toContain(API_KEY);
    }
  });
});
