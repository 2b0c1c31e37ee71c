import type { World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { findEnvironment, findIn, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

const LIST = `${SERVICE}/Environments/{EnvironmentSid}/Variables`;
const ONE = `${LIST}/{Sid}`;

/** The variables of an environment. Their values stay out of the log. */
export function variableRoutes(world: World): Route[] {
  const { serverless, account } = world;
  const json = serverlessJson(account.accountSid).variable;
  const find = (request: RestRequest) => {
    const { service, environment } = findEnvironment(world, request);
    return { service, environment, variable: findIn(environment.variables, request.params.Sid!, request) };
  };
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        return listResponse(request, 'variables', environment.variables.values(), (one) =>
          json(service, environment, one),
        );
      },
    },
    {
      method: 'POST',
      path: LIST,
      secret: true,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        const { fields } = request;
        const variable = serverless.setVariable(environment, { key: fields.text('Key'), value: fields.text('Value') });
        const log = { text: `${environment.domainName}: variable ${variable.key} created` };
        return { status: 201, body: json(service, environment, variable), log };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, environment, variable } = find(request);
        return { status: 200, body: json(service, environment, variable) };
      },
    },
    {
      method: 'POST',
      path: ONE,
      secret: true,
      handle(request) {
        const { service, environment, variable } = find(request);
        const { fields } = request;
        serverless.setVariable(environment, { key: fields.text('Key'), value: fields.text('Value') }, variable);
        const log = { text: `${environment.domainName}: variable ${variable.key} changed` };
        return { status: 200, body: json(service, environment, variable), log };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { environment, variable } = find(request);
        environment.variables.delete(variable.sid);
        return { status: 204, log: { text: `${environment.domainName}: variable ${variable.key} deleted` } };
      },
    },
  ];
}
