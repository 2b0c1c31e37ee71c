import { findService, SERVICES, toService } from '../functions/service';
import { SetupError } from '../setup-error';
import { nothingThere, type Part, type PartContext } from './part';

/** The service of the Functions, with an environment: it has a domain before there is anything on it. */
export const functionsService: Part = {
  id: 'functions-service',
  title: 'Functions service',
  async inspect(context) {
    const { known } = context;
    const { serviceName, suffix, serviceSid, environment } = await find(context);
    known['functions-service'] = environment;
    if (environment !== undefined)
      return { action: 'keep', sid: environment.serviceSid, values: [{ name: 'domain', to: environment.domain }] };
    const values = [
      { name: 'unique_name', to: serviceName },
      { name: 'environment', to: suffix },
    ];
    return serviceSid === undefined
      ? { action: 'create', values }
      : {
          action: 'change',
          sid: serviceSid,
          values: values.slice(1),
          before: { hadService: true },
          note: 'adds an environment',
        };
  },
  async carryOut(context) {
    const { rest, known } = context;
    const { serviceName, suffix, serviceSid, environment } = await find(context);
    if (environment !== undefined) {
      known['functions-service'] = environment;
      return;
    }
    const sid =
      serviceSid ??
      (
        await rest.post(SERVICES, {
          UniqueName: serviceName,
          FriendlyName: 'Callbacks and voicemail with email',
          IncludeCredentials: true,
          UiEditable: false,
        })
      ).sid;
    const made = await rest.post(`${SERVICES}/${sid}/Environments`, { UniqueName: suffix, DomainSuffix: suffix });
    known['functions-service'] = toService(sid, made);
  },
  async inspectUndo(context, before, isOurs) {
    const { serviceSid, environment } = await find(context);
    context.known['functions-service'] = environment;
    if (serviceSid === undefined) return nothingThere();
    if (isOurs) {
      await refuseWhileOthersUseIt(context, serviceSid);
      return { action: 'delete', sid: serviceSid, values: [], note: 'with its environment' };
    }
    const isAdded = before?.hadService === true && environment !== undefined;
    if (isAdded)
      return { action: 'delete', sid: environment.environmentSid, values: [], note: 'this environment alone' };
    return { action: 'keep', sid: serviceSid, values: [], note: 'was there before' };
  },
  async undo(context, { sid }) {
    const { serviceSid } = await find(context);
    await context.rest.delete(
      sid === serviceSid ? `${SERVICES}/${sid}` : `${SERVICES}/${serviceSid}/Environments/${sid}`,
    );
  },
};

/**
 * Environments share the queue, the workflow, the Sync service, the flow and the plugin, which whoever made the service
 * has made too. @throws SetupError
 */
async function refuseWhileOthersUseIt({ rest, definitions, choices }: PartContext, serviceSid: string): Promise<void> {
  const names = definitions.functions.environments;
  const there = await rest.list(`${SERVICES}/${serviceSid}/Environments`, 'environments');
  const other = there.find(({ domain_suffix: suffix }) => suffix !== names[choices.environment]);
  if (other === undefined) return;
  const [name] = Object.entries(names).find(([, suffix]) => suffix === other.domain_suffix) ?? [];
  throw new SetupError(
    'in-use',
    `Environment ${name ?? other.unique_name} uses what would be undone`,
    name === undefined
      ? 'Delete that environment of the Functions service first.'
      : `Undo it first: npm run setup -- --uninstall --environment ${name}`,
  );
}

async function find({ rest, definitions, choices }: PartContext) {
  const { serviceName, environments } = definitions.functions;
  const suffix = environments[choices.environment]!;
  return { serviceName, suffix, ...(await findService(rest, serviceName, suffix)) };
}
