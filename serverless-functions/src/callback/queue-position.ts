import { isRecord } from '@callback-and-voicemail/contract/schema';
import { carryAttributes } from '../fulfilment/carried-attributes';
import type { QueuePosition } from '../ledger/entry';
import type { Log } from '../runtime/log';
import type { Task } from '../twilio/taskrouter';

/** The position of a call in the queue, with what routing may use, from its task. */
export function queuePosition(task: Task, log: Log): QueuePosition {
  return {
    queueName: task.queueName,
    workflowSid: task.workflowSid,
    priority: task.priority,
    routing: carryAttributes(task.attributes, log, { taskSid: task.sid }),
    conversationId: readConversationId(task),
    waitingSince: Math.min(task.virtualStartTime, Date.now()),
  };
}

/** Links tasks to the call in Flex Insights; the sid of the call's first task when nothing else was set. */
export function readConversationId({ sid, attributes }: Task): string {
  const { conversations } = attributes;
  const id = isRecord(conversations) ? conversations.conversation_id : undefined;
  return typeof id === 'string' ? id : sid;
}
