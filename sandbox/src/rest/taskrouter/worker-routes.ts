import { parseAttributes } from '../../taskrouter/task-rules';
import type { Worker } from '../../taskrouter/types';
import { updateWorker } from '../../taskrouter/updates';
import { requireVersion, versionEtag } from '../../taskrouter/versions';
import { readExpression } from '../../taskrouter/workspace';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { RestRequest, RestResponse, Route } from '../route';
import { BY_NAME, listRoute, orNotFound, rejectUnmodeled, requireWorkspace, WORKSPACE } from './listing';
import type { RateWindow } from './rate-window';
import { workerJson } from './resource-json';
import { isAffirmative } from './workspace-routes';

const LIST = `${WORKSPACE}/Workers`;
const ONE = `${LIST}/{Sid}`;
/** OpenAPI taskrouter v1, UpdateWorker.FriendlyName: "up to 64 characters long". */
const MAX_NAME_LENGTH = 64;

/** @param evaluations limit of requests that evaluate workers' attributes */
export function workerRoutes(world: World, evaluations: RateWindow): Route[] {
  const { taskRouter } = world;
  const json = (worker: Worker) => workerJson(world, worker);
  const show = (status: number, worker: Worker, text?: string): RestResponse => ({
    status,
    headers: { ETag: versionEtag(worker) },
    body: json(worker),
    ...(text === undefined ? {} : { log: { text } }),
  });
  const find = (request: RestRequest): Worker => {
    requireWorkspace(world, request);
    return orNotFound(taskRouter.worker(request.params.Sid!), request);
  };

  return [
    listRoute(
      world,
      LIST,
      'workers',
      (request) => taskRouter.workers().filter(workerFilter(world, request, evaluations)),
      BY_NAME,
      json,
    ),
    {
      method: 'POST',
      path: LIST,
      handle(request) {
        requireWorkspace(world, request);
        const { fields } = request;
        const worker = taskRouter.addWorker({
          name: readFriendlyName(request)!,
          activity: fields.text('ActivitySid'),
          attributes: parseAttributes(fields.text('Attributes') ?? '{}'),
        });
        return show(201, worker, `worker ${worker.sid} created: ${worker.friendlyName}`);
      },
    },
    { method: 'GET', path: ONE, handle: (request) => show(200, find(request)) },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const worker = find(request);
        requireVersion(worker, request.ifMatch);
        taskRouter.removeWorker(worker);
        return { status: 204, log: { text: `worker ${worker.friendlyName} deleted` } };
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const worker = find(request);
        const { fields, ifMatch } = request;
        requireVersion(worker, ifMatch);
        updateWorker(taskRouter, worker, {
          activitySid: fields.text('ActivitySid'),
          attributes: fields.text('Attributes'),
          friendlyName: readFriendlyName(request),
          rejectPendingReservations: fields.flag('RejectPendingReservations'),
        });
        return show(200, worker, `worker ${worker.friendlyName} changed: ${fields.names().join(', ')}`);
      },
    },
  ];
}

function readFriendlyName({ fields }: RestRequest): string | undefined {
  const name = fields.text('FriendlyName');
  if (name !== undefined && (name.length === 0 || name.length > MAX_NAME_LENGTH)) {
    throw badRequest(`FriendlyName must have from 1 to ${MAX_NAME_LENGTH} characters`);
  }
  return name;
}

function workerFilter(world: World, request: RestRequest, evaluations: RateWindow): (worker: Worker) => boolean {
  rejectUnmodeled(request, ['Ordering']);
  const { fields } = request;
  const { taskRouter } = world;
  const text = fields.text('TargetWorkersExpression');
  if (text !== undefined) evaluations.take();
  const target = text === undefined ? undefined : readExpression('TargetWorkersExpression', text);
  const available = fields.text('Available');
  const queues = taskRouter
    .queues()
    .filter(
      ({ sid, friendlyName }) =>
        (fields.text('TaskQueueSid') ?? sid) === sid && (fields.text('TaskQueueName') ?? friendlyName) === friendlyName,
    );
  const byQueue = fields.has('TaskQueueSid') || fields.has('TaskQueueName');
  const equals = (name: string, value: string) => (fields.text(name) ?? value) === value;
  return (worker) => {
    const activity = taskRouter.activity(worker.activitySid);
    return (
      equals('FriendlyName', worker.friendlyName) &&
      equals('ActivitySid', activity.sid) &&
      equals('ActivityName', activity.friendlyName) &&
      (available === undefined || activity.available === isAffirmative(available)) &&
      (!target || target.matches(taskRouter.workerDocument(worker))) &&
      (!byQueue || queues.some((queue) => taskRouter.isEligible(queue, worker)))
    );
  };
}
