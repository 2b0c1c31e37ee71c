import type { Sid } from '../../world/types';
import { type Order, pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse } from '../route';

const FLEX_API = 'flex-api.twilio.com';
export const PLUGIN_SERVICE = '/v1/PluginService';
/** OpenAPI flex v1, PageSize: "the maximum is 1000". */
const LARGEST_PAGE = 1000;

/** One page of a list, the latest first, under the key `key`. */
export function listResponse<T>(
  request: RestRequest,
  key: string,
  things: readonly T[],
  json: (thing: T) => unknown,
): RestResponse {
  const order: Order<{ thing: T; index: number }> = { rank: ({ index }) => [index], directions: [-1] };
  const numbered = things.map((thing, index) => ({ thing, index }));
  const page = paginate(numbered, order, request.fields, request.query, LARGEST_PAGE);
  const meta = pageMeta(page, FLEX_API, request.path, key);
  return { status: 200, body: { [key]: page.items.map(({ thing }) => json(thing)), meta } };
}

/** The absolute address of a resource of the plugin service. */
export function pluginServiceUrl(kind: string, sid: Sid): string {
  return `https://${FLEX_API}${PLUGIN_SERVICE}/${kind}/${sid}`;
}
