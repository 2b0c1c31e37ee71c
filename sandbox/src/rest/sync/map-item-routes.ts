import { TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { pageMeta, paginate } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { LARGEST_SYNC_PAGE } from './document-routes';
import { findMap } from './map-routes';
import { itemJson, SYNC } from './sync-json';
import { isExpired, liveItems, type SyncMap, type SyncMapItem, type SyncService } from './sync-store';
import { applyUpdate, readData, readExpiry, requireRevision, revisionText, validName } from './sync-value';

const LIST = '/v1/Services/{ServiceSid}/Maps/{MapSid}/Items';
const ONE = `${LIST}/{Key}`;
/** Sync's own numbers: https://www.twilio.com/docs/api/errors/<number>. */
const NOT_FOUND = 54201;
const REVISION_MISMATCH = 54205;
const DATA_IS_NULL = 54206;
const KEY_EXISTS = 54208;

/** Items of Sync Maps. The rate limit is the map's, whichever item is touched (docs/sync/limits). */
export function mapItemRoutes(world: World, getService: (sid: string) => SyncService): Route[] {
  const open = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    return { service, map: findMap(service, params.MapSid!) };
  };
  const find = (request: RestRequest) => {
    const { service, map } = open(request);
    const item = map.items.get(request.params.Key!);
    if (!item || isExpired(item)) throw new TwilioError(404, NOT_FOUND, `Map Item not found: ${request.params.Key}`);
    return { service, map, item };
  };
  const json = (service: SyncService, map: SyncMap, item: SyncMapItem) =>
    itemJson(world.account.accountSid, service, map, item);
  const show = (status: number, service: SyncService, map: SyncMap, item: SyncMapItem): RestResponse => ({
    status,
    headers: { ETag: `"${revisionText(item.revision)}"` },
    body: json(service, map, item),
  });
  const describe = (map: SyncMap, item: SyncMapItem) => `Sync map ${map.uniqueName ?? map.sid}, item ${item.key}`;
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
        const { fields, query, path } = request;
        const direction = fields.text('Order') === 'desc' ? -1 : 1;
        const order = { rank: (item: SyncMapItem) => [item.key], directions: [direction] as (1 | -1)[] };
        const page = paginate(
          liveItems(map).filter(within(request, direction)),
          order,
          fields,
          query,
          LARGEST_SYNC_PAGE,
        );
        const items = page.items.map((item) => json(service, map, item));
        return { status: 200, body: { items, meta: pageMeta(page, SYNC, path, 'items') } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const { service, map } = open(request);
        const key = validName(request.fields.text('Key') ?? '', 'Key');
        const value = readData(request, DATA_IS_NULL);
        const expires = readExpiry(request, 'ItemTtl', 'Ttl') ?? null;
        map.writes.take(value.bytes);
        const there = map.items.get(key);
        if (there && !isExpired(there)) throw new TwilioError(409, KEY_EXISTS, `Map Item already exists: ${key}`);
        const now = Date.now();
        const item: SyncMapItem = { key, ...value, revision: 0, dateCreated: now, dateUpdated: now, expires };
        map.items.set(key, item);
        touch(map, request);
        return { ...show(201, service, map, item), log: { text: `${describe(map, item)} created` } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, map, item } = find(request);
        map.reads.take();
        return show(200, service, map, item);
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const { service, map, item } = find(request);
        const written = request.fields.has('Data') ? readData(request, DATA_IS_NULL) : null;
        const expires = readExpiry(request, 'ItemTtl', 'Ttl');
        map.writes.take(written?.bytes);
        requireRevision(item, request.ifMatch, REVISION_MISMATCH);
        if (written || expires !== undefined || !request.fields.has('CollectionTtl'))
          applyUpdate(item, written, expires);
        touch(map, request);
        const text = `${describe(map, item)} written, revision ${revisionText(item.revision)}`;
        return { ...show(200, service, map, item), log: { text } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { map, item } = find(request);
        map.writes.take();
        requireRevision(item, request.ifMatch, REVISION_MISMATCH);
        map.items.delete(item.key);
        touch(map, request);
        return { status: 204, log: { text: `${describe(map, item)} deleted` } };
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
