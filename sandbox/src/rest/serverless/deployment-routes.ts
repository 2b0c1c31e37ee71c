import type { World } from '../../world/types';
import type { Route } from '../route';
import { findEnvironment, findIn, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

const LIST = `${SERVICE}/Environments/{EnvironmentSid}/Deployments`;

/** Deployments: from when on an environment's domain answers with which build. */
export function deploymentRoutes(world: World): Route[] {
  const json = serverlessJson(world.account.accountSid).deployment;
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        return listResponse(request, 'deployments', environment.deployments, (one) => json(service, environment, one));
      },
    },
    {
      method: 'POST',
      path: LIST,
      // How Flex marks its plugins; it changes nothing here.
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        const buildSid = request.fields.text('BuildSid');
        const build = buildSid === undefined ? null : findIn(service.builds, buildSid, request);
        const deployment = world.serverless.deploy(environment, build);
        const text = `${environment.domainName}: ${build ? `build ${build.sid}` : 'nothing'} deployed`;
        return { status: 201, body: json(service, environment, deployment), log: { text } };
      },
    },
    {
      method: 'GET',
      path: `${LIST}/{Sid}`,
      handle(request) {
        const { service, environment } = findEnvironment(world, request);
        const deployments = new Map(environment.deployments.map((one) => [one.sid, one]));
        const found = findIn(deployments, request.params.Sid!, request);
        return { status: 200, body: json(service, environment, found) };
      },
    },
    {
      method: 'GET',
      path: `${SERVICE}/Environments/{EnvironmentSid}/Logs`,
      // What Functions write is in the sandbox's own log.
      handle(request) {
        findEnvironment(world, request);
        return listResponse(request, 'logs', [], () => undefined);
      },
    },
  ];
}
