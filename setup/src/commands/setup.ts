import { parseArgs } from 'node:util';
import { completeChoices } from '../ask-choices';
import type { Asker } from '../asker';
import {
  CHOICE_OPTIONS,
  type ChoiceOption,
  type Choices,
  type EnvironmentName,
  readEnvironmentName,
  readGivenChoices,
} from '../choices';
import { planAsJson, printPlan } from '../print-plan';
import { carryOutSetup, carryOutUninstall, isToDo, type PlanLine, planSetup, planUninstall } from '../run-setup';
import type { Io } from './io';
import { deployedVariables, givenVariables, type OpenAccount, openAccount, partContext } from './open-account';

const SETUP_USAGE = `npm run setup -- [options]

Sets up callbacks and voicemail in a Twilio account, or undoes it. Shows what it would do, and asks.

  --environment dev|stage|prod   which one; default: dev. Values are read from .env and .env.<environment>
  --dry-run                      only show it
  --yes                          do not ask
  --json                         for programs: one JSON document
  --uninstall                    undo it
  --call-queue WQ…               the queue of your calls; default: Flex's own choice
  --callback-queue new|WQ…       whose agents call back; default: new
  --workflow new|WW…             default: new; your own gets three filters
  --flow new|none                the Studio flow; default: new
  --number none|+1…              which number leads there; default: none
  --outbound-calls yes|no        lets agents call out; default: no

Credentials: TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN, or with TWILIO_API_KEY and TWILIO_API_SECRET.
Variables of the Functions: docs/configuration.md.`;

/**
 * @returns the exit code: 0 done, or nothing to do; 1 it failed; 2 used wrongly; 3 a dry run found something to do
 */
export async function setupCommand(args: readonly string[], io: Io): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    io.say(SETUP_USAGE);
    return 0;
  }
  const asker = options.json || options.yes ? undefined : await io.openAsker?.();
  const account = await openAccount(io, readEnvironmentName(options.environment), asker);
  const choices = options.uninstall ? undoChoices(account.environment) : await choose(io, options, account, asker);
  const context = partContext(io, account, choices, options.json);
  const lines = options.uninstall ? await planUninstall(context, account.state) : await planSetup(context);
  const report = reporter(io, account, lines, options.json);
  const toDo = lines.filter(isToDo);
  if (toDo.length === 0) return report('Nothing to do.', 0);
  if (options['dry-run']) return report('A dry run: nothing was changed.', 3);
  if (!options.yes && !(await isAgreed(asker, toDo)))
    return report('Nothing was changed. Run it with --yes to go on without a question.', 2);
  if (options.uninstall) {
    await carryOutUninstall(context, account.state);
    return report('The account is as it was before.', 0);
  }
  account.state.remember(choices);
  await carryOutSetup(context, account.state);
  return report('Done. Check it with: npm run doctor', 0);
}

interface Options extends Partial<Record<ChoiceOption, string>> {
  environment?: string;
  'dry-run': boolean;
  yes: boolean;
  json: boolean;
  uninstall: boolean;
  help: boolean;
}

/** @throws TypeError of `parseArgs` for an option that there is not */
function readOptions(args: readonly string[]): Options {
  const choices = Object.keys(CHOICE_OPTIONS).map((option) => [option, { type: 'string' }] as const);
  const flags = ['dry-run', 'yes', 'json', 'uninstall', 'help'];
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(choices),
      environment: { type: 'string' },
      ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean', default: false }] as const)),
    },
  });
  return values as unknown as Options;
}

/** What is neither given nor asked is as the last run chose it, and the Functions' variables as they are. */
async function choose(io: Io, options: Options, account: OpenAccount, asker: Asker | undefined): Promise<Choices> {
  const { environment, variables, offer, state } = account;
  const given = { ...state.state.choices, ...readGivenChoices({ ...options }, variables) };
  const deployed = givenVariables(await deployedVariables(io, account));
  return completeChoices(environment, given, { ...deployed, ...givenVariables(variables) }, offer, asker);
}

/** An uninstallation looks at what is ours, whatever was chosen. */
const undoChoices = (environment: EnvironmentName): Choices => ({
  environment,
  callQueue: '',
  callbackQueue: 'new',
  workflow: 'new',
  flow: 'new',
  number: 'none',
  enableOutboundCalls: false,
  variables: {},
});

/** Shows the plan, and at the end what came of it. */
function reporter(io: Io, { offer, environment }: OpenAccount, lines: readonly PlanLine[], isJson: boolean) {
  if (!isJson)
    for (const line of [`Account “${offer.friendlyName}”, environment ${environment}:`, ...printPlan(lines)])
      io.say(line);
  return (words: string, exitCode: number): number => {
    if (isJson) io.say(JSON.stringify({ environment, plan: planAsJson(lines), done: exitCode === 0 }, undefined, 2));
    else io.say(words);
    return exitCode;
  };
}

async function isAgreed(asker: Asker | undefined, { length }: readonly PlanLine[]): Promise<boolean> {
  return (await asker?.confirm(`Do ${length === 1 ? 'it' : `these ${length} things`}?`, false)) === true;
}
