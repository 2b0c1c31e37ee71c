import { setLongTimeout } from '../world/timers';
import { notFound, TwilioError } from '../world/twilio-error';
import type { Sid, Task, Tasks } from '../world/types';
import { parseAttributes, transition, validPriority, validTimeout, validVirtualStartTime } from './task-rules';
import { requireVersion } from './versions';

/** OpenAPI taskrouter v1, CreateTask.Timeout: "If unspecified, the default value is 86,400 seconds (24 hours)". */
const DEFAULT_TIMEOUT_SECONDS = 86_400;
/**
 * "The Task will be deleted five minutes after moving into this state"
 * (twilio.com/docs/taskrouter/lifecycle-task-state, of canceled and completed): a product that reads a task later
 * than that gets 404 and must not mind.
 */
const RETENTION_MS = 5 * 60 * 1000;

/** The reason TaskRouter gives when a task's `Timeout` passes before a worker accepts it (OpenAPI taskrouter v1). */
export const TTL_EXCEEDED = 'Task TTL Exceeded';

type TaskEvent = Parameters<Parameters<Tasks['subscribe']>[0]>[0];

/** What the routing may change of a task besides what its clients may. */
export type RoutingChange = Partial<
  Pick<Task, 'assignmentStatus' | 'priority' | 'taskQueueSid' | 'taskQueueName' | 'taskQueueEnteredDate'>
>;
export interface TaskStore extends Tasks {
  /** A change by TaskRouter itself, which needs no check. */
  applyRouting(task: Task, change: RoutingChange): void;
}
export interface TaskHooks {
  workflowExists(sid: Sid): boolean;
  /** Puts a new task in its first queue, before subscribers get the `created` event. */
  enterWorkflow(task: Task, taskQueueSid?: Sid): void;
  /** TaskRouter deletes an ended task by itself. */
  forgotten(task: Task): void;
  /** The task was deleted. */
  removed(task: Task): void;
}

/** TaskRouter's tasks with its defaults, limits and transitions; see `Tasks`. */
export function createTasks(
  newSid: (prefix: string) => Sid,
  account: { accountSid: Sid; workspaceSid: Sid },
  hooks: TaskHooks,
): TaskStore {
  const tasks = new Map<Sid, Task>();
  const stopTimers = new Map<Sid, () => void>();
  const listeners = new Set<(event: TaskEvent, task: Task) => void>();
  const emit = (event: TaskEvent, task: Task) => {
    for (const listener of [...listeners]) listener(event, task);
  };

  const discard = (task: Task) => {
    stopTimers.get(task.sid)?.();
    stopTimers.delete(task.sid);
    tasks.delete(task.sid);
    hooks.removed(task);
  };

  const changed = (task: Task) => {
    task.version += 1;
    task.dateUpdated = Date.now();
    if (task.assignmentStatus === 'canceled' || task.assignmentStatus === 'completed') {
      stopTimers.get(task.sid)?.();
      stopTimers.set(
        task.sid,
        setLongTimeout(RETENTION_MS, () => {
          hooks.forgotten(task);
          discard(task);
        }),
      );
    }
    emit(task.assignmentStatus === 'canceled' ? 'canceled' : 'updated', task);
  };

  const expire = (task: Task) => {
    if (task.assignmentStatus !== 'pending' && task.assignmentStatus !== 'reserved') return;
    task.assignmentStatus = 'canceled';
    task.reason = TTL_EXCEEDED;
    changed(task);
  };

  return {
    create(input) {
      if (!hooks.workflowExists(input.workflowSid)) {
        throw new TwilioError(400, 20001, `Workflow ${input.workflowSid} does not exist`);
      }
      parseAttributes(input.attributes);
      const now = Date.now();
      const virtualStartTime =
        input.virtualStartTime === undefined ? null : validVirtualStartTime(input.virtualStartTime);
      const task: Task = {
        sid: newSid('WT'),
        workflowSid: input.workflowSid,
        taskQueueSid: '',
        taskQueueName: '',
        taskChannelUniqueName: input.taskChannel ?? 'default',
        attributes: input.attributes,
        assignmentStatus: 'pending',
        reason: null,
        priority: validPriority(input.priority ?? 0),
        timeoutSeconds: validTimeout(input.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS),
        dateCreated: now,
        dateUpdated: now,
        taskQueueEnteredDate: now,
        virtualStartTime,
        routingTarget: input.routingTarget ?? null,
        ignoreCapacity: input.routingTarget !== undefined && (input.ignoreCapacity ?? true),
        version: 0,
      };
      hooks.enterWorkflow(task, input.taskQueueSid);
      tasks.set(task.sid, task);
      stopTimers.set(
        task.sid,
        setLongTimeout(task.timeoutSeconds * 1000, () => expire(task)),
      );
      emit('created', task);
      return task;
    },
    applyRouting(task, change) {
      Object.assign(task, change);
      changed(task);
    },
    get: (sid) => tasks.get(sid),
    update(sid, change, ifMatch) {
      const task = tasks.get(sid);
      if (!task) throw notFound(`/Workspaces/${account.workspaceSid}/Tasks/${sid}`);
      requireVersion(task, ifMatch);
      // Everything is checked before anything is written: a refused update leaves the task as it was.
      if (change.attributes !== undefined) parseAttributes(change.attributes);
      if (change.priority !== undefined) validPriority(change.priority);
      if (typeof change.virtualStartTime === 'number') validVirtualStartTime(change.virtualStartTime);
      if (change.assignmentStatus !== undefined) transition(task, change.assignmentStatus, account);
      for (const [key, value] of Object.entries(change)) {
        if (value !== undefined) Object.assign(task, { [key]: value });
      }
      changed(task);
      return task;
    },
    remove(sid) {
      const task = tasks.get(sid);
      if (!task) return;
      tasks.delete(sid);
      emit('deleted', task);
      discard(task);
    },
    list: () => [...tasks.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
