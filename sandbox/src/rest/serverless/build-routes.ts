import { deployedBuild } from '../../serverless/serverless';
import type { ServerlessBuild } from '../../serverless/types';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { findIn, findService, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

const LIST = `${SERVICE}/Builds`;
const ONE = `${LIST}/{Sid}`;

/** Builds: versions that are deployed together. */
export function buildRoutes(world: World): Route[] {
  const { serverless, account } = world;
  const json = serverlessJson(account.accountSid);
  const find = (request: RestRequest) => {
    const service = findService(world, request);
    return { service, build: findIn(service.builds, request.params.Sid!, request) };
  };
  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const service = findService(world, request);
        const one = (build: ServerlessBuild) => json.build(service, build);
        return listResponse(request, 'builds', service.builds.values(), one);
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const service = findService(world, request);
        const { fields } = request;
        const build = serverless.addBuild(service, {
          versionSids: [...fields.list('FunctionVersions'), ...fields.list('AssetVersions')],
          dependencies: fields.text('Dependencies'),
          runtime: fields.text('Runtime'),
        });
        const text = `build ${build.sid} of ${service.uniqueName} begun, ${build.versions.length} versions`;
        return { status: 201, body: json.build(service, build), log: { text } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, build } = find(request);
        return { status: 200, body: json.build(service, build) };
      },
    },
    {
      method: 'GET',
      path: `${ONE}/Status`,
      handle(request) {
        const { service, build } = find(request);
        return { status: 200, body: json.buildStatus(service, build) };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { service, build } = find(request);
        // Assumed: the document says of no build that it cannot be deleted.
        if ([...service.environments.values()].some((one) => deployedBuild(one) === build)) {
          throw badRequest(`Build ${build.sid} is deployed`);
        }
        service.builds.delete(build.sid);
        return { status: 204, log: { text: `build ${build.sid} deleted` } };
      },
    },
  ];
}
