import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openAccount } from '../../e2e/terraform/support/account';
import {
  buildProvider,
  describeTerraform,
  ENVIRONMENT,
  removeFolders,
  TERRAFORM,
  WorkingCopy,
} from '../../e2e/terraform/support/terraform';
import { createProductFolder } from './support/product-folder';
import { runCommand } from './support/run-command';

type Account = Awaited<ReturnType<typeof openAccount>>;
const KINDS = ['queues', 'workflows', 'syncServices', 'flows', 'variables'] as const;

describeTerraform('Terraform and the command', () => {
  afterAll(removeFolders);

  test('they make the same queue, workflow, Sync service, flow and variables', async () => {
    const [byTerraform, byCommand] = [await openAccount(), await openAccount()];
    const folder = createProductFolder();
    try {
      const variables = await applyTerraform(byTerraform);
      const { exitCode, output } = await runCommand(
        folder.root,
        ['setup', '--yes', '--call-queue', byCommand.values.CALL_QUEUE_SID],
        { ...byCommand.credentials, TWILIO_STUB_URL: byCommand.url, MAILGUN_API_KEY: 'key-0123456789', ...variables },
      );
      expect([exitCode, output]).toEqual([0, expect.stringContaining('Done.')]);
      const made = await whatWasMade(byTerraform);
      expect(made.workflows).toHaveLength(1);
      expect(await whatWasMade(byCommand)).toEqual(made);
    } finally {
      folder.remove();
      await byTerraform.close();
      await byCommand.close();
    }
  });
});

/** @returns the Functions' variables that were given to it, as the command takes them */
async function applyTerraform(account: Account): Promise<Record<string, string>> {
  const copy = new WorkingCopy({ ...buildProvider(), TWILIO_STUB_URL: account.url, ...account.credentials });
  let text = readFileSync(path.join(TERRAFORM, ENVIRONMENT, 'example.tfvars'), 'utf8');
  for (const [name, value] of Object.entries(account.values))
    text = text.replace(new RegExp(`^${name} *= .*$`, 'm'), `${name} = "${value}"`);
  copy.write(`${ENVIRONMENT}/local.tfvars`, text);
  await copy.succeed(['init', '-input=false']);
  await copy.changes('apply');
  const all = Object.fromEntries(
    Object.entries(await account.variables()).map(([name, value]) => [name, String(value)]),
  );
  return Object.fromEntries(Object.entries(all).filter(([name]) => !DERIVED.has(name)));
}

/** From what is set up. */
const DERIVED = new Set([
  'TWILIO_FLEX_WORKSPACE_SID',
  'TWILIO_FLEX_CALLBACK_WORKFLOW_SID',
  'VOICEMAIL_SYNC_SERVICE_SID',
]);
/** Made by the command alone: secrets do not belong into Terraform's state. */
const BY_COMMAND = new Set([
  'MAILGUN_API_KEY',
  'OUTBOX_TOKEN',
  'SIGNING_KEYS',
  'TWILIO_API_KEY',
  'TWILIO_API_SECRET',
  'DEPLOYED_BUILD',
]);

/** By kind, without what differs from one account to another. */
async function whatWasMade(account: Account): Promise<Record<string, unknown[]>> {
  const made = await Promise.all(
    KINDS.map(async (kind) => {
      const things = await account.made(kind);
      const kept = things.filter((thing) => kind !== 'variables' || !BY_COMMAND.has(String(thing.key)));
      return [kind, kept.map(withoutIdentity).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
    }),
  );
  return Object.fromEntries(made);
}

const VOLATILE = /^(sid|account_sid|date_\w+|url|links|webhook_url|revision|service_sid|environment_sid)$/;
function withoutIdentity(thing: object): unknown {
  const { configuration } = thing as { configuration?: string };
  // TaskRouter takes JSON as it is written.
  const parsed = configuration === undefined ? thing : { ...thing, configuration: JSON.parse(configuration) };
  const text = JSON.stringify(parsed, (key, value: unknown) => (VOLATILE.test(key) ? undefined : value));
  return JSON.parse(text.replace(/\b(WQ|WW|WS|IS|FW|ZS|ZE|TC)[0-9a-f]{32}\b/g, '$1…'));
}
