import type { Task } from '../../../sandbox/src/world/types';
import type { Harness } from '../harness';

/** A task as it was last seen: TaskRouter forgets tasks five minutes after their end, a judge must not. */
export interface TaskSnapshot {
  sid: string;
  workflowSid: string;
  queueName: string;
  status: Task['assignmentStatus'];
  reason: string | null;
  createdAt: number;
  /** When an agent took it. */
  takenAt?: number;
  endedAt?: number;
  attributes: Record<string, unknown>;
}
export type TaskLog = ReadonlyMap<string, TaskSnapshot>;

const waitingTasks = new WeakMap<TaskLog, Map<string, string>>();

/** Keeps every task there ever was. */
export function recordTasks({ world }: Harness): TaskLog {
  const log = new Map<string, TaskSnapshot>();
  const byCall = new Map<string, string>();
  waitingTasks.set(log, byCall);
  world.tasks.subscribe((_event, task) => {
    const before = log.get(task.sid);
    const { assignmentStatus: status } = task;
    const attributes = JSON.parse(task.attributes) as Record<string, unknown>;
    const isOver = status === 'completed' || status === 'canceled';
    if (typeof attributes.call_sid === 'string') byCall.set(attributes.call_sid, task.sid);
    log.set(task.sid, {
      sid: task.sid,
      workflowSid: task.workflowSid,
      queueName: task.taskQueueName,
      status,
      reason: task.reason,
      createdAt: task.dateCreated,
      takenAt: before?.takenAt ?? (status === 'assigned' ? Date.now() : undefined),
      endedAt: before?.endedAt ?? (isOver ? Date.now() : undefined),
      attributes,
    });
  });
  return log;
}

/** The task of a call's place in line. */
export function findWaitingTask(log: TaskLog, callSid: string): TaskSnapshot | undefined {
  const sid = waitingTasks.get(log)?.get(callSid);
  return sid === undefined ? undefined : log.get(sid);
}

/** Tasks the product made, oldest first. */
export function productTasks(log: TaskLog): TaskSnapshot[] {
  return [...log.values()].filter(({ attributes }) => attributes.taskType !== undefined);
}

/** The ledger entry a task of the product's was made from. */
export function ledgerEntryId({ attributes }: TaskSnapshot): string {
  return String((attributes.callback_and_voicemail as { voicemail_id?: unknown } | undefined)?.voicemail_id);
}

/** The number an agent is to call. */
export function callbackNumber({ attributes }: TaskSnapshot): string {
  return String((attributes.callBackData as { numberToCall?: unknown } | undefined)?.numberToCall);
}
