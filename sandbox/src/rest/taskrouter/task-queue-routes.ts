import type { TaskQueue, Worker } from '../../taskrouter/types';
import { readExpression } from '../../taskrouter/workspace';
import type { World } from '../../world/types';
import type { Route } from '../route';
import { BY_NAME, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import type { RateWindow } from './rate-window';
import { taskQueueJson } from './resource-json';

const LIST = `${WORKSPACE}/TaskQueues`;

/** @param evaluations limit of requests that evaluate workers' attributes */
export function taskQueueRoutes(world: World, evaluations: RateWindow): Route[] {
  const { taskRouter } = world;
  const json = (queue: TaskQueue) => taskQueueJson(world, queue);

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
