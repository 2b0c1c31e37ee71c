import type { World } from '../../world/types';
import type { Route } from '../route';
import { documentKind } from './document-kind';
import { mapItemRoutes } from './map-item-routes';
import { mapKind } from './map-kind';
import { objectRoutes } from './object-routes';
import { serviceRoutes } from './service-routes';

/** Sync for the account's services; any other is 404, as one of another account would be. */
export function syncRoutes(world: World): Route[] {
  const { sync, account } = world;
  const { accountSid } = account;
  return [
    ...serviceRoutes(world),
    ...objectRoutes(documentKind(accountSid), sync.service),
    ...objectRoutes(mapKind(accountSid), sync.service),
    ...mapItemRoutes(accountSid, sync.service),
  ];
}
