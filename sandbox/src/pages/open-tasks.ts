import { isObject } from '../world/is-object';
import type { Task, World } from '../world/types';

export interface OpenTask {
  sid: string;
  status: Task['assignmentStatus'];
  queue: string;
  channel: string;
  /** The task's `name` attribute, otherwise its `from`. */
  title: string;
  /** `taskType` of its attributes; empty when there is none. */
  kind: string;
  /** Milliseconds since the epoch. */
  created: number;
  attributes: unknown;
}

const OPEN_STATUSES = new Set<Task['assignmentStatus']>(['pending', 'reserved', 'assigned', 'wrapping']);

/** Tasks that wait or are with an agent, oldest first. */
export function listOpenTasks(world: World): OpenTask[] {
  return world.tasks
    .list()
    .filter((task) => OPEN_STATUSES.has(task.assignmentStatus))
    .sort((a, b) => a.dateCreated - b.dateCreated)
    .map(toOpenTask);
}

function toOpenTask(task: Task): OpenTask {
  const attributes = parseAttributes(task.attributes);
  const text = (name: string) => (typeof attributes[name] === 'string' ? (attributes[name] as string) : '');
  return {
    sid: task.sid,
    status: task.assignmentStatus,
    queue: task.taskQueueName,
    channel: task.taskChannelUniqueName,
    title: text('name') || text('from') || task.sid,
    kind: text('taskType'),
    created: task.dateCreated,
    attributes,
  };
}

function parseAttributes(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
