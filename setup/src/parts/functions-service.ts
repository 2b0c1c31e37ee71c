import { findService, SERVICES, toService } from '../functions/service';
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
      : { action: 'change', sid: serviceSid, values: values.slice(1), note: 'adds an environment' };
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
  async inspectUndo(context, _before, isOurs) {
    const { serviceSid, environment } = await find(context);
    context.known['functions-service'] = environment;
    if (serviceSid === undefined) return nothingThere();
    if (isOurs) return { action: 'delete', sid: serviceSid, values: [], note: 'with its environments' };
    return { action: 'keep', sid: serviceSid, values: [], note: 'was there before' };
  },
  async undo({ rest }, { sid }) {
    await rest.delete(`${SERVICES}/${sid}`);
  },
};

async function find({ rest, definitions, choices }: PartContext) {
  const { serviceName, environments } = definitions.functions;
  const suffix = environments[choices.environment]!;
  return { serviceName, suffix, ...(await findService(rest, serviceName, suffix)) };
}
