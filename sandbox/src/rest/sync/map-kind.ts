import { createMap, findMap, removeMap, setMapExpiry } from '../../sync/maps';
import type { SyncMap } from '../../sync/sync-store';
import { NO_PARAMETERS } from '../../sync/sync-value';
import { badRequest } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { ObjectKind } from './object-routes';
import { mapJson } from './sync-json';
import { readExpiry } from './sync-parameters';

/** Sync Maps themselves; their items are in map-item-routes. */
export function mapKind(accountSid: Sid): ObjectKind<SyncMap> {
  const json: ObjectKind<SyncMap>['json'] = (service, map) => mapJson(accountSid, service, map);
  return {
    name: 'Map',
    segment: 'Maps',
    collection: ({ maps }) => maps,
    find: findMap,
    json,
    show: (status, service, map) => ({ status, body: json(service, map) }),
    create: (service, uniqueName, request) =>
      createMap(service, uniqueName, readExpiry(request, 'CollectionTtl', 'Ttl') ?? null),
    update(_service, map, request) {
      const expires = readExpiry(request, 'CollectionTtl', 'Ttl');
      if (expires === undefined) throw badRequest('No parameters specified', NO_PARAMETERS);
      setMapExpiry(map, expires);
      return undefined;
    },
    remove: removeMap,
  };
}
