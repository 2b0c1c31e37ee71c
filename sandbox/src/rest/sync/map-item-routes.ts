import { TwilioError } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { RestRequest, RestResponse, Route } from '../route';
import { findObject, type ObjectKind } from './object-routes';
import { listResponse, valueResponse } from './responses';
import { itemJson } from './sync-json';
import { isExpired, liveItems, type SyncMap, type SyncMapItem, type SyncService } from './sync-store';
import { readData, readExpiry, requireRevision, revisionText, updateValue, validName } from './sync-value';

const LIST = '/v1/Services/{ServiceSid}/Maps/{MapSid}/Items';
const ITEM = `${LIST}/{Key}`;
/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const NOT_FOUND = 54201;
const KEY_EXISTS = 54208;
const CODES = { dataIsNull: 54206, revisionMismatch: 54205 };

/** Items of Sync Maps. All items share their map's rate limit (https://www.twilio.com/docs/sync/limits). */
export function mapItemRoutes(
  accountSid: Sid,
  maps: ObjectKind<SyncMap>,
  getService: (sid: string) => SyncService,
): Route[] {
  const open = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    return { service, map: findObject(maps, service, params.MapSid!) };
  };
  const find = (request: RestRequest) => {
    const { service, map } = open(request);
    const item = map.items.get(request.params.Key!);
    if (!item || isExpired(item)) throw new TwilioError(404, NOT_FOUND, `Map Item not found: ${request.params.Key}`);
    return { service, map, item };
  };
  const show = (status: number, service: SyncService, map: SyncMap, item: SyncMapItem): RestResponse =>
    valueResponse(status, item, itemJson(accountSid, service, map, item));
  const log = (map: SyncMap, item: SyncMapItem, what: string) => ({
    text: `Sync map ${map.uniqueName ?? map.sid}, item ${item.key} ${what}`,
  });
  const touch = (map: SyncMap, request: RestRequest) => {
    map.revision += 1;
    map.dateUpdated = Date.now();
    const expires = readExpiry(request, 'CollectionTtl');
    if (expires !== undefined) map.expires = expires;
  };

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const { service, map } = open(request);
        map.reads.take();
        const direction = request.fields.text('Order') === 'desc' ? -1 : 1;
        const order = { rank: (item: SyncMapItem) => [item.key], directions: [direction] as (1 | -1)[] };
        const items = liveItems(map).filter(within(request, direction));
        return listResponse(request, 'items', items, order, (item) => itemJson(accountSid, service, map, item));
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const { service, map } = open(request);
        const key = validName(request.fields.text('Key') ?? '', 'Key');
        const value = readData(request, CODES.dataIsNull);
        const expires = readExpiry(request, 'ItemTtl', 'Ttl') ?? null;
        map.writes.take(value.bytes);
        const existing = map.items.get(key);
        if (existing && !isExpired(existing)) {
          throw new TwilioError(409, KEY_EXISTS, `Map Item already exists: ${key}`);
        }
        const now = Date.now();
        const item: SyncMapItem = { key, ...value, revision: 0, dateCreated: now, dateUpdated: now, expires };
        map.items.set(key, item);
        touch(map, request);
        return { ...show(201, service, map, item), log: log(map, item, 'created') };
      },
    },
    {
      method: 'GET',
      path: ITEM,
      handle(request) {
        const { service, map, item } = find(request);
        map.reads.take();
        return show(200, service, map, item);
      },
    },
    {
      method: 'POST',
      path: ITEM,
      handle(request) {
        const { service, map, item } = find(request);
        const isMapUpdate = request.fields.has('CollectionTtl');
        updateValue(item, map.writes, request, CODES, ['ItemTtl', 'Ttl'], isMapUpdate);
        touch(map, request);
        return {
          ...show(200, service, map, item),
          log: log(map, item, `written, revision ${revisionText(item.revision)}`),
        };
      },
    },
    {
      method: 'DELETE',
      path: ITEM,
      handle(request) {
        const { map, item } = find(request);
        map.writes.take();
        requireRevision(item, request.ifMatch, CODES.revisionMismatch);
        map.items.delete(item.key);
        touch(map, request);
        return { status: 204, log: log(map, item, 'deleted') };
      },
    },
  ];
}

/** `From` and `Bounds`: where in the order the list begins. */
function within({ fields }: RestRequest, direction: 1 | -1): (item: SyncMapItem) => boolean {
  const from = fields.text('From');
  if (from === undefined) return () => true;
  const inclusive = fields.text('Bounds') !== 'exclusive';
  return ({ key }) => (key === from ? inclusive : key > from === (direction === 1));
}
