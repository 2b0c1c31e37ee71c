import type { Sid, Task, World } from '../world/types';
import type { Worker } from './types';

/** A task that has ended is no longer counted. */
const COUNTED = ['reserved', 'pending', 'assigned', 'wrapping'] as const;

export interface TaskStatistics {
  total: number;
  byStatus: Record<(typeof COUNTED)[number], number>;
  /** By priority, as text. */
  byPriority: Record<string, number>;
  /** The oldest task that is not accepted yet. */
  longestWaiting: Task | null;
  /** The one that has been longest in its queue. */
  longestInQueue: Task | null;
}

/** Figures of open tasks, as TaskRouter's real-time statistics show them. */
export function taskStatistics(tasks: readonly Task[]): TaskStatistics {
  const byStatus = { reserved: 0, pending: 0, assigned: 0, wrapping: 0 };
  const byPriority: Record<string, number> = {};
  const open = tasks.filter(isCounted);
  for (const task of open) {
    byStatus[task.assignmentStatus] += 1;
    byPriority[task.priority] = (byPriority[task.priority] ?? 0) + 1;
  }
  const unaccepted = open.filter(
    ({ assignmentStatus }) => assignmentStatus === 'pending' || assignmentStatus === 'reserved',
  );
  const oldest = (at: (task: Task) => number) =>
    unaccepted.reduce<Task | null>((first, task) => (first === null || at(task) < at(first) ? task : first), null);
  return {
    total: open.length,
    byStatus,
    byPriority,
    longestWaiting: oldest((task) => task.dateCreated),
    longestInQueue: oldest((task) => task.taskQueueEnteredDate),
  };
}

/** How many of these workers are in each activity of the workspace. */
export function activityStatistics(
  { taskRouter }: World,
  workers: readonly Worker[],
): { sid: Sid; friendly_name: string; workers: number }[] {
  return taskRouter.activities().map(({ sid, friendlyName }) => ({
    sid,
    friendly_name: friendlyName,
    workers: workers.filter(({ activitySid }) => activitySid === sid).length,
  }));
}

/** Whole seconds since then. */
export function ageInSeconds(at: number): number {
  return Math.floor((Date.now() - at) / 1000);
}

function isCounted(task: Task): task is Task & { assignmentStatus: (typeof COUNTED)[number] } {
  return (COUNTED as readonly string[]).includes(task.assignmentStatus);
}
