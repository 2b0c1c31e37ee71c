import { randomBytes } from 'node:crypto';
import {
  describeProblem,
  type Environment,
  readEnvironment,
} from '../../../serverless-functions/src/runtime/environment';
import { SetupError } from '../setup-error';

/** Names the deployed bundle, so that a deployment of the same one is recognized. */
export const DEPLOYED_BUILD = 'DEPLOYED_BUILD';

/** twilio.com/docs/serverless/api/resource/variable: bytes of a value. */
const MAX_VALUE_BYTES = 450;
/** Values that are shown to nobody. A URL may hold a password. */
const SECRET_NAMES = /(KEY|SECRET|TOKEN|PASSWORD|KEYS|_URL|QUEUE)$/;
const NO_SECRETS = new Set(['MAILGUN_API_BASE_URL', 'SENDGRID_API_BASE_URL']);

export const isSecretVariable = (name: string): boolean => SECRET_NAMES.test(name) && !NO_SECRETS.has(name);

/** Secrets that the product makes up itself when it is set up, once. */
const GENERATED = ['OUTBOX_TOKEN', 'SIGNING_KEYS'] as const;
const newSecret = () => randomBytes(32).toString('base64url');

/**
 * The variables of the Functions as they should be.
 * @param given by people
 * @param derived from what is set up
 * @param existing those of the environment; generated secrets among them stay
 */
export function wantedVariables(
  given: Readonly<Record<string, string>>,
  derived: Readonly<Record<string, string>>,
  existing: Readonly<Record<string, string>>,
): Record<string, string> {
  const generated = Object.fromEntries(
    GENERATED.map((name) => [name, given[name] ?? existing[name] ?? newSecret()] as const),
  );
  return { ...given, ...derived, ...generated };
}

/** The variables as a Function reads them: two more are the runtime's own. */
export const deployedEnvironment = (variables: Readonly<Record<string, string>>): Environment =>
  readEnvironment({ ...variables, ACCOUNT_SID: `AC${'0'.repeat(32)}`, AUTH_TOKEN: '0'.repeat(32) });

/**
 * Checks form and length, before anything is changed.
 * @throws SetupError that names every one that is wrong, without values
 */
export function checkVariables(variables: Readonly<Record<string, string>>): void {
  const problems = deployedEnvironment(variables).problems.map(describeProblem);
  const long = Object.entries(variables)
    .filter(([, value]) => Buffer.byteLength(value) > MAX_VALUE_BYTES)
    .map(([name]) => `${name} is longer than ${MAX_VALUE_BYTES} bytes, which is Twilio's limit`);
  if (problems.length + long.length > 0)
    throw new SetupError(
      'variables',
      [...problems, ...long].join('\n'),
      'Correct them in the .env file, and run this again.',
    );
}
