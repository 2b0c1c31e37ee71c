import type { ServerlessContent, ServerlessEnvironment, ServerlessService } from '../../serverless/types';
import { notFound } from '../../world/twilio-error';
import type { Sid, World } from '../../world/types';
import { type Order, pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse } from '../route';
import { SERVERLESS } from './serverless-json';

export const SERVICE = '/v1/Services/{ServiceSid}';
/** OpenAPI serverless v1, PageSize: "the maximum is 1000". */
const LARGEST_PAGE = 1000;

/** @throws TwilioError 404 */
export function findService(world: World, { params, path }: RestRequest): ServerlessService {
  const service = world.serverless.service(params.ServiceSid ?? params.Sid!);
  if (!service) throw notFound(path);
  return service;
}

/** @throws TwilioError 404 */
export function findEnvironment(
  world: World,
  request: RestRequest,
): { service: ServerlessService; environment: ServerlessEnvironment } {
  const service = findService(world, request);
  const { EnvironmentSid, Sid: sid } = request.params;
  return { service, environment: findIn(service.environments, EnvironmentSid ?? sid!, request) };
}

/** A Function or an asset. @throws TwilioError 404 */
export function findContent(
  world: World,
  kind: ServerlessContent['kind'],
  request: RestRequest,
): { service: ServerlessService; content: ServerlessContent } {
  const service = findService(world, request);
  const content = findIn(service.contents, request.params[`${kind}Sid`] ?? request.params.Sid!, request);
  if (content.kind !== kind) throw notFound(request.path);
  return { service, content };
}

/** @throws TwilioError 404 */
export function findIn<T>(things: ReadonlyMap<Sid, T>, sid: Sid, { path }: RestRequest): T {
  const thing = things.get(sid);
  if (thing === undefined) throw notFound(path);
  return thing;
}

/** One page of a list, the latest first, under the key `key`. */
export function listResponse<T extends { sid: Sid }>(
  request: RestRequest,
  key: string,
  things: Iterable<T>,
  json: (thing: T) => unknown,
): RestResponse {
  const numbered = [...things].map((thing, index) => ({ thing, index }));
  const order: Order<{ thing: T; index: number }> = { rank: ({ index }) => [index], directions: [-1] };
  const page = paginate(numbered, order, request.fields, request.query, LARGEST_PAGE);
  const meta = pageMeta(page, SERVERLESS, request.path, key);
  return { status: 200, body: { [key]: page.items.map(({ thing }) => json(thing)), meta } };
}
