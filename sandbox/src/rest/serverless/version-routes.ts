import type { ServerlessContent, ServerlessVersion } from '../../serverless/types';
import { badRequest, TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { findContent, findIn, listResponse, SERVICE } from './finding';
import { serverlessJson } from './serverless-json';

const VISIBILITIES: readonly ServerlessVersion['visibility'][] = ['public', 'protected', 'private'];
/** Function code and asset files, in bytes (https://www.twilio.com/docs/serverless/functions-assets/assets/limitations). */
const MAX_BYTES = { Function: 1_000_000, Asset: 25_000_000 };

/** Versions of Functions or assets, to be read. */
export function versionRoutes(world: World, kind: ServerlessContent['kind']): Route[] {
  const json = serverlessJson(world.account.accountSid);
  const list = `${SERVICE}/${kind}s/{${kind}Sid}/Versions`;
  const find = (request: RestRequest) => {
    const { service, content } = findContent(world, kind, request);
    return { service, version: findIn(content.versions, request.params.Sid!, request) };
  };
  const content: Route = {
    method: 'GET',
    path: `${list}/{Sid}/Content`,
    handle(request) {
      const { service, version } = find(request);
      return { status: 200, body: json.functionContent(service, version) };
    },
  };
  return [
    {
      method: 'GET',
      path: list,
      handle(request) {
        const { service, content } = findContent(world, kind, request);
        const key = `${kind.toLowerCase()}_versions`;
        return listResponse(request, key, content.versions.values(), (one) => json.version(service, one));
      },
    },
    {
      method: 'GET',
      path: `${list}/{Sid}`,
      handle(request) {
        const { service, version } = find(request);
        return { status: 200, body: json.version(service, version) };
      },
    },
    ...(kind === 'Function' ? [content] : []),
  ];
}

/**
 * What serverless-upload.twilio.com takes: a form with the path, the visibility and the file
 * (https://www.twilio.com/docs/serverless/api/resource/function-version).
 */
export function uploadRoutes(world: World): Route[] {
  const json = serverlessJson(world.account.accountSid);
  return (['Function', 'Asset'] as const).map((kind) => ({
    method: 'POST',
    path: `${SERVICE}/${kind}s/{${kind}Sid}/Versions`,
    unpublished: true,
    handle(request) {
      const { service, content } = findContent(world, kind, request);
      const { fields, file } = request;
      const visibility = VISIBILITIES.find((one) => one === fields.text('Visibility')?.toLowerCase());
      if (visibility === undefined) throw badRequest(`Visibility must be one of ${VISIBILITIES.join(', ')}`);
      if (file?.field !== 'Content') throw badRequest('Content is required');
      if (file.bytes.length > MAX_BYTES[kind]) {
        throw new TwilioError(413, 20413, `${kind} content must have at most ${MAX_BYTES[kind]} bytes`);
      }
      const path = fields.text('Path');
      const version = world.serverless.addVersion(content, { path, visibility, bytes: file.bytes });
      const log = { text: `${kind} ${version.path} uploaded, ${file.bytes.length} bytes` };
      return { status: 201, body: json.version(service, version), log };
    },
  }));
}
