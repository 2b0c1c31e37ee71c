import { revisionText, type SyncValue } from '../../sync/sync-value';
import { type Order, pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse } from '../route';
import { SYNC } from './sync-json';

/** OpenAPI sync v1: "The default is 50 and the maximum is 100". */
const LARGEST_PAGE = 100;

/** One page of a list, under the key `key`. @throws TwilioError 400 for an invalid page */
export function listResponse<T>(
  request: RestRequest,
  key: string,
  items: readonly T[],
  order: Order<T>,
  json: (item: T) => Record<string, unknown>,
): RestResponse {
  const page = paginate(items, order, request.fields, request.query, LARGEST_PAGE);
  return { status: 200, body: { [key]: page.items.map(json), meta: pageMeta(page, SYNC, request.path, key) } };
}

/** A Document or Map Item with its revision as `ETag`. */
export function valueResponse(status: number, value: SyncValue, body: Record<string, unknown>): RestResponse {
  return { status, headers: { ETag: `"${revisionText(value.revision)}"` }, body };
}
