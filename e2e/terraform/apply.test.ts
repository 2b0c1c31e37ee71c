import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { type Account, openAccount } from './support/account';
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
const definitions = JSON.parse(read(ROOT, 'infra-as-code/definitions.json'));
/** What the environment makes of example.tfvars. */
const RESOURCES = 12;
const NOTHING = { add: 0, change: 0, import: 0, remove: 0 };

describeTerraform('an account set up by Terraform', () => {
  let provider: Record<string, string>;
  let account: Account;

  beforeAll(() => {
    provider = buildProvider();
  });
  afterAll(removeFolders);
  beforeEach(async () => {
    account = await openAccount();
  });
  afterEach(() => account.close());

  /** As a person has it who has cloned the repository and filled in the example. */
  function filledIn(further = ''): WorkingCopy {
    const copy = new WorkingCopy({ ...provider, TWILIO_STUB_URL: account.url, ...account.credentials });
    let text = read(TERRAFORM, ENVIRONMENT, 'example.tfvars');
    for (const [name, value] of Object.entries(account.values)) {
      const line = new RegExp(`^${name} *= .*$`, 'm');
      expect(text).toMatch(line);
      text = text.replace(line, `${name} = "${value}"`);
    }
    copy.write(`${ENVIRONMENT}/local.tfvars`, `${text}\n${further}`);
    return copy;
  }
  async function initialized(further = ''): Promise<WorkingCopy> {
    const copy = filledIn(further);
    await copy.succeed(['init', '-input=false']);
    return copy;
  }
  async function applied(): Promise<WorkingCopy> {
    const copy = await initialized();
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES });
    return copy;
  }

  test('the commands of the README set an account up', async () => {
    const copy = filledIn();
    const blocks = read(TERRAFORM, 'README.md').match(/(?<=```sh\n)[\s\S]*?(?=```)/g) ?? [];
    const commands = blocks.join('').match(/(?<=^terraform ).+/gm) ?? [];
    expect(commands).toHaveLength(4);
    const outputs = [];
    for (const words of commands) outputs.push(await copy.succeed(words.split(' ')));
    expect(outputs[1]).toContain(`Plan: ${RESOURCES} to add, 0 to change, 0 to destroy.`);
    // The last one prints the lines for .env.
    expect(parseEnv(outputs[3]!)).toEqual(await account.variables());
  });

  test('an apply makes what definitions.json and the templates say', async () => {
    await applied();
    const { taskQueue, workflow, syncService, studioFlow } = definitions;
    const { values } = account;
    const fill = (file: string, given: Record<string, string>) =>
      JSON.parse(read(ROOT, 'infra-as-code', file).replace(/\$\{(\w+)\}/g, (_, name: string) => given[name]!));

    const queue = await account.only('queues');
    expect(queue).toMatchObject({
      workspace_sid: values.TWILIO_FLEX_WORKSPACE_SID,
      friendly_name: taskQueue.friendlyName,
      target_workers: taskQueue.targetWorkers,
      task_order: taskQueue.taskOrder,
      max_reserved_workers: taskQueue.maxReservedWorkers,
    });
    const { configuration, ...madeWorkflow } = await account.only('workflows');
    expect(madeWorkflow).toMatchObject({
      friendly_name: workflow.friendlyName,
      task_reservation_timeout: workflow.taskReservationTimeout,
    });
    expect(JSON.parse(String(configuration))).toEqual(
      fill(workflow.configuration, { callback_queue_sid: queue.sid, call_queue_sid: values.CALL_QUEUE_SID }),
    );
    const service = await account.only('syncServices');
    expect(service).toMatchObject({
      friendly_name: syncService.friendlyName,
      acl_enabled: syncService.aclEnabled,
      reachability_webhooks_enabled: syncService.reachabilityWebhooksEnabled,
      reachability_debouncing_enabled: syncService.reachabilityDebouncingEnabled,
      webhooks_from_rest_enabled: syncService.webhooksFromRestEnabled,
    });
    expect(await account.only('flows')).toMatchObject({
      friendly_name: studioFlow.friendlyName,
      status: studioFlow.status,
      commit_message: studioFlow.commitMessage,
      definition: fill(studioFlow.definition, {
        functions_domain: values.SERVERLESS_DOMAIN,
        workflow_sid: madeWorkflow.sid,
        channel_sid: values.VOICE_CHANNEL_SID,
      }),
    });
    expect(await account.variables()).toEqual({
      ADMIN_EMAIL: 'voicemail@example.com',
      MAIL_FROM: 'Voicemail <voicemail@mg.example.com>',
      BUSINESS_TIME_ZONE: 'America/New_York',
      CALLBACK_COUNTRIES: 'US,CA',
      MAILGUN_DOMAIN: 'mg.example.com',
      TWILIO_FLEX_WORKSPACE_SID: values.TWILIO_FLEX_WORKSPACE_SID,
      TWILIO_FLEX_CALLBACK_WORKFLOW_SID: madeWorkflow.sid,
      VOICEMAIL_SYNC_SERVICE_SID: service.sid,
    });
  });

  test('a second plan has no change, and a changed variable has one', async () => {
    const copy = await applied();
    const again = await copy.run(['plan', '-input=false', '-detailed-exitcode', '-var-file=local.tfvars']);
    expect(again).toMatchObject({ status: 0, output: expect.stringContaining('No changes.') });
    const zone = '-var=BUSINESS_TIME_ZONE=Europe/Berlin';
    expect(await copy.changes('apply', zone)).toEqual({ ...NOTHING, change: 1 });
    expect(await account.variables()).toMatchObject({ BUSINESS_TIME_ZONE: 'Europe/Berlin' });
    expect(await copy.changes('plan', zone)).toEqual(NOTHING);
  });

  test('what somebody changed in the Console is one change, and is put back', async () => {
    const copy = await applied();
    const { sid } = await account.only('syncServices');
    await account.change('syncServices', sid, { AclEnabled: 'false' });
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, change: 1 });
    expect(await account.only('syncServices')).toMatchObject({ sid, acl_enabled: true });
  });

  test('what somebody deleted stops each plan until it is taken out of the state', async () => {
    const copy = await applied();
    const { sid } = await account.only('flows');
    await account.remove('flows', sid);
    const { status, output } = await copy.run(['plan', '-input=false', '-var-file=local.tfvars']);
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringContaining('Status: 404') });
    await copy.succeed(['state', 'rm', 'module.callback-and-voicemail-with-email.twilio_studio_flows_v2.calls']);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: 1 });
    expect((await account.only('flows')).sid).not.toBe(sid);
  });

  test('JSON in another form than the module writes it is a change at every plan', async () => {
    const copy = await initialized();
    const file = copy.path(MODULE, 'main.tf');
    const template =
      /(?<=(configuration|definition) = )(?:replace\()*jsonencode\(jsondecode\((templatefile\([\s\S]*?\n {2}\))\)\)\S*.*/g;
    const unformatted = read(file).replace(template, '$2');
    expect(unformatted).not.toContain('jsonencode(jsondecode');
    writeFileSync(file, unformatted);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES });
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, change: 2 });
    expect(await copy.changes('plan')).toEqual({ ...NOTHING, change: 2 });
  });

  test('destroy leaves the account as it was', async () => {
    const copy = await applied();
    expect(await account.contents()).not.toEqual(account.before);
    expect(await copy.changes('destroy')).toEqual({ ...NOTHING, remove: RESOURCES });
    expect(await account.contents()).toEqual(account.before);
  });

  test('what an account has already is imported, and nothing is made twice', async () => {
    await applied();
    const { sid: queue } = await account.only('queues');
    const { sid: workflow } = await account.only('workflows');
    const { sid: service } = await account.only('syncServices');
    const { sid: flow } = await account.only('flows');
    const variables = Object.fromEntries((await account.made('variables')).map(({ key, sid }) => [key, sid]));
    const contents = await account.contents();
    // Another state, which knows nothing of it.
    const copy = await initialized(`
      IMPORT_QUEUE_SID        = "${queue}"
      IMPORT_WORKFLOW_SID     = "${workflow}"
      IMPORT_SYNC_SERVICE_SID = "${service}"
      IMPORT_STUDIO_FLOW_SID  = "${flow}"
      IMPORT_VARIABLE_SIDS    = ${JSON.stringify(variables)}
    `);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, import: RESOURCES });
    expect(await account.contents()).toEqual(contents);
    expect(await copy.changes('plan')).toEqual(NOTHING);
  });

  test('a variable that exists and is not imported ends the apply', async () => {
    await applied();
    const copy = await initialized();
    const { status, output } = await copy.run(['apply', '-input=false', '-auto-approve', '-var-file=local.tfvars']);
    expect({ status, output }).toMatchObject({ status: 1, output: expect.stringMatching(/Status: 4\d\d/) });
  });

  test('an account with a queue of its own keeps it', async () => {
    const { CALL_QUEUE_SID } = account.values;
    const copy = await initialized(`CALLBACK_QUEUE_SID = "${CALL_QUEUE_SID}"`);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES - 1 });
    expect(await account.made('queues')).toEqual([]);
    expect(String((await account.only('workflows')).configuration).match(/WQ\w+/g)).toEqual(
      expect.arrayContaining([CALL_QUEUE_SID]),
    );
  });

  test('an account with a workflow of its own keeps it', async () => {
    const { sid } = account.before.workflows[0]!;
    const copy = await initialized(`CALLBACK_WORKFLOW_SID = "${sid}"`);
    expect(await copy.changes('apply')).toEqual({ ...NOTHING, add: RESOURCES - 2 });
    expect([...(await account.made('queues')), ...(await account.made('workflows'))]).toEqual([]);
    expect(JSON.stringify(await account.only('flows'))).toContain(sid);
    expect(await account.variables()).toMatchObject({ TWILIO_FLEX_CALLBACK_WORKFLOW_SID: sid });
  });

  test('neither the state nor a plan holds a credential', async () => {
    const copy = await initialized();
    await copy.succeed(['plan', '-input=false', '-var-file=local.tfvars', '-out=saved.plan']);
    const plan = await copy.succeed(['show', '-json', 'saved.plan']);
    await copy.succeed(['apply', '-input=false', 'saved.plan']);
    for (const credential of Object.values(account.credentials)) {
      expect(plan).not.toContain(credential);
      expect(copy.state()).not.toContain(credential);
    }
  });
});
