import { badRequest, TwilioError } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { pageMeta, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { LARGEST_SYNC_PAGE } from './document-routes';
import { mapJson, SYNC } from './sync-json';
import type { SyncMap, SyncService } from './sync-store';
import { readExpiry, validName } from './sync-value';

const LIST = '/v1/Services/{ServiceSid}/Maps';
const ONE = `${LIST}/{Sid}`;
const NOT_FOUND = 54200;

/** The map of that sid or name. @throws TwilioError 404, 54200 */
export function findMap(service: SyncService, sidOrName: string): SyncMap {
  const map = service.maps.find(sidOrName);
  if (!map) throw new TwilioError(404, NOT_FOUND, `Map not found: ${sidOrName}`);
  return map;
}

/** Sync Maps themselves; their items are in map-item-routes. */
export function mapRoutes(world: World, getService: (sid: string) => SyncService): Route[] {
  const find = ({ params }: RestRequest) => {
    const service = getService(params.ServiceSid!);
    return { service, map: findMap(service, params.Sid!) };
  };
  const json = (service: SyncService, map: SyncMap) => mapJson(world.account.accountSid, service, map);
  const describe = (map: SyncMap) => `Sync map ${map.uniqueName ?? map.sid}`;

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const order = { rank: (map: SyncMap) => [map.sequence] };
        const page = paginate(service.maps.list(), order, request.fields, request.query, LARGEST_SYNC_PAGE);
        const maps = page.items.map((map) => json(service, map));
        return { status: 200, body: { maps, meta: pageMeta(page, SYNC, request.path, 'maps') } };
      },
    },
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        const service = getService(request.params.ServiceSid!);
        const name = request.fields.text('UniqueName');
        const uniqueName = name === undefined ? null : validName(name, 'UniqueName');
        const expires = readExpiry(request, 'CollectionTtl', 'Ttl') ?? null;
        const map = service.maps.add(uniqueName, expires, { revision: 0, items: new Map() });
        return { status: 201, body: json(service, map), log: { text: `${describe(map)} created` } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const { service, map } = find(request);
        map.reads.take();
        return { status: 200, body: json(service, map) };
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const { service, map } = find(request);
        const expires = readExpiry(request, 'CollectionTtl', 'Ttl');
        if (expires === undefined) throw badRequest('No parameters specified', 54010);
        map.writes.take();
        map.expires = expires;
        map.dateUpdated = Date.now();
        return { status: 200, body: json(service, map) };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const { service, map } = find(request);
        map.writes.take();
        service.maps.remove(map);
        return { status: 204, log: { text: `${describe(map)} deleted` } };
      },
    },
  ];
}
