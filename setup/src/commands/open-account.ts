import path from 'node:path';
import { VARIABLE_NAMES } from '../../../serverless-functions/src/runtime/environment';
import { type AccountOffer, readOffer } from '../account/basics';
import { type Credentials, readCredentials } from '../account/credentials';
import { openRest, type TwilioRest } from '../account/rest';
import type { Asker } from '../asker';
import type { Choices, EnvironmentName } from '../choices';
import { readDefinitions } from '../definitions';
import { readEnvFiles } from '../env-file';
import { readBundle } from '../functions/bundle';
import { deployedManifest } from '../functions/manifest';
import { readPlugin } from '../functions/plugin-file';
import { findService, readVariables } from '../functions/service';
import type { PartContext } from '../parts/part';
import { SetupError } from '../setup-error';
import { openStateFile, type StateFile } from '../state-file';
import type { Io } from './io';

/** An account that a command works on. */
export interface OpenAccount {
  environment: EnvironmentName;
  rest: TwilioRest;
  offer: AccountOffer;
  state: StateFile;
  /** Of files and of the process: what people gave. */
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * @param asker who is asked for credentials where there are none
 * @throws SetupError without credentials, or without Flex
 */
export async function openAccount(io: Io, environment: EnvironmentName, asker?: Asker): Promise<OpenAccount> {
  const variables = readEnvFiles(io.root, environment, io.environment);
  const credentials = readCredentials(variables) ?? (asker && (await askForCredentials(asker)));
  if (credentials === undefined)
    throw new SetupError('credentials', 'There are no credentials', 'Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.');
  const rest = openRest(credentials, stubUrl(variables.TWILIO_STUB_URL));
  const offer = await readOffer(rest);
  const state = openStateFile(path.join(io.root, '.setup', `${environment}.json`), credentials.accountSid);
  return { environment, rest, offer, state, variables };
}

/** What the parts of a set-up look at and use. */
export function partContext(io: Io, { rest, offer }: OpenAccount, choices: Choices, isQuiet: boolean): PartContext {
  return {
    rest,
    basics: offer.basics,
    choices,
    ...readWhatIsDeployed(io.root),
    known: {},
    pause: io.pause,
    say: isQuiet ? () => undefined : io.say,
    ...(io.healthProblem === undefined ? {} : { healthProblem: io.healthProblem }),
  };
}

/** The variables that the Functions of an environment have; none before there are any. */
export async function deployedVariables(io: Io, { environment, rest }: OpenAccount): Promise<Record<string, string>> {
  const { serviceName, environments } = readDefinitions(io.root).functions;
  const { environment: service } = await findService(rest, serviceName, environments[environment]!);
  return service === undefined ? {} : readVariables(rest, service);
}

/** What this folder would deploy, and where. @param root the repository, after `npm run build` */
export function readWhatIsDeployed(root: string) {
  const plugin = readPlugin(root);
  const dist = path.join(root, 'serverless-functions/dist');
  return {
    definitions: readDefinitions(root),
    bundle: readBundle(dist, deployedManifest(root), [plugin.asset]),
    plugin,
  };
}

/** Not the Functions' to be given: derived, the runtime's own, or credentials of these commands. */
const NOT_GIVEN: ReadonlySet<string> = new Set([
  'ACCOUNT_SID',
  'AUTH_TOKEN',
  'TWILIO_API_KEY',
  'TWILIO_API_SECRET',
  'TWILIO_FLEX_WORKSPACE_SID',
  'TWILIO_FLEX_CALLBACK_WORKFLOW_SID',
  'VOICEMAIL_SYNC_SERVICE_SID',
  'TWILIO_STUB_URL',
]);

/** The Functions' variables that people gave, in files or in the environment. */
export function givenVariables(all: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    VARIABLE_NAMES.filter((name) => !NOT_GIVEN.has(name)).flatMap((name) => {
      const value = all[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}

async function askForCredentials(asker: Asker): Promise<Credentials | undefined> {
  const accountSid = await asker.input('Account SID (Twilio Console, Account Info)', (value) =>
    /^AC[0-9a-f]{32}$/.test(value.trim()) ? undefined : 'Expected AC and 32 hexadecimal digits',
  );
  const token = await asker.secret('Auth token', (value) =>
    /^[0-9a-zA-Z]{32}$/.test(value.trim()) ? undefined : 'Expected 32 letters and digits',
  );
  return readCredentials({ TWILIO_ACCOUNT_SID: accountSid.trim(), TWILIO_AUTH_TOKEN: token.trim() });
}

/** @throws SetupError for one that is not this machine: credentials would go there */
function stubUrl(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (/^http:\/\/(127\.0\.0\.1|localhost):\d+$/.test(value)) return value;
  throw new SetupError('usage', 'TWILIO_STUB_URL is not an address of this machine', 'Remove it.');
}
