import { fixedSid } from '../../world/sids';
import type { Task, World } from '../../world/types';
import { isoDate } from '../dates';

export const TASKROUTER = 'taskrouter.twilio.com';

/** The task channels a Flex workspace has (docs/flex/developer/routing: default, voice, chat, sms, video, email). */
const TASK_CHANNELS = ['default', 'voice', 'chat', 'sms', 'video', 'email'];

/** The unique name of a task channel given by name or sid; undefined when the workspace has none such. */
export function taskChannelName(nameOrSid: string): string | undefined {
  return TASK_CHANNELS.find((name) => name === nameOrSid || taskChannelSid(name) === nameOrSid);
}

function taskChannelSid(name: string): string {
  return fixedSid('TC', name);
}

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
    virtual_start_time: isoDate(virtualStart(task)),
    priority: task.priority,
    reason: task.reason,
    sid: task.sid,
    task_queue_sid: task.taskQueueSid,
    task_queue_friendly_name: task.taskQueueName,
    task_channel_sid: taskChannelSid(task.taskChannelUniqueName),
    task_channel_unique_name: task.taskChannelUniqueName,
    timeout: task.timeoutSeconds,
    url,
    workflow_sid: task.workflowSid,
    workflow_friendly_name: world.workflows.get(task.workflowSid)?.friendlyName ?? null,
    workspace_sid: world.workspaceSid,
    ignore_capacity: false,
    routing_target: null,
    links: {
      task_queue: `${workspace}/TaskQueues/${task.taskQueueSid}`,
      workflow: `${workspace}/Workflows/${task.workflowSid}`,
      workspace,
      reservations: `${url}/Reservations`,
    },
  };
}

/** The time tasks are ordered by; without one of its own a task counts from its creation. */
export function virtualStart(task: Task): number {
  return task.virtualStartTime ?? task.dateCreated;
}
