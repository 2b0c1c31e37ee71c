import { VARIABLE_NAMES } from '../../../serverless-functions/src/runtime/environment';
import { activateBuild, createBuild, deployedBuilds } from '../functions/deployment';
import { healthProblem, probeUrl } from '../functions/health';
import { readVariables, writeVariables } from '../functions/service';
import { checkVariables, DEPLOYED_BUILD, isSecretVariable, wantedVariables } from '../functions/variables';
import type { PlannedValue } from '../plan';
import { SetupError } from '../setup-error';
import { nothingThere, type Part, type PartContext } from './part';

/** How long a new deployment may take until it answers. */
const HEALTHY_WITHIN_MS = 60_000;
const HEALTH_POLL_MS = 2_000;

/** The Functions themselves: their variables, and the code. */
export const functions: Part = {
  id: 'functions',
  title: 'Functions',
  async inspect(context) {
    const { rest, known, bundle } = context;
    const service = known['functions-service'];
    const existing = service === undefined ? {} : await readVariables(rest, service);
    const wanted = variablesFor(context, existing);
    checkVariables(knownOf(wanted));
    const variables = differences(wanted, existing);
    const isLive =
      service !== undefined &&
      existing[DEPLOYED_BUILD] === bundle.hash &&
      (await deployedBuilds(rest, service)).live !== undefined;
    const code: PlannedValue[] = isLive
      ? []
      : [
          {
            name: 'code',
            to: `${bundle.files.length} files, ${bundle.hash.slice(0, 12)}`,
            ...(existing[DEPLOYED_BUILD] === undefined ? {} : { from: existing[DEPLOYED_BUILD].slice(0, 12) }),
          },
        ];
    const gone = goneVariables(context, wanted, existing);
    const values = [...code, ...variables, ...gone.map((name) => ({ name, to: '(deleted)' }))];
    if (values.length === 0) return { action: 'keep', values };
    return { action: Object.keys(existing).length === 0 ? 'create' : 'change', values };
  },
  async carryOut(context) {
    const { rest, known, bundle } = context;
    const service = known['functions-service']!;
    const existing = await readVariables(rest, service);
    const wanted = knownOf(variablesFor(context, existing));
    await writeVariables(rest, service, wanted);
    // Deleted last: until then the version before may need them.
    const gone = goneVariables(context, wanted, existing);
    const { live } = await deployedBuilds(rest, service);
    if (live !== undefined && existing[DEPLOYED_BUILD] === bundle.hash) return writeVariables(rest, service, {}, gone);
    const build = await createBuild(rest, service, bundle, context);
    await activateBuild(rest, service, build);
    const problem = await waitUntilHealthy(context, context.rest.reach(probeUrl(service.domain)));
    if (problem !== undefined) {
      if (live !== undefined) {
        await activateBuild(rest, service, live);
        // It ran with these; those that it did not have are none of its.
        const added = Object.keys(wanted).filter((name) => !(name in existing));
        await writeVariables(rest, service, existing, added);
      }
      throw new SetupError(
        'unhealthy',
        `The new version of the Functions was deployed, but ${problem}`,
        live === undefined
          ? 'Look at the logs of the Functions in the Twilio Console.'
          : 'The version before is live again. Look at the logs of the Functions in the Twilio Console.',
      );
    }
    await writeVariables(rest, service, { [DEPLOYED_BUILD]: bundle.hash }, gone);
  },
  // They go with their service.
  inspectUndo: async () => nothingThere('goes with its service'),
  undo: async () => undefined,
};

/** @returns undefined for a value that is known once another part is there */
function variablesFor(context: PartContext, existing: Readonly<Record<string, string>>) {
  const { basics, known, choices } = context;
  const derived = {
    TWILIO_FLEX_WORKSPACE_SID: basics.workspaceSid,
    TWILIO_FLEX_CALLBACK_WORKFLOW_SID: known.workflow,
    VOICEMAIL_SYNC_SERVICE_SID: known['sync-service'],
  };
  return {
    ...wantedVariables(choices.variables, {}, existing),
    ...derived,
  } as Record<string, string | undefined>;
}

/** Those that are known; before that, placeholders of the same form are checked in their place. */
function knownOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const forms: Record<string, string> = {
    TWILIO_FLEX_CALLBACK_WORKFLOW_SID: `WW${'0'.repeat(32)}`,
    VOICEMAIL_SYNC_SERVICE_SID: `IS${'0'.repeat(32)}`,
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? forms[name] ?? '']));
}

function differences(
  wanted: Readonly<Record<string, string | undefined>>,
  existing: Readonly<Record<string, string>>,
): PlannedValue[] {
  return Object.entries(wanted)
    .filter(([name, value]) => value === undefined || existing[name] !== value)
    .map(([name, to]) => ({
      name,
      to: to ?? '(known once it is created)',
      ...(existing[name] === undefined ? {} : { from: existing[name] }),
      ...(isSecretVariable(name) ? { isSecret: true as const } : {}),
    }));
}

/** Variables of ours that people gave once and do not give any more. */
function goneVariables(
  { deletesVariables }: PartContext,
  wanted: Readonly<Record<string, unknown>>,
  existing: Readonly<Record<string, string>>,
): string[] {
  if (deletesVariables !== true) return [];
  return VARIABLE_NAMES.filter((name) => name in existing && !(name in wanted) && !OWN_KEY.has(name));
}

/** Set by another part. */
const OWN_KEY: ReadonlySet<string> = new Set(['TWILIO_API_KEY', 'TWILIO_API_SECRET']);

async function waitUntilHealthy(context: PartContext, url: string): Promise<string | undefined> {
  let problem: string | undefined;
  for (let waited = 0; waited < HEALTHY_WITHIN_MS; waited += HEALTH_POLL_MS) {
    problem = await (context.healthProblem ?? healthProblem)(url);
    if (problem === undefined) return undefined;
    await context.pause(HEALTH_POLL_MS);
  }
  return problem;
}
