import {
  activityJson,
  reservationJson,
  taskJson,
  taskQueueJson,
  workerJson,
} from '../../rest/taskrouter/resource-json';
import { channelSid, TASK_CHANNELS, workerChannelSid } from '../../taskrouter/task-channels';
import type { Reservation, TaskQueue, Worker, WorkerActivity } from '../../taskrouter/types';
import { workerChannel } from '../../taskrouter/worker-channels';
import type { Sid, Task, World } from '../../world/types';

/**
 * TaskRouter's resources as its JavaScript SDK takes them (docs/flex-protocols.md 4): those of the REST API with dates
 * in whole seconds, and with some keys more. The SDK throws when a key is missing.
 */
type Resource = Record<string, unknown>;

export function activityResource(world: World, activity: WorkerActivity): Resource {
  return fromRest(activityJson(world, activity));
}

export function taskQueueResource(world: World, queue: TaskQueue): Resource {
  return { ...fromRest(taskQueueJson(world, queue)), lifo_queue: queue.taskOrder === 'LIFO' };
}

export function workerResource(world: World, worker: Worker): Resource {
  return { ...fromRest(workerJson(world, worker)), version: String(worker.version) };
}

/** The worker's channels, with how much of each is taken. */
export function workerChannelResources(world: World, worker: Worker): Resource[] {
  return TASK_CHANNELS.map((name) => {
    const channel = workerChannel(world, worker, name);
    return {
      account_sid: world.account.accountSid,
      workspace_sid: world.workspaceSid,
      sid: workerChannelSid(worker, name),
      worker_sid: worker.sid,
      task_channel_sid: channelSid(name),
      task_channel_unique_name: name,
      assigned_tasks: channel.assignedTasks,
      available: channel.available,
      available_capacity_percentage: channel.availableCapacityPercentage,
      configured_capacity: channel.configuredCapacity,
      last_reserved_time: 0,
      date_created: toEpochSeconds(worker.dateCreated),
      date_updated: toEpochSeconds(worker.dateUpdated),
    };
  });
}

export function taskResource(world: World, task: Task): Resource {
  return {
    ...fromRest(taskJson(world, task)),
    queue_sid: task.taskQueueSid,
    queue_name: task.taskQueueName,
    workflow_name: world.workflows.get(task.workflowSid)?.friendlyName ?? '',
    version: String(task.version),
  };
}

/** A reservation with its task in it. */
export function reservationResource(world: World, reservation: Reservation, task: Task): Resource {
  return {
    ...fromRest(reservationJson(world, reservation, 'worker')),
    reservation_timeout: world.workflows.get(task.workflowSid)?.taskReservationTimeout ?? 0,
    version: String(reservation.version),
    task: taskResource(world, task),
  };
}

/** What a worker has before them: offered, accepted, being wrapped up. */
export function openReservations(world: World, workerSid: Sid): Reservation[] {
  return world.taskRouter
    .reservations({ worker: workerSid })
    .filter(({ status }) => status === 'pending' || status === 'accepted' || status === 'wrapping');
}

/** A resource of the REST API without its addresses, and with its dates in seconds since 1970. */
function fromRest({ url: _url, links: _links, ...json }: Resource): Resource {
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const isDate = (name.startsWith('date_') || /_(date|time)$/.test(name)) && typeof value === 'string';
      return [name, isDate ? Date.parse(value) / 1000 : value];
    }),
  );
}

function toEpochSeconds(at: number): number {
  return Math.floor(at / 1000);
}
