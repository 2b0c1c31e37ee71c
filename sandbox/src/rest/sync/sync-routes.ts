import type { Sid, World } from '../../world/types';
import type { Route } from '../route';
import { documentKind } from './document-kind';
import { mapItemRoutes } from './map-item-routes';
import { mapKind } from './map-kind';
import { objectRoutes } from './object-routes';
import { serviceJson } from './sync-json';
import { createSyncServices } from './sync-store';

/** Sync for the services listed; any other is 404, as one of another account would be. */
export function syncRoutes(world: World, serviceSids: readonly Sid[]): Route[] {
  const getService = createSyncServices(serviceSids, world.newSid);
  const { accountSid } = world.account;
  const maps = mapKind(accountSid);
  return [
    {
      method: 'GET',
      path: '/v1/Services/{Sid}',
      handle: ({ params }) => ({
        status: 200,
        body: serviceJson(accountSid, getService(params.Sid!)),
      }),
    },
    ...objectRoutes(documentKind(accountSid), getService),
    ...objectRoutes(maps, getService),
    ...mapItemRoutes(accountSid, maps, getService),
  ];
}
