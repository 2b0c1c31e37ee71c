import { parseArgs } from 'node:util';
import { type Choices, readEnvironmentName } from '../choices';
import { activateBuild, deployedBuilds } from '../functions/deployment';
import { findService, readVariables, writeVariables } from '../functions/service';
import { DEPLOYED_BUILD } from '../functions/variables';
import { functions } from '../parts/functions';
import { functionsService } from '../parts/functions-service';
import type { Part, PartContext } from '../parts/part';
import { plugin } from '../parts/plugin';
import { printPlan } from '../print-plan';
import { carryOutSetup, isToDo, planSetup } from '../run-setup';
import { SetupError } from '../setup-error';
import type { Io } from './io';
import type { OpenAccount } from './open-account';
import { givenVariables, openAccount, partContext, readWhatIsDeployed } from './open-account';

const DEPLOY_USAGE = `npm run deploy -- [options]

Deploys the Functions and the Flex plugin of this folder to an account that npm run setup has set up.

  --environment dev|stage|prod   which one; default: dev. Variables are read from .env and .env.<environment>
  --only functions|plugin        one of the two
  --dry-run                      only show it
  --yes                          do not ask`;

/** @returns the exit code: 0 done, or nothing to do; 2 used wrongly; 3 a dry run found something to do */
export async function deployCommand(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      environment: { type: 'string' },
      only: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    io.say(DEPLOY_USAGE);
    return 0;
  }
  const parts = partsFor(values.only);
  const asker = values.yes ? undefined : await io.openAsker?.();
  const account = await openAccount(io, readEnvironmentName(values.environment), asker);
  const context = await deployContext(io, account);
  const lines = await planSetup(context, parts);
  for (const line of printPlan(lines)) io.say(line);
  if (!lines.some(isToDo)) {
    io.say('Nothing to do.');
    return 0;
  }
  if (values['dry-run']) {
    io.say('A dry run: nothing was changed.');
    return 3;
  }
  if (!values.yes && (await asker?.confirm('Deploy it?', false)) !== true) {
    io.say('Nothing was changed. Run it with --yes to go on without a question.');
    return 2;
  }
  await carryOutSetup(context, account.state, parts);
  io.say('Deployed.');
  return 0;
}

/** @throws SetupError for a word that names nothing */
function partsFor(only: string | undefined): readonly Part[] {
  if (only === undefined) return [functions, plugin];
  if (only === 'functions') return [functions];
  if (only === 'plugin') return [plugin];
  throw new SetupError('usage', '--only is neither functions nor plugin', 'Name one of the two, or leave it out.');
}

/** @throws SetupError where nothing was set up */
async function deployContext(io: Io, account: OpenAccount): Promise<PartContext> {
  const { environment, rest, variables: all } = account;
  const choices: Choices = {
    environment,
    callQueue: '',
    callbackQueue: 'new',
    workflow: 'new',
    flow: 'new',
    number: 'none',
    enableOutboundCalls: false,
    variables: givenVariables(all),
  };
  const context = partContext(io, account, choices, false);
  await functionsService.inspect(context);
  const service = context.known['functions-service'];
  if (service === undefined)
    throw new SetupError('not-set-up', `Environment ${environment} is not set up`, 'Run npm run setup first.');
  const existing = await readVariables(rest, service);
  await checkReferences(context, existing);
  context.known.workflow = existing.TWILIO_FLEX_CALLBACK_WORKFLOW_SID;
  context.known['sync-service'] = existing.VOICEMAIL_SYNC_SERVICE_SID;
  // Without a .env file only the code is deployed, and variables stay.
  if (choices.variables.ADMIN_EMAIL !== undefined) return { ...context, deletesVariables: true };
  return { ...context, choices: { ...choices, variables: givenVariables(existing) } };
}

/** What the Functions need must be there before they are replaced. @throws SetupError */
async function checkReferences(
  { rest, basics }: PartContext,
  existing: Readonly<Record<string, string>>,
): Promise<void> {
  const { TWILIO_FLEX_CALLBACK_WORKFLOW_SID: workflow, VOICEMAIL_SYNC_SERVICE_SID: sync } = existing;
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${basics.workspaceSid}`;
  const missing = [
    ...(workflow !== undefined && (await rest.find(`${workspace}/Workflows/${workflow}`)) ? [] : ['the workflow']),
    ...(sync !== undefined && (await rest.find(`https://sync.twilio.com/v1/Services/${sync}`))
      ? []
      : ['the Sync service']),
  ];
  if (missing.length > 0)
    throw new SetupError('not-set-up', `Not in the account: ${missing.join(' and ')}`, 'Run npm run setup first.');
}

const ROLLBACK_USAGE = `npm run rollback -- [options]

Makes the version of the Functions before the live one live again.

  --environment dev|stage|prod   which one; default: dev
  --yes                          do not ask`;

/** Makes the build before the live one live again. @returns the exit code */
export async function rollbackCommand(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      environment: { type: 'string' },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    io.say(ROLLBACK_USAGE);
    return 0;
  }
  const environment = readEnvironmentName(values.environment);
  const asker = values.yes ? undefined : await io.openAsker?.();
  const { rest } = await openAccount(io, environment, asker);
  const { definitions } = readWhatIsDeployed(io.root);
  const { serviceName, environments } = definitions.functions;
  const { environment: service } = await findService(rest, serviceName, environments[environment]!);
  const { live, previous } = service === undefined ? {} : await deployedBuilds(rest, service);
  if (service === undefined || previous === undefined)
    throw new SetupError('no-earlier-version', 'There is no earlier version', 'Deploy the version that you want.');
  io.say(`Functions: ${live} -> ${previous}`);
  if (!values.yes && (await asker?.confirm('Go back to it?', false)) !== true) {
    io.say('Nothing was changed. Run it with --yes to go on without a question.');
    return 2;
  }
  await activateBuild(rest, service, previous);
  // It is not the version of any folder that is known, so that the next deployment is none of "nothing to do".
  await writeVariables(rest, service, { [DEPLOYED_BUILD]: previous });
  io.say('The earlier version is live. Variables are as they were; the plugin is not changed.');
  return 0;
}
