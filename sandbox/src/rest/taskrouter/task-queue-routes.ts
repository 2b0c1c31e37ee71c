import type { TaskQueue, TaskQueueChange, Worker } from '../../taskrouter/types';
import { readExpression } from '../../taskrouter/workspace';
import type { World } from '../../world/types';
import type { RestRequest, Route } from '../route';
import { BY_NAME, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import type { RateWindow } from './rate-window';
import { taskQueueJson } from './resource-json';

const LIST = `${WORKSPACE}/TaskQueues`;
const ONE = `${LIST}/{Sid}`;
/** Of single-tasking workspaces; Flex's is not one (twilio.com/docs/taskrouter/api/task-queue). */
const ACTIVITIES = ['ReservationActivitySid', 'AssignmentActivitySid'];

function readQueue(request: RestRequest): TaskQueueChange {
  const { fields } = request;
  rejectUnmodeled(request, ACTIVITIES);
  return {
    friendlyName: fields.text('FriendlyName'),
    targetWorkers: fields.text('TargetWorkers'),
    taskOrder: fields.text('TaskOrder') as TaskQueue['taskOrder'] | undefined,
    maxReservedWorkers: fields.integer('MaxReservedWorkers'),
  };
}

/** Task queues: made, read, changed and deleted. @param evaluations limit of requests that evaluate workers' attributes */
export function taskQueueRoutes(world: World, evaluations: RateWindow): Route[] {
  const { taskRouter } = world;
  const json = (queue: TaskQueue) => taskQueueJson(world, queue);
  const find = (request: RestRequest): TaskQueue => {
    requireWorkspace(world, request);
    return orNotFound(taskRouter.queue(request.params.Sid!), request);
  };

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
      method: 'POST',
      path: LIST,
      handle(request) {
        requireWorkspace(world, request);
        const { friendlyName = '', ...more } = readQueue(request);
        const queue = taskRouter.addQueue({ friendlyName, ...more });
        return { status: 201, body: json(queue), log: { text: `queue ${queue.sid} created: ${friendlyName}` } };
      },
    },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: json(find(request)) }) },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const queue = taskRouter.updateQueue(find(request), readQueue(request));
        const text = `queue ${queue.sid} changed: ${request.fields.names().join(', ')}`;
        return { status: 200, body: json(queue), log: { text } };
      },
    },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const queue = find(request);
        taskRouter.removeQueue(queue);
        return { status: 204, log: { text: `queue ${queue.sid} deleted: ${queue.friendlyName}` } };
      },
    },
  ];
}
