import type { Sid, World } from '../../world/types';
import type { Route } from '../route';
import { documentRoutes } from './document-routes';
import { mapItemRoutes } from './map-item-routes';
import { mapRoutes } from './map-routes';
import { serviceJson } from './sync-json';
import { createSyncServices } from './sync-store';

/** Sync for the services listed; any other is 404, as one of another account would be. */
export function syncRoutes(world: World, serviceSids: readonly Sid[]): Route[] {
  const getService = createSyncServices(serviceSids, world.newSid);
  return [
    {
      method: 'GET',
      path: '/v1/Services/{Sid}',
      handle: ({ params }) => ({
        status: 200,
        body: serviceJson(world.account.accountSid, getService(params.Sid!)),
      }),
    },
    ...documentRoutes(world, getService),
    ...mapRoutes(world, getService),
    ...mapItemRoutes(world, getService),
  ];
}
