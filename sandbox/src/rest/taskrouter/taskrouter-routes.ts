import type { World } from '../../world/types';
import type { Route } from '../route';
import { eventRoutes } from './event-routes';
import { EVALUATIONS_PER_SECOND, RateWindow } from './rate-window';
import { reservationRoutes } from './reservation-routes';
import { statisticsRoutes } from './statistics-routes';
import { taskChannelRoutes } from './task-channel-routes';
import { taskQueueRoutes } from './task-queue-routes';
import { taskRoutes } from './task-routes';
import { workerChannelRoutes } from './worker-channel-routes';
import { workerRoutes } from './worker-routes';
import { workflowRoutes } from './workflow-routes';
import { workspaceRoutes } from './workspace-routes';

/** Everything of taskrouter.twilio.com. @param tasksPerSecond see `RestOptions.taskRequestsPerSecond` */
export function taskRouterRoutes(world: World, tasksPerSecond: number | undefined): Route[] {
  const evaluations = (resourceKey: string) => new RateWindow(resourceKey, EVALUATIONS_PER_SECOND);
  return [
    ...workspaceRoutes(world),
    ...workflowRoutes(world),
    ...eventRoutes(world),
    ...taskChannelRoutes(world),
    ...taskQueueRoutes(world, evaluations('TaskQueue-List-EvaluateWorkerAttributes')),
    ...workerRoutes(world, evaluations('Worker-List-TargetWorkersExpression')),
    ...workerChannelRoutes(world),
    ...reservationRoutes(world),
    ...statisticsRoutes(world),
    ...taskRoutes(world, tasksPerSecond),
  ];
}
