import type { Resource, TwilioRest } from '../account/rest';
import type { FunctionsService } from '../parts/part';

export const SERVICES = 'https://serverless.twilio.com/v1/Services';

/** @param suffix of the environment's domain, by which environments of other tools are found too */
export async function findService(
  rest: TwilioRest,
  uniqueName: string,
  suffix: string,
): Promise<{ serviceSid?: string; environment?: FunctionsService }> {
  const service = await rest.find(`${SERVICES}/${uniqueName}`);
  if (service === undefined) return {};
  const environments = await rest.list(`${SERVICES}/${service.sid}/Environments`, 'environments');
  const found = environments.find(({ domain_suffix: one }) => one === suffix);
  return {
    serviceSid: service.sid,
    ...(found && { environment: toService(service.sid, found) }),
  };
}

export const toService = (serviceSid: string, { sid, domain_name: domain }: Resource): FunctionsService => ({
  serviceSid,
  environmentSid: sid,
  domain,
});

const variablesUrl = ({ serviceSid, environmentSid }: FunctionsService) =>
  `${SERVICES}/${serviceSid}/Environments/${environmentSid}/Variables`;

/** @returns values by name */
export async function readVariables(rest: TwilioRest, service: FunctionsService): Promise<Record<string, string>> {
  const variables = await rest.list(variablesUrl(service), 'variables');
  return Object.fromEntries(variables.map(({ key, value }) => [key, value]));
}

/** Sets each value that differs, and deletes those names that are there. */
export async function writeVariables(
  rest: TwilioRest,
  service: FunctionsService,
  values: Readonly<Record<string, string>>,
  deleted: readonly string[] = [],
): Promise<void> {
  const url = variablesUrl(service);
  const variables = await rest.list(url, 'variables');
  const byName = new Map(variables.map((variable) => [variable.key as string, variable]));
  for (const [name, value] of Object.entries(values)) {
    const existing = byName.get(name);
    if (existing === undefined) await rest.post(url, { Key: name, Value: value });
    else if (existing.value !== value) await rest.post(`${url}/${existing.sid}`, { Value: value });
  }
  for (const name of deleted) {
    const existing = byName.get(name);
    if (existing !== undefined) await rest.delete(`${url}/${existing.sid}`);
  }
}
