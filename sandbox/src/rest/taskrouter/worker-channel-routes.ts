import { channelName, channelSid, TASK_CHANNELS, workerChannelSid } from '../../taskrouter/task-channels';
import type { Worker } from '../../taskrouter/types';
import { workerChannel } from '../../taskrouter/worker-channels';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import { pageMeta, paginate } from '../page';
import type { RestRequest, Route } from '../route';
import { LARGEST_PAGE, orNotFound, requireWorkspace, WORKSPACE } from './listing';
import { ownerSids, TASKROUTER, workspaceUrl } from './resource-json';

const LIST = `${WORKSPACE}/Workers/{WorkerSid}/Channels`;
const ONE = `${LIST}/{Sid}`;

/** How many tasks a worker takes at once on each task channel: read and changed. */
export function workerChannelRoutes(world: World): Route[] {
  const { taskRouter } = world;
  const findWorker = (request: RestRequest): Worker => {
    requireWorkspace(world, request);
    return orNotFound(taskRouter.worker(request.params.WorkerSid!), request);
  };
  /** By its own sid, or by sid or name of the task channel. */
  const findChannel = (request: RestRequest, worker: Worker): string => {
    const asked = request.params.Sid!;
    const own = TASK_CHANNELS.find((name) => workerChannelSid(worker, name) === asked);
    return orNotFound(own ?? channelName(asked), request);
  };
  const json = (worker: Worker, name: string) => {
    const channel = workerChannel(world, worker, name);
    const sid = workerChannelSid(worker, name);
    return {
      ...ownerSids(world),
      sid,
      worker_sid: worker.sid,
      task_channel_sid: channelSid(name),
      task_channel_unique_name: name,
      assigned_tasks: channel.assignedTasks,
      available: channel.available,
      available_capacity_percentage: channel.availableCapacityPercentage,
      configured_capacity: channel.configuredCapacity,
      date_created: isoDate(worker.dateCreated),
      date_updated: isoDate(worker.dateUpdated),
      url: `${workspaceUrl(world)}/Workers/${worker.sid}/Channels/${sid}`,
    };
  };

  return [
    {
      method: 'GET',
      path: LIST,
      handle(request) {
        const worker = findWorker(request);
        const order = { rank: (name: string) => [TASK_CHANNELS.indexOf(name)] };
        const page = paginate(TASK_CHANNELS, order, request.fields, request.query, LARGEST_PAGE);
        const meta = pageMeta(page, TASKROUTER, request.path, 'channels');
        return { status: 200, body: { channels: page.items.map((name) => json(worker, name)), meta } };
      },
    },
    {
      method: 'GET',
      path: ONE,
      handle(request) {
        const worker = findWorker(request);
        return { status: 200, body: json(worker, findChannel(request, worker)) };
      },
    },
    {
      method: 'POST',
      path: ONE,
      handle(request) {
        const worker = findWorker(request);
        const name = findChannel(request, worker);
        const { fields } = request;
        taskRouter.setChannel(worker, name, {
          capacity: fields.integer('Capacity'),
          available: fields.flag('Available'),
        });
        const text = `worker ${worker.friendlyName}, channel ${name} changed: ${fields.names().join(', ')}`;
        return { status: 200, body: json(worker, name), log: { text } };
      },
    },
  ];
}
