import { channelSid, TASK_CHANNELS } from '../../taskrouter/task-channels';
import { effectiveVirtualStartTime } from '../../taskrouter/task-order';
import type { Reservation, Worker, WorkerActivity } from '../../taskrouter/types';
import { fixedSid } from '../../world/sids';
import type { Sid, Task, World } from '../../world/types';

/**
 * TaskRouter's resources as its JavaScript SDK takes them (docs/flex-protocols.md 4): it throws when a key is
 * missing, dates are whole seconds, attributes are text.
 */
export function activityResource(world: World, activity: WorkerActivity): Record<string, unknown> {
  return {
    ...ownerSids(world),
    sid: activity.sid,
    friendly_name: activity.friendlyName,
    available: activity.available,
    date_created: toEpochSeconds(activity.dateCreated),
    date_updated: toEpochSeconds(activity.dateCreated),
  };
}

export function workerResource(world: World, worker: Worker): Record<string, unknown> {
  const activity = world.taskRouter.activity(worker.activitySid);
  return {
    ...ownerSids(world),
    sid: worker.sid,
    friendly_name: worker.friendlyName,
    attributes: worker.attributes,
    activity_sid: activity.sid,
    activity_name: activity.friendlyName,
    available: activity.available,
    date_created: toEpochSeconds(worker.dateCreated),
    date_updated: toEpochSeconds(worker.dateUpdated),
    date_status_changed: toEpochSeconds(worker.dateStatusChanged),
    version: String(worker.version),
  };
}

/** The worker's channels, with how much of each is taken. */
export function workerChannelResources(world: World, worker: Worker): Record<string, unknown>[] {
  const open = openReservations(world, worker.sid).map(({ taskSid }) => world.tasks.get(taskSid)!);
  return TASK_CHANNELS.map((name) => {
    const capacity = worker.capacity[name] ?? 1;
    const taken = open.filter(({ taskChannelUniqueName }) => taskChannelUniqueName === name).length;
    return {
      ...ownerSids(world),
      sid: fixedSid('WC', `${worker.sid} ${name}`),
      worker_sid: worker.sid,
      task_channel_sid: channelSid(name),
      task_channel_unique_name: name,
      assigned_tasks: taken,
      available: true,
      available_capacity_percentage: capacity === 0 ? 0 : Math.round((100 * Math.max(0, capacity - taken)) / capacity),
      configured_capacity: capacity,
      last_reserved_time: 0,
      date_created: toEpochSeconds(worker.dateCreated),
      date_updated: toEpochSeconds(worker.dateUpdated),
    };
  });
}

export function taskResource(world: World, task: Task): Record<string, unknown> {
  return {
    ...ownerSids(world),
    sid: task.sid,
    addons: '{}',
    age: Math.floor((Date.now() - task.dateCreated) / 1000),
    attributes: task.attributes,
    assignment_status: task.assignmentStatus,
    date_created: toEpochSeconds(task.dateCreated),
    date_updated: toEpochSeconds(task.dateUpdated),
    priority: task.priority,
    queue_sid: task.taskQueueSid,
    queue_name: task.taskQueueName,
    reason: task.reason,
    routing_target: task.routingTarget,
    task_channel_sid: channelSid(task.taskChannelUniqueName),
    task_channel_unique_name: task.taskChannelUniqueName,
    timeout: task.timeoutSeconds,
    workflow_sid: task.workflowSid,
    workflow_name: world.workflows.get(task.workflowSid)?.friendlyName ?? '',
    version: String(task.version),
    virtual_start_time: toEpochSeconds(effectiveVirtualStartTime(task)),
  };
}

/** A reservation with its task in it. */
export function reservationResource(world: World, reservation: Reservation, task: Task): Record<string, unknown> {
  return {
    ...ownerSids(world),
    sid: reservation.sid,
    worker_sid: reservation.workerSid,
    task_sid: reservation.taskSid,
    reservation_status: reservation.status,
    reservation_timeout: world.workflows.get(task.workflowSid)?.taskReservationTimeout ?? 0,
    date_created: toEpochSeconds(reservation.dateCreated),
    date_updated: toEpochSeconds(reservation.dateUpdated),
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

function ownerSids(world: World): { account_sid: Sid; workspace_sid: Sid } {
  return { account_sid: world.account.accountSid, workspace_sid: world.workspaceSid };
}

function toEpochSeconds(at: number): number {
  return Math.floor(at / 1000);
}
