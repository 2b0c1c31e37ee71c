import { channelSid } from '../../taskrouter/task-channels';
import { effectiveVirtualStartTime } from '../../taskrouter/task-order';
import type { Reservation, TaskQueue, Worker, WorkerActivity } from '../../taskrouter/types';
import type { Sid, Task, World } from '../../world/types';
import { isoDate } from '../dates';

/** TaskRouter's resources as the REST API shows them. Flex's event bridge derives its own form from these. */
type Json = Record<string, unknown>;

export const TASKROUTER = 'taskrouter.twilio.com';

/** The absolute address of the workspace, as answers show it. */
export function workspaceUrl(world: World): string {
  return `https://${TASKROUTER}/v1/Workspaces/${world.workspaceSid}`;
}

export function activityJson(world: World, activity: WorkerActivity): Json {
  const workspace = workspaceUrl(world);
  return {
    ...ownerSids(world),
    sid: activity.sid,
    friendly_name: activity.friendlyName,
    available: activity.available,
    date_created: isoDate(activity.dateCreated),
    date_updated: isoDate(activity.dateCreated),
    url: `${workspace}/Activities/${activity.sid}`,
    links: { workspace },
  };
}

export function workerJson(world: World, worker: Worker): Json {
  const workspace = workspaceUrl(world);
  const activity = world.taskRouter.activity(worker.activitySid);
  const url = `${workspace}/Workers/${worker.sid}`;
  return {
    ...ownerSids(world),
    sid: worker.sid,
    friendly_name: worker.friendlyName,
    attributes: worker.attributes,
    activity_sid: activity.sid,
    activity_name: activity.friendlyName,
    available: activity.available,
    date_created: isoDate(worker.dateCreated),
    date_updated: isoDate(worker.dateUpdated),
    date_status_changed: isoDate(worker.dateStatusChanged),
    url,
    links: {
      workspace,
      activity: `${workspace}/Activities/${activity.sid}`,
      channels: `${url}/Channels`,
      reservations: `${url}/Reservations`,
    },
  };
}

export function taskQueueJson(world: World, queue: TaskQueue): Json {
  const workspace = workspaceUrl(world);
  const url = `${workspace}/TaskQueues/${queue.sid}`;
  return {
    ...ownerSids(world),
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
    date_updated: isoDate(queue.dateUpdated),
    url,
    links: { workspace, statistics: `${url}/Statistics`, real_time_statistics: `${url}/RealTimeStatistics` },
  };
}

/** @param created when the workspace was made, and its channels with it */
export function taskChannelJson(world: World, uniqueName: string, created: number): Json {
  const workspace = workspaceUrl(world);
  const sid = channelSid(uniqueName);
  return {
    ...ownerSids(world),
    sid,
    unique_name: uniqueName,
    friendly_name: uniqueName,
    channel_optimized_routing: false,
    date_created: isoDate(created),
    date_updated: isoDate(created),
    url: `${workspace}/TaskChannels/${sid}`,
    links: { workspace },
  };
}

export function taskJson(world: World, task: Task): Json {
  const workspace = workspaceUrl(world);
  const url = `${workspace}/Tasks/${task.sid}`;
  return {
    ...ownerSids(world),
    sid: task.sid,
    age: Math.floor((Date.now() - task.dateCreated) / 1000),
    assignment_status: task.assignmentStatus,
    attributes: task.attributes,
    addons: '{}',
    date_created: isoDate(task.dateCreated),
    date_updated: isoDate(task.dateUpdated),
    task_queue_entered_date: isoDate(task.taskQueueEnteredDate),
    virtual_start_time: isoDate(effectiveVirtualStartTime(task)),
    priority: task.priority,
    reason: task.reason,
    task_queue_sid: task.taskQueueSid || null,
    task_queue_friendly_name: task.taskQueueName || null,
    task_channel_sid: channelSid(task.taskChannelUniqueName),
    task_channel_unique_name: task.taskChannelUniqueName,
    timeout: task.timeoutSeconds,
    url,
    workflow_sid: task.workflowSid,
    workflow_friendly_name: world.workflows.get(task.workflowSid)?.friendlyName ?? null,
    ignore_capacity: task.ignoreCapacity,
    routing_target: task.routingTarget,
    links: {
      task_queue: task.taskQueueSid ? `${workspace}/TaskQueues/${task.taskQueueSid}` : null,
      workflow: `${workspace}/Workflows/${task.workflowSid}`,
      workspace,
      reservations: `${url}/Reservations`,
    },
  };
}

/** @param owner under what it is listed: the task or the worker */
export function reservationJson(world: World, reservation: Reservation, owner: 'task' | 'worker'): Json {
  const workspace = workspaceUrl(world);
  const task = `${workspace}/Tasks/${reservation.taskSid}`;
  const worker = `${workspace}/Workers/${reservation.workerSid}`;
  return {
    ...ownerSids(world),
    sid: reservation.sid,
    reservation_status: reservation.status,
    task_sid: reservation.taskSid,
    worker_sid: reservation.workerSid,
    worker_name: world.taskRouter.worker(reservation.workerSid)!.friendlyName,
    date_created: isoDate(reservation.dateCreated),
    date_updated: isoDate(reservation.dateUpdated),
    url: `${owner === 'task' ? task : worker}/Reservations/${reservation.sid}`,
    links: { workspace, task, worker },
  };
}

/** The fields that every resource of the workspace begins with. */
export function ownerSids(world: World): { account_sid: Sid; workspace_sid: Sid } {
  return { account_sid: world.account.accountSid, workspace_sid: world.workspaceSid };
}
