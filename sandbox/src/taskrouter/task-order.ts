import type { Sid, Task } from '../world/types';
import type { TaskQueue } from './types';

/** A waiting task; `sequence` orders two tasks of the same millisecond. */
export interface WaitingTask {
  task: Task;
  sequence: number;
}

/** The time tasks are ordered by; without one of its own a task counts from its creation. */
export function effectiveVirtualStartTime(task: Task): number {
  return task.virtualStartTime ?? task.dateCreated;
}

/**
 * Waiting tasks in the order they are offered: the higher priority first, then the older
 * (twilio.com/docs/taskrouter/api/task-queue, "Task assignment precedence"); in a LIFO queue the newer first,
 * whatever its priority (twilio.com/docs/taskrouter/queue-ordering). Between queues the tasks at their heads are
 * compared the first way.
 */
export function sortByAssignmentOrder<T extends WaitingTask>(
  waiting: Iterable<T>,
  queues: ReadonlyMap<Sid, TaskQueue>,
): T[] {
  const lines = new Map<Sid, T[]>();
  for (const one of waiting) {
    const line = lines.get(one.task.taskQueueSid);
    if (line) line.push(one);
    else lines.set(one.task.taskQueueSid, [one]);
  }
  for (const [queueSid, line] of lines)
    line.sort(queues.get(queueSid)?.taskOrder === 'LIFO' ? byNewest : byPriorityThenAge);
  if (lines.size === 1) return [...lines.values()][0]!;
  const heads = [...lines.values()].map((line) => ({ line, next: 0 }));
  const ordered: T[] = [];
  for (;;) {
    const left = heads.filter(({ line, next }) => next < line.length);
    if (left.length === 0) return ordered;
    const first = left.reduce((a, b) => (byPriorityThenAge(b.line[b.next]!, a.line[a.next]!) < 0 ? b : a));
    ordered.push(first.line[first.next]!);
    first.next += 1;
  }
}

function byPriorityThenAge(a: WaitingTask, b: WaitingTask): number {
  return (
    b.task.priority - a.task.priority ||
    effectiveVirtualStartTime(a.task) - effectiveVirtualStartTime(b.task) ||
    a.sequence - b.sequence
  );
}

function byNewest(a: WaitingTask, b: WaitingTask): number {
  return effectiveVirtualStartTime(b.task) - effectiveVirtualStartTime(a.task) || b.sequence - a.sequence;
}
