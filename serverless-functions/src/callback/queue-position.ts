import { pickRoutingAttributes } from '../fulfilment/task-attributes';
import type { LedgerEntry } from '../ledger/entry';
import type { Task } from '../twilio/taskrouter';

/** The waiting task's place in line, and what routing may look at. */
export function withQueuePosition(entry: LedgerEntry, task: Task | undefined): LedgerEntry {
  if (task === undefined) return entry;
  const conversations = task.attributes.conversations as { conversation_id?: unknown } | undefined;
  const linked = conversations?.conversation_id;
  return {
    ...entry,
    queueName: task.queueName,
    workflowSid: task.workflowSid,
    priority: task.priority,
    routing: pickRoutingAttributes(task.attributes),
    conversationId: typeof linked === 'string' ? linked : task.sid,
    waitingSince: Math.min(task.virtualStartTime, Date.now()),
  };
}
