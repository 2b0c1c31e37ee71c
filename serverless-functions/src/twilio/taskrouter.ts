import { isSid } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Twilio } from 'twilio';
import { isTwilioError, TwilioError } from '../runtime/errors';
import { parseJsonObject } from '../runtime/json';

export type AssignmentStatus = 'pending' | 'reserved' | 'assigned' | 'wrapping' | 'completed' | 'canceled';

export type ReservationStatus =
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'timeout'
  | 'canceled'
  | 'rescinded'
  | 'wrapping'
  | 'completed';

export interface Task {
  sid: string;
  /** Names the version for a conditional write; only known from `fetch`. */
  etag?: string;
  workflowSid: string;
  taskQueueSid: string;
  queueName: string;
  status: AssignmentStatus;
  reason: string;
  priority: number;
  attributes: Record<string, unknown>;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Milliseconds since 1970. */
  updatedAt: number;
  /** Milliseconds since 1970: the place in line; the creation when nothing else was set. */
  virtualStartTime: number;
}
/** A worker's part in a task. */
export interface Reservation {
  workerSid: string;
  /** The name they sign in with. */
  workerName: string;
  status: ReservationStatus;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
}
export interface Worker {
  /** Flex's `full_name`, else the name they sign in with. */
  name: string;
  /** As the worker's attributes have them; undefined when they name none. */
  roles: string[] | undefined;
}
/** What happened to a task, as TaskRouter keeps it for 30 days, also after it has deleted the task. */
export interface TaskEvent {
  type: EndingEventType;
  /** Milliseconds since 1970. */
  at: number;
  /** Of a cancellation. */
  reason: string;
  /** Of an acceptance. */
  workerSid?: string;
  workerName?: string;
}
interface NewTask {
  workflowSid: string;
  attributes: object;
  priority: number;
  timeoutSeconds: number;
  /** Milliseconds since 1970; the moment the caller began to wait. */
  virtualStartTime: number;
}

/** One TaskRouter workspace. */
export interface TaskRouterClient {
  /** @returns undefined when there is no such task */
  fetchTask(sid: string): Promise<Task | undefined>;
  /**
   * Reads a workflow's tasks, newest first, page after page, until `wanted` says yes or `stop` says enough.
   * Attributes are compared here: TaskRouter's own filter on them answers 3 requests a second.
   */
  findTask(query: {
    workflowSid: string;
    statuses?: AssignmentStatus[];
    matches: (task: Task) => boolean;
    until?: (task: Task) => boolean;
  }): Promise<Task | undefined>;
  /**
   * All tasks that `matches` says yes to, newest first, until `until` says enough; it hears whether one was found.
   */
  findAllTasks(query: {
    workflowSid: string;
    statuses?: AssignmentStatus[];
    matches: (task: Task) => boolean;
    until: (task: Task, isFound: boolean) => boolean;
  }): Promise<Task[]>;
  /**
   * The attributes that a task was created with, which nobody can change any more.
   * @returns undefined when TaskRouter has no event of it
   */
  fetchCreatedAttributes(sid: string): Promise<Record<string, unknown> | undefined>;
  /** The same for several, over at most `pages` pages. */
  findTasks(query: {
    workflowSid: string;
    statuses?: AssignmentStatus[];
    matches: (task: Task) => boolean;
    pages: number;
  }): Promise<Task[]>;
  /**
   * Tasks of all workflows that have not ended, the oldest first.
   * @returns `complete`: false when there are more than `MAX_OPEN_TASKS`
   */
  listOpenTasks(): Promise<{ tasks: Task[]; complete: boolean }>;
  /**
   * The offers of a task to workers, the oldest first, at most `RESERVATIONS_PER_PAGE`; none when TaskRouter has forgotten
   * the task.
   */
  listReservations(sid: string): Promise<Reservation[]>;
  /** What says how a task ended, the oldest first. */
  listEndingEvents(sid: string): Promise<TaskEvent[]>;
  /** The workspace's workflows with their configurations as JSON, at most a hundred. */
  listWorkflows(): Promise<{ sid: string; name: string; configuration: string }[]>;
  /** Names of the workspace's task queues, at most a thousand. */
  listQueueNames(): Promise<string[]>;
  createTask(task: NewTask): Promise<string>;
  /** The worker's part in a task: the status of their newest reservation. @returns undefined when they have none */
  fetchReservationStatus(sid: string, workerSid: string): Promise<ReservationStatus | undefined>;
  /** Completes a task that an agent has. @throws TwilioError `refused` when no agent has it */
  completeTask(sid: string, reason: string): Promise<void>;
  /** @throws TwilioError `precondition-failed` when the task is no longer the version `etag` names */
  cancelTask(sid: string, etag: string, reason: string, attributes: object): Promise<void>;
  /** @throws TwilioError `precondition-failed` when the task is no longer the version `etag` names */
  updateAttributes(sid: string, etag: string, attributes: object): Promise<void>;
  /**
   * Changes a task's attributes, leaving what others write in between.
   * @param mutate gives the new attributes; undefined when there is nothing to change
   * @throws TwilioError `precondition-failed` when others changed the task during each of the attempts
   */
  updateTaskAttributes(
    sid: string,
    mutate: (attributes: Record<string, unknown>) => object | undefined,
    options: { attempts: number },
  ): Promise<void>;
  /** @returns undefined when there is no such worker */
  fetchWorker(workerSid: string): Promise<Worker | undefined>;
  /** How many workers of a task queue are signed in: in any activity that is not an offline one. */
  countWorkersSignedIn(taskQueueSid: string): Promise<number>;
}

/** True while the call still waits for an agent. */
export const isWaiting = ({ status }: Task) => status === 'pending' || status === 'reserved';
/** True once an agent has the task. */
export const isAssigned = ({ status }: Task) => status === 'assigned' || status === 'wrapping';

/** Flex's names for the activity of a worker who is signed out. */
const OFFLINE_ACTIVITY = /^(offline|logged ?out)$/i;
const PAGE_SIZE = 100;
const TASK_CHANNEL = 'voice';
/** What a page may hold (OpenAPI taskrouter v1, ListTask: PageSize at most 1,000), and how many are read. */
const LARGEST_PAGE = 1_000;
export const RESERVATIONS_PER_PAGE = LARGEST_PAGE;
const MAX_OPEN_TASKS = 5_000;
export const OPEN_STATUSES: readonly AssignmentStatus[] = ['pending', 'reserved', 'assigned', 'wrapping'];
/**
 * The events that say how a task ended. Each type is asked for by itself: a list has one page only
 * (twilio.com/docs/taskrouter/api/event), which the offers of a task that nobody takes would fill.
 */
const ENDING_EVENTS = ['reservation.accepted', 'task.completed', 'task.canceled', 'task.deleted'] as const;
type EndingEventType = (typeof ENDING_EVENTS)[number];
/** TaskRouter keeps events for 30 days; a request without a period gets those of 15 minutes. */
const EVENT_MINUTES = 30 * 24 * 60;

interface SdkTask {
  sid: string;
  workflowSid: string;
  taskQueueSid: string;
  taskQueueFriendlyName: string;
  assignmentStatus: string;
  reason: string;
  priority: number;
  attributes: string;
  dateCreated: Date;
  dateUpdated: Date;
  virtualStartTime?: Date | null;
}

function toTask(task: SdkTask, etag?: string): Task {
  return {
    sid: task.sid,
    etag,
    workflowSid: task.workflowSid,
    taskQueueSid: task.taskQueueSid ?? '',
    queueName: task.taskQueueFriendlyName ?? '',
    status: task.assignmentStatus as AssignmentStatus,
    reason: task.reason ?? '',
    priority: task.priority ?? 0,
    attributes: parseAttributes(task.attributes),
    createdAt: task.dateCreated.getTime(),
    updatedAt: (task.dateUpdated ?? task.dateCreated).getTime(),
    virtualStartTime: (task.virtualStartTime ?? task.dateCreated).getTime(),
  };
}

/** Keys of an event's data are the parameters of TaskRouter's callback in snake case: `Reason` is `reason`. */
function toTaskEvent(type: EndingEventType, eventData: unknown, at: number): TaskEvent {
  const data = isRecord(eventData) ? eventData : {};
  const text = (key: string) => (typeof data[key] === 'string' ? data[key] : undefined);
  return {
    type,
    at,
    reason: text('reason') ?? text('task_canceled_reason') ?? '',
    workerSid: text('worker_sid'),
    workerName: text('worker_name'),
  };
}

/** Attributes written by others may be anything: what is not an object counts as none. */
function parseAttributes(text: string): Record<string, unknown> {
  return parseJsonObject(text) ?? {};
}

/** Creates the client of the workspace `workspaceSid`. */
export function createTaskRouterClient(client: Twilio, workspaceSid: string): TaskRouterClient {
  const workspace = client.taskrouter.v1.workspaces(workspaceSid);
  const updateTask = async (sid: string, change: Parameters<ReturnType<typeof workspace.tasks>['update']>[0]) => {
    await workspace.tasks(sid).update(change);
  };
  type TaskPage = Pick<Awaited<ReturnType<typeof workspace.tasks.page>>, 'instances' | 'nextPage'>;
  /** Reads a workflow's tasks, newest first, until `visit` says enough. Nearly always that is among the newest. */
  const visitTasks = async (
    { workflowSid, statuses }: { workflowSid: string; statuses?: AssignmentStatus[] },
    visit: (task: Task) => boolean,
  ): Promise<void> => {
    const list = (pageSize: number): Promise<TaskPage> =>
      workspace.tasks.page({ workflowSid, assignmentStatus: statuses, ordering: 'DateCreated:desc', pageSize });
    const isDone = ({ instances }: TaskPage) => instances.some((one) => visit(toTask(one)));
    let page = await list(PAGE_SIZE);
    if (isDone(page) || page.instances.length < PAGE_SIZE) return;
    page = await list(LARGEST_PAGE);
    for (let pages = 1; !isDone(page) && pages < MAX_OPEN_TASKS / LARGEST_PAGE; pages += 1) {
      const next = await page.nextPage();
      if (!next) return;
      page = next;
    }
  };
  const fetchTask: TaskRouterClient['fetchTask'] = async (sid) => {
    if (!isSid('task', sid)) return undefined;
    try {
      const { body, headers } = await workspace.tasks(sid).fetchWithHttpInfo();
      const etag = (headers as Record<string, string> | undefined)?.etag;
      if (etag === undefined)
        throw new TwilioError(`GET task ${sid} without ETag`, { failure: 'unavailable', status: 200 });
      return toTask(body, etag);
    } catch (error) {
      if (isTwilioError(error, 'not-found')) return undefined;
      throw error;
    }
  };
  const updateAttributes: TaskRouterClient['updateAttributes'] = (sid, etag, attributes) =>
    updateTask(sid, { ifMatch: etag, attributes: JSON.stringify(attributes) });
  return {
    fetchTask,
    updateAttributes,
    async updateTaskAttributes(sid, mutate, { attempts }) {
      for (let attempt = 1; ; attempt += 1) {
        const task = await fetchTask(sid);
        const attributes = task && mutate(task.attributes);
        if (!task?.etag || attributes === undefined) return;
        try {
          return await updateAttributes(sid, task.etag, attributes);
        } catch (error) {
          if (attempt >= attempts || !isTwilioError(error, 'precondition-failed')) throw error;
        }
      }
    },
    async findTasks({ workflowSid, statuses, matches, pages }) {
      const found: Task[] = [];
      const limit = pages * PAGE_SIZE;
      for (const one of await workspace.tasks.list({
        workflowSid,
        assignmentStatus: statuses,
        ordering: 'DateCreated:desc',
        pageSize: PAGE_SIZE,
        limit,
      })) {
        const task = toTask(one);
        if (matches(task)) found.push(task);
      }
      return found;
    },
    async fetchReservationStatus(sid, workerSid) {
      if (!isSid('task', sid) || !isSid('worker', workerSid)) return undefined;
      try {
        const reservations = await workspace.tasks(sid).reservations.list({ workerSid, pageSize: 20, limit: 20 });
        const newest = reservations.sort((a, b) => b.dateCreated.getTime() - a.dateCreated.getTime())[0];
        return newest?.reservationStatus as ReservationStatus | undefined;
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    completeTask: (sid, reason) => updateTask(sid, { assignmentStatus: 'completed', reason }),
    async findTask({ workflowSid, statuses, matches, until }) {
      let found: Task | undefined;
      await visitTasks({ workflowSid, statuses }, (task) => {
        if (matches(task)) found = task;
        return found !== undefined || until?.(task) === true;
      });
      return found;
    },
    async findAllTasks({ workflowSid, statuses, matches, until }) {
      // By sid: the largest pages begin at the start again.
      const found = new Map<string, Task>();
      await visitTasks({ workflowSid, statuses }, (task) => {
        if (matches(task)) found.set(task.sid, task);
        return until(task, found.size > 0);
      });
      return [...found.values()];
    },
    async fetchCreatedAttributes(taskSid) {
      const [event] = await workspace.events.list({
        taskSid,
        eventType: 'task.created',
        minutes: EVENT_MINUTES,
        limit: 1,
      });
      const attributes: unknown = isRecord(event?.eventData) ? event.eventData.task_attributes : undefined;
      return typeof attributes === 'string' ? parseAttributes(attributes) : undefined;
    },
    async listOpenTasks() {
      const tasks = await workspace.tasks.list({
        assignmentStatus: [...OPEN_STATUSES],
        ordering: 'DateCreated:asc',
        pageSize: LARGEST_PAGE,
        limit: MAX_OPEN_TASKS,
      });
      return { tasks: tasks.map((task) => toTask(task)), complete: tasks.length < MAX_OPEN_TASKS };
    },
    async listReservations(sid) {
      try {
        const reservations = await workspace
          .tasks(sid)
          .reservations.list({ pageSize: LARGEST_PAGE, limit: LARGEST_PAGE });
        return reservations
          .map(({ workerSid, workerName, reservationStatus, dateCreated, dateUpdated }) => ({
            workerSid,
            workerName: workerName ?? '',
            status: reservationStatus as ReservationStatus,
            createdAt: dateCreated.getTime(),
            updatedAt: dateUpdated.getTime(),
          }))
          .sort((a, b) => a.createdAt - b.createdAt);
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return [];
        throw error;
      }
    },
    async listEndingEvents(taskSid) {
      const lists = await Promise.all(
        ENDING_EVENTS.map(async (eventType) => {
          const events = await workspace.events.list({ taskSid, eventType, minutes: EVENT_MINUTES, limit: PAGE_SIZE });
          return events.map(({ eventData, eventDateMs }) => toTaskEvent(eventType, eventData, eventDateMs));
        }),
      );
      return lists.flat().sort((a, b) => a.at - b.at);
    },
    async listWorkflows() {
      const workflows = await workspace.workflows.list({ pageSize: PAGE_SIZE, limit: PAGE_SIZE });
      return workflows.map(({ sid, friendlyName, configuration }) => ({ sid, name: friendlyName, configuration }));
    },
    async listQueueNames() {
      const queues = await workspace.taskQueues.list({ pageSize: 1_000, limit: 1_000 });
      return queues.map(({ friendlyName }) => friendlyName);
    },
    async createTask(task) {
      const created = await workspace.tasks.create({
        workflowSid: task.workflowSid,
        taskChannel: TASK_CHANNEL,
        attributes: JSON.stringify(task.attributes),
        priority: task.priority,
        timeout: task.timeoutSeconds,
        virtualStartTime: new Date(task.virtualStartTime),
      });
      return created.sid;
    },
    cancelTask: (sid, etag, reason, attributes) =>
      updateTask(sid, { ifMatch: etag, assignmentStatus: 'canceled', reason, attributes: JSON.stringify(attributes) }),
    async fetchWorker(workerSid) {
      if (!isSid('worker', workerSid)) return undefined;
      try {
        const { friendlyName, attributes } = await workspace.workers(workerSid).fetch();
        const { full_name: fullName, roles } = parseAttributes(attributes);
        return {
          name: typeof fullName === 'string' && fullName.trim() !== '' ? fullName.trim() : friendlyName,
          roles: Array.isArray(roles) && roles.length > 0 ? roles.map(String) : undefined,
        };
      } catch (error) {
        if (isTwilioError(error, 'not-found')) return undefined;
        throw error;
      }
    },
    async countWorkersSignedIn(taskQueueSid) {
      const { activityStatistics } = await workspace.taskQueues(taskQueueSid).realTimeStatistics().fetch();
      return (activityStatistics ?? [])
        .filter(({ friendly_name: name }) => !OFFLINE_ACTIVITY.test(String(name)))
        .reduce((sum, { workers }) => sum + (Number(workers) || 0), 0);
    },
  };
}
