import { describeProblem, VARIABLE_NAMES } from '../../../../serverless-functions/src/runtime/environment';
import { DEPLOYED_BUILD, deployedEnvironment } from '../../functions/variables';
import { type Finding, right, unknown, wrong } from '../finding';
import { type DeployedFunctions, isUnread, type Snapshot } from '../snapshot';

/** Refused by Twilio's build service: github.com/twilio-labs/serverless-toolkit/issues/564. */
const REFUSED_HANDLER = '2.1.0';
const MIN_NODE = 20;
const DEPLOY = 'Run npm run deploy.';

/** The Functions as they are deployed, and their variables. */
export function checkFunctions(snapshot: Snapshot): Finding[] {
  const { functions } = snapshot;
  if (isUnread(functions))
    return [unknown('functions', `The Functions cannot be read: ${functions.reason}`, 'Run it again.')];
  if (functions === undefined)
    return [wrong('functions', 'The Functions are not deployed in this environment', 'Run npm run setup.')];
  return [
    ...checkDeployment(functions, snapshot),
    ...checkVariables(functions),
    ...checkReferences(functions, snapshot),
  ];
}

function checkDeployment({ build, variables, healthProblem }: DeployedFunctions, { local }: Snapshot): Finding[] {
  if (build === undefined) return [wrong('functions', 'The Functions’ environment has nothing deployed', DEPLOY)];
  const findings = [
    healthProblem === undefined
      ? right('functions', 'The Functions answer')
      : wrong(
          'functions',
          `The Functions do not answer as they should: ${healthProblem}`,
          'Look at their logs: Console, Functions & Assets.',
        ),
    variables[DEPLOYED_BUILD] === local.buildHash
      ? right('functions-version', 'They are the version of this folder')
      : wrong('functions-version', 'They are another version than this folder’s', DEPLOY),
  ];
  const handler = build.dependencies.find(({ name }) => name === '@twilio/runtime-handler')?.version;
  if (handler === REFUSED_HANDLER)
    findings.push(wrong('functions-handler', `They were built with @twilio/runtime-handler ${handler}`, DEPLOY));
  const node = Number(/^node(\d+)$/.exec(build.runtime ?? '')?.[1] ?? Number.NaN);
  findings.push(
    node >= MIN_NODE
      ? right('functions-runtime', `They run on Node ${node}`)
      : wrong('functions-runtime', `They run on ${build.runtime ?? 'an unknown runtime'}, which is too old`, DEPLOY),
  );
  return findings;
}

function checkVariables({ variables }: DeployedFunctions): Finding[] {
  const { problems } = deployedEnvironment(variables);
  const findings = problems.map((problem) =>
    wrong(
      `variable-${problem.variable}`,
      describeProblem(problem),
      `Correct it in the .env file, and ${lower(DEPLOY)}`,
    ),
  );
  if (problems.length === 0) findings.push(right('variables', 'Every variable has its form'));
  if (variables.TWILIO_STUB_URL !== undefined)
    findings.push(
      wrong('variable-stub', 'TWILIO_STUB_URL is set, which is for the sandbox', `Delete it, and ${lower(DEPLOY)}`),
    );
  if (variables.OUTBOX_TOKEN === undefined)
    findings.push(wrong('outbox-token', 'OUTBOX_TOKEN is missing: no scheduler can call', 'Run npm run setup.'));
  const known = new Set<string>([...VARIABLE_NAMES, DEPLOYED_BUILD]);
  const foreign = Object.keys(variables).filter((name) => !known.has(name));
  if (foreign.length > 0)
    findings.push(
      wrong(
        'variable-unknown',
        `Not read by the Functions: ${foreign.join(', ')}`,
        'Correct the names, or delete them.',
      ),
    );
  return findings;
}

const lower = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** What variables name must be there, and be of Flex's workspace. */
function checkReferences({ variables }: DeployedFunctions, { flexConfiguration, recordingsKey }: Snapshot): Finding[] {
  const findings: Finding[] = [];
  if (!isUnread(flexConfiguration))
    findings.push(
      flexConfiguration.taskrouter_workspace_sid === variables.TWILIO_FLEX_WORKSPACE_SID
        ? right('workspace', 'The Functions use Flex’s workspace')
        : wrong('workspace', 'TWILIO_FLEX_WORKSPACE_SID is not Flex’s workspace', 'Run npm run setup.'),
    );
  if (variables.TWILIO_API_KEY === undefined)
    findings.push(
      wrong(
        'recordings-key',
        'Recordings are fetched with the auth token',
        'Run npm run setup, which makes a key that can be revoked alone.',
      ),
    );
  else if (isUnread(recordingsKey))
    findings.push(
      unknown(
        'recordings-key',
        'The API key for recordings cannot be looked up: this takes the auth token or a main key',
        'Console, Account, API keys.',
      ),
    );
  else
    findings.push(
      recordingsKey === undefined
        ? wrong('recordings-key', 'The API key for recordings was revoked', 'Run npm run setup, which makes another.')
        : right('recordings-key', 'The API key for recordings is valid'),
    );
  return findings;
}
