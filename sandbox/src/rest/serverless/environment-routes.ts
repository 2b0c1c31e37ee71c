import type { World } from '../../world/types';
import type { Route } from '../route';
import { findEnvironment, findService, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

const LIST = `${SERVICE}/Environments`;
const ONE = `${LIST}/{Sid}`;

/** Environments: a domain with variables of its own, and what is deployed to it. */
export function environmentRoutes(world: World): Route[] {
  const { serverless, account } = world;
  const json = serverlessJson(account.accountSid).environment;
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const service = findService(world, request);
        return listResponse(request, 'environments', service.environments.values(), (one) => json(service, one));
      },
    },
    {
      method: 'POST',
      path: LIST,
      // Twilio's own client sends it: "this property currently doesn't exist" (@twilio-labs/serverless-api 5.7.0,
      // api/environments.js).
      ignores: ['FriendlyName'],
      handle(request) {
        const service = findService(world, request);
        const { fields } = request;
        const environment = serverless.addEnvironment(service, fields.text('UniqueName')!, fields.text('DomainSuffix'));
        const log = { text: `environment ${environment.domainName} created` };
        return { status: 201, body: json(service, environment), log };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        return { status: 200, body: json(service, environment) };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        service.environments.delete(environment.sid);
        return { status: 204, log: { text: `environment ${environment.domainName} deleted` } };
      },
    },
  ];
}
