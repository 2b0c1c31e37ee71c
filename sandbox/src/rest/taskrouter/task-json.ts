import { channelSid } from '../../taskrouter/task-channels';
import { effectiveVirtualStartTime } from '../../taskrouter/task-order';
import type { Task, World } from '../../world/types';
import { isoDate } from '../dates';

export const TASKROUTER = 'taskrouter.twilio.com';

/** A task as TaskRouter shows it. */
export function taskJson(world: World, task: Task): Record<string, unknown> {
  const workspace = `https://${TASKROUTER}/v1/Workspaces/${world.workspaceSid}`;
  const url = `${workspace}/Tasks/${task.sid}`;
  return {
    account_sid: world.account.accountSid,
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
    sid: task.sid,
    task_queue_sid: task.taskQueueSid || null,
    task_queue_friendly_name: task.taskQueueName || null,
    task_channel_sid: channelSid(task.taskChannelUniqueName),
    task_channel_unique_name: task.taskChannelUniqueName,
    timeout: task.timeoutSeconds,
    url,
    workflow_sid: task.workflowSid,
    workflow_friendly_name: world.workflows.get(task.workflowSid)?.friendlyName ?? null,
    workspace_sid: world.workspaceSid,
    ignore_capacity: false,
    routing_target: task.routingTarget,
    links: {
      task_queue: task.taskQueueSid ? `${workspace}/TaskQueues/${task.taskQueueSid}` : null,
      workflow: `${workspace}/Workflows/${task.workflowSid}`,
      workspace,
      reservations: `${url}/Reservations`,
    },
  };
}
