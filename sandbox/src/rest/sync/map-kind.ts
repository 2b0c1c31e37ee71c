import { badRequest } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { ObjectKind } from './object-routes';
import { mapJson } from './sync-json';
import type { SyncMap } from './sync-store';
import { NO_PARAMETERS, readExpiry } from './sync-value';

/** https://www.twilio.com/docs/api/errors/54200 */
const NOT_FOUND = 54200;

/** Sync Maps themselves; their items are in map-item-routes. */
export function mapKind(accountSid: Sid): ObjectKind<SyncMap> {
  const json: ObjectKind<SyncMap>['json'] = (service, map) => mapJson(accountSid, service, map);
  return {
    name: 'Map',
    segment: 'Maps',
    notFoundCode: NOT_FOUND,
    collection: ({ maps }) => maps,
    json,
    show: (status, service, map) => ({ status, body: json(service, map) }),
    create(service, uniqueName, request) {
      const expires = readExpiry(request, 'CollectionTtl', 'Ttl') ?? null;
      return service.maps.add(uniqueName, expires, { revision: 0, items: new Map() });
    },
    update(map, request) {
      const expires = readExpiry(request, 'CollectionTtl', 'Ttl');
      if (expires === undefined) throw badRequest('No parameters specified', NO_PARAMETERS);
      map.writes.take();
      map.expires = expires;
      map.dateUpdated = Date.now();
      return undefined;
    },
  };
}
