import type { World } from '../../world/types';
import type { Route } from '../route';
import { buildRoutes } from './build-routes';
import { contentRoutes } from './content-routes';
import { deploymentRoutes } from './deployment-routes';
import { environmentRoutes } from './environment-routes';
import { serviceRoutes } from './service-routes';
import { variableRoutes } from './variable-routes';
import { versionRoutes } from './version-routes';

/** Everything of serverless.twilio.com; files go to serverless-upload.twilio.com. */
export function serverlessRoutes(world: World): Route[] {
  return [
    ...serviceRoutes(world),
    ...environmentRoutes(world),
    ...variableRoutes(world),
    ...deploymentRoutes(world),
    ...contentRoutes(world, 'Function'),
    ...versionRoutes(world, 'Function'),
    ...contentRoutes(world, 'Asset'),
    ...versionRoutes(world, 'Asset'),
    ...buildRoutes(world),
  ];
}
