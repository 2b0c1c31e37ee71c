import type { TaskQueue, Worker } from '../../taskrouter/types';
import { readExpression } from '../../taskrouter/workspace';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Route } from '../route';
import { BY_NAME, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE, workspaceUrl } from './listing';
import type { RateWindow } from './rate-window';

const LIST = `${WORKSPACE}/TaskQueues`;

/** @param evaluations limit of requests that evaluate workers' attributes */
export function taskQueueRoutes(world: World, evaluations: RateWindow): Route[] {
  const { taskRouter } = world;
  const url = workspaceUrl(world);
  const json = (queue: TaskQueue) => ({
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
    sid: queue.sid,
    friendly_name: queue.friendlyName,
    target_workers: queue.targetWorkers,
    task_order: queue.taskOrder,
    max_reserved_workers: queue.maxReservedWorkers,
    assignment_activity_sid: null,
    assignment_activity_name: null,
    reservation_activity_sid: null,
    reservation_activity_name: null,
    date_created: isoDate(queue.dateCreated),
    date_updated: isoDate(queue.dateCreated),
    url: `${url}/TaskQueues/${queue.sid}`,
    links: {
      workspace: url,
      statistics: `${url}/TaskQueues/${queue.sid}/Statistics`,
      real_time_statistics: `${url}/TaskQueues/${queue.sid}/RealTimeStatistics`,
    },
  });

  return [
    listRoute(
      world,
      LIST,
      'task_queues',
      (request) => {
        const { fields } = request;
        rejectUnmodeled(request, ['Ordering']);
        const name = fields.text('FriendlyName');
        const workerSid = fields.text('WorkerSid');
        const text = fields.text('EvaluateWorkerAttributes');
        if (text !== undefined) evaluations.take();
        const evaluated = text === undefined ? undefined : readExpression('EvaluateWorkerAttributes', text);
        const has = (queue: TaskQueue, wanted: (worker: Worker) => boolean) =>
          taskRouter.workers().some((worker) => wanted(worker) && taskRouter.isEligible(queue, worker));
        return taskRouter
          .queues()
          .filter(
            (queue) =>
              (name === undefined || queue.friendlyName === name) &&
              (workerSid === undefined || has(queue, ({ sid }) => sid === workerSid)) &&
              (!evaluated || has(queue, (worker) => evaluated.matches(taskRouter.workerDocument(worker)))),
          );
      },
      BY_NAME,
      json,
    ),
    {
      method: 'GET',
      path: `${LIST}/{Sid}`,
      handle(request) {
        requireWorkspace(world, request);
        return { status: 200, body: json(orNotFound(taskRouter.queue(request.params.Sid!), request)) };
      },
    },
  ];
}
