import { badRequest, notFound } from '../../world/twilio-error';
import type { Sid, World } from '../../world/types';
import { type Order, pageMeta, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { TASKROUTER } from './resource-json';

/** OpenAPI taskrouter v1, PageSize: "the maximum is 1000". */
export const LARGEST_PAGE = 1000;

export const WORKSPACE = '/v1/Workspaces/{WorkspaceSid}';

/** @throws TwilioError 404 for a request to another workspace */
export function requireWorkspace(world: World, { params, path }: RestRequest): void {
  if (params.WorkspaceSid !== world.workspaceSid) throw notFound(path);
}

/** @throws TwilioError 404 where the request's path names nothing */
export function orNotFound<T>(thing: T | undefined, { path }: RestRequest): T {
  if (thing === undefined) throw notFound(path);
  return thing;
}

/** @throws TwilioError 400 for a parameter that Twilio knows and the sandbox does not */
export function rejectUnmodeled({ fields }: RestRequest, unmodeled: readonly string[]): void {
  const used = unmodeled.find((name) => fields.has(name));
  if (used !== undefined) throw badRequest(`The sandbox does not model ${used}`);
}

/** `GET` of a list, in pages. */
export function listRoute<T extends { sid: Sid }>(
  world: World,
  path: string,
  key: string,
  items: (request: RestRequest) => T[],
  order: Order<T>,
  json: (item: T) => unknown,
): Route {
  return {
    method: 'GET',
    path,
    handle(request) {
      requireWorkspace(world, request);
      const page = paginate(items(request), order, request.fields, request.query, LARGEST_PAGE);
      const meta = pageMeta(page, TASKROUTER, request.path, key);
      return { status: 200, body: { [key]: page.items.map(json), meta } };
    },
  };
}

/** By name, as the console lists what has one. */
export const BY_NAME: Order<{ friendlyName: string; sid: Sid }> = {
  rank: ({ friendlyName, sid }) => [friendlyName, sid],
};
