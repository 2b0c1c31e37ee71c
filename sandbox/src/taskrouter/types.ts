import type { Sid, Task, Tasks } from '../world/types';
import type { Document } from './expression/expression';

/** A worker's activity (`WA…`). Only workers in an available activity get reservations. */
export interface WorkerActivity {
  sid: Sid;
  friendlyName: string;
  available: boolean;
  dateCreated: number;
}

export interface TaskQueue {
  sid: Sid;
  friendlyName: string;
  /** Which workers may take its tasks. */
  targetWorkers: string;
  taskOrder: 'FIFO' | 'LIFO';
  /** How many workers get an offer at once; the first to accept gets the task. */
  maxReservedWorkers: number;
  dateCreated: number;
  dateUpdated: number;
}

export interface Worker {
  sid: Sid;
  friendlyName: string;
  /** JSON. */
  attributes: string;
  activitySid: Sid;
  /** Tasks at once, by unique name of the channel; 1 on a channel that is not named. */
  capacity: Readonly<Record<string, number>>;
  /** Channels on which the worker gets no new task, whatever the capacity, by unique name. */
  unavailableChannels: ReadonlySet<string>;
  dateCreated: number;
  dateUpdated: number;
  dateStatusChanged: number;
  /** Since when the worker got no offer: the longest wait comes first. */
  idleSince: number;
  version: number;
}

export interface Workflow {
  sid: Sid;
  friendlyName: string;
  /** The JSON text as it was given. */
  configuration: string;
  /** Seconds a worker has to accept. */
  taskReservationTimeout: number;
  /** The default filter's queue: where a task lands that no filter claims. Empty without a default filter. */
  taskQueueSid: Sid;
  taskQueueName: string;
  dateCreated: number;
  dateUpdated: number;
}

export type ReservationStatus =
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'timeout'
  | 'canceled'
  | 'rescinded'
  | 'wrapping'
  | 'completed';

/** A task offered to a worker. */
export interface Reservation {
  sid: Sid;
  taskSid: Sid;
  workerSid: Sid;
  status: ReservationStatus;
  dateCreated: number;
  dateUpdated: number;
  version: number;
}

/** The JSON of a workflow (twilio.com/docs/taskrouter/workflow-configuration). */
export interface WorkflowConfiguration {
  task_routing: {
    filters?: readonly FilterConfiguration[];
    default_filter?: { queue: Sid };
  };
}
export interface FilterConfiguration {
  filter_friendly_name?: string;
  expression: string;
  targets: readonly TargetConfiguration[];
}
export interface TargetConfiguration {
  /** The first target needs one; later ones inherit it. */
  queue?: Sid;
  /** Which of the queue's workers, e.g. `task.language IN worker.languages`; `1==0` matches no worker: a delay. */
  expression?: string;
  /** Seconds until the next target. */
  timeout?: number | string;
  priority?: number | string;
  skip_if?: string;
  order_by?: string;
}

/** The event types that are modeled, of https://www.twilio.com/docs/taskrouter/api/event/reference. */
export type TaskRouterEventType =
  | 'task.created'
  | 'task.updated'
  | 'task.canceled'
  | 'task.wrapup'
  | 'task.completed'
  | 'task.deleted'
  | 'task.system-deleted'
  | 'task-queue.entered'
  | 'task-queue.moved'
  | 'task-queue.timeout'
  | 'workflow.entered'
  | 'workflow.target-matched'
  | 'workflow.timeout'
  | 'workflow.skipped'
  | 'reservation.created'
  | 'reservation.accepted'
  | 'reservation.rejected'
  | 'reservation.timeout'
  | 'reservation.canceled'
  | 'reservation.rescinded'
  | 'reservation.wrapup'
  | 'reservation.completed'
  | 'worker.created'
  | 'worker.activity.update'
  | 'worker.attributes.update';

/** Something that happened, with the things as they are at that moment; listeners look, they do not keep. */
export interface TaskRouterEvent {
  type: TaskRouterEventType;
  task?: Task;
  worker?: Worker;
  reservation?: Reservation;
  /** Of `workflow.target-matched`. */
  matched?: { filterName: string; filterExpression: string; targetExpression: string };
  /** Of `worker.activity.update`. */
  previousActivity?: { activity: WorkerActivity; milliseconds: number };
}

export interface NewTaskQueue {
  sid?: Sid;
  friendlyName: string;
  /** Default `1==1`. */
  targetWorkers?: string;
  taskOrder?: TaskQueue['taskOrder'];
  maxReservedWorkers?: number;
}
export type TaskQueueChange = Partial<Omit<NewTaskQueue, 'sid'>>;
export interface NewWorker {
  name: string;
  attributes?: Record<string, unknown>;
  /** Name or sid; default Offline, the workspace's default activity. */
  activity?: string;
  capacity?: Worker['capacity'];
}
export interface NewWorkflow {
  sid?: Sid;
  friendlyName: string;
  configuration: WorkflowConfiguration | string;
  /** Default 120. */
  taskReservationTimeout?: number;
}
export interface WorkflowChange {
  friendlyName?: string;
  configuration?: WorkflowConfiguration | string;
  taskReservationTimeout?: number;
  /** Whether waiting tasks go through the new configuration; by default they end by the one they entered. */
  reEvaluateTasks?: boolean;
}

/** A thing itself, or its sid. */
type Ref<T extends { sid: Sid }> = T | Sid;

/**
 * A workspace: queues, workers, workflows, and the tasks that find their way between them. Without a worker who is
 * available every task waits, as it does on Twilio.
 */
export interface TaskRouter {
  readonly tasks: Tasks;
  readonly workflows: ReadonlyMap<Sid, Workflow>;
  /** The workspace's EventCallbackUrl and EventsFilter (no type: all). May be changed. */
  readonly eventCallback: { url: string | null; filter: readonly TaskRouterEventType[] };

  queues(): TaskQueue[];
  queue(sid: Sid): TaskQueue | undefined;
  /** @throws TwilioError 400 for a name that is taken, or an expression that cannot be read */
  addQueue(queue: NewTaskQueue): TaskQueue;
  /** @throws TwilioError 400, 404 */
  updateQueue(queue: Ref<TaskQueue>, change: TaskQueueChange): TaskQueue;
  /** @throws TwilioError 400 while a workflow names it, or a task is or may come there */
  removeQueue(queue: Ref<TaskQueue>): void;
  activities(): WorkerActivity[];
  /** By name or sid. @throws TwilioError 400 when there is none such */
  activity(nameOrSid: string): WorkerActivity;
  workers(): Worker[];
  worker(sid: Sid): Worker | undefined;
  /** Whether a worker is one of the queue's, available or not. */
  isEligible(queue: TaskQueue, worker: Worker): boolean;
  /** What expressions see of a worker: the attributes, and sid, friendly_name, activity_sid and activity_name. */
  workerDocument(worker: Worker): Document;
  addWorker(worker: NewWorker): Worker;
  /** An administrator deletes the worker. @throws TwilioError 400 while they hold a task */
  removeWorker(worker: Ref<Worker>): void;
  /** @throws TwilioError 400 when reservations are to be rejected for an activity that is available */
  setActivity(worker: Ref<Worker>, nameOrSid: string, options?: { rejectPendingReservations?: boolean }): Worker;
  /** @throws TwilioError 400 for attributes that are no JSON object of at most 4,096 bytes */
  setAttributes(worker: Ref<Worker>, attributes: Record<string, unknown> | string): Worker;
  rename(worker: Ref<Worker>, name: string): Worker;
  /** Sets what a worker takes on one channel. @throws TwilioError 400 for a negative capacity */
  setChannel(worker: Ref<Worker>, channel: string, change: { capacity?: number; available?: boolean }): Worker;
  /** @throws TwilioError 400 for a configuration that cannot be */
  addWorkflow(workflow: NewWorkflow): Workflow;
  /** @throws TwilioError 400, 404 */
  updateWorkflow(workflow: Ref<Workflow>, change: WorkflowChange): Workflow;
  /** @throws TwilioError 400 while it has tasks that have not ended; 404 */
  removeWorkflow(workflow: Ref<Workflow>): void;

  /** In the order they were made. */
  reservations(of?: { task?: Ref<Task>; worker?: Ref<Worker>; status?: ReservationStatus }): Reservation[];
  reservation(sid: Sid): Reservation | undefined;
  /** The worker takes the task; if a caller waits for it, they talk. @throws TwilioError 400 unless it is pending */
  accept(reservation: Ref<Reservation>): Reservation;
  /** @param activity what the worker does from now on. @throws TwilioError 400 unless it is pending */
  reject(reservation: Ref<Reservation>, activity?: string): Reservation;
  /** The work is done but for notes. @throws TwilioError 400 unless it is accepted */
  wrapUp(reservation: Ref<Reservation>): Reservation;
  /** The worker is free again. @throws TwilioError 400 unless it is accepted or wrapping */
  complete(reservation: Ref<Reservation>): Reservation;

  /** Calls the listener at once for each event, in order. @returns a function that unsubscribes it */
  subscribe(listener: (event: TaskRouterEvent) => void): () => void;
}
