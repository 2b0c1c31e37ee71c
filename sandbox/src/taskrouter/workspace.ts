import { fixedSid } from '../world/sids';
import { badRequest, notFound } from '../world/twilio-error';
import type { Sid } from '../world/types';
import { compileExpression, type Document, type Expression, ExpressionError } from './expression/expression';
import { parseAttributes } from './task-rules';
import type {
  NewTaskQueue,
  NewWorker,
  NewWorkflow,
  TaskQueue,
  TaskQueueChange,
  Worker,
  WorkerActivity,
  Workflow,
  WorkflowChange,
} from './types';
import { queuesOf, type RoutingPlan, readConfiguration } from './workflow-configuration';

/** The activities of a new Flex account. */
const ACTIVITIES: readonly [name: string, available: boolean][] = [
  ['Offline', false],
  ['Available', true],
  ['Unavailable', false],
  ['Break', false],
];
/**
 * OpenAPI taskrouter v1: a workspace's default activity and the one after a reservation timed out; Flex has Offline.
 */
export const DEFAULT_ACTIVITY = 'Offline';
/** OpenAPI taskrouter v1, Workflow.task_reservation_timeout: "up to 86,400 (24 hours) and the default is 120". */
const DEFAULT_RESERVATION_TIMEOUT_SECONDS = 120;
const MAX_RESERVATION_TIMEOUT_SECONDS = 86_400;
/** twilio.com/docs/taskrouter/limits: "Max Reserved Workers … 50". */
const MAX_RESERVED_WORKERS = 50;

/** What a workspace holds besides tasks and reservations; it knows no time and moves nothing. */
export interface Workspace {
  readonly queues: Map<Sid, TaskQueue>;
  readonly activities: Map<Sid, WorkerActivity>;
  readonly workers: Map<Sid, Worker>;
  readonly workflows: Map<Sid, Workflow>;
  addQueue(queue: NewTaskQueue): TaskQueue;
  updateQueue(queue: TaskQueue, change: TaskQueueChange): void;
  activity(nameOrSid: string): WorkerActivity;
  addWorker(worker: NewWorker): Worker;
  addWorkflow(workflow: NewWorkflow): Workflow;
  updateWorkflow(workflow: Workflow, change: WorkflowChange): void;
  routingPlan(workflow: Workflow): RoutingPlan;
  /** Whether the workflow's configuration sends tasks to that queue. */
  names(workflow: Workflow, queue: TaskQueue): boolean;
  isEligible(queue: TaskQueue, worker: Worker): boolean;
  isAvailable(worker: Worker): boolean;
  /** What expressions see of a worker: the attributes, and the fields of the worker (docs, expression-syntax). */
  workerDocument(worker: Worker): Document;
}

/** See `Workspace`. */
export function createWorkspace(
  newSid: (prefix: string) => Sid,
  account: { accountSid: Sid; workspaceSid: Sid },
): Workspace {
  const queues = new Map<Sid, TaskQueue>();
  const workers = new Map<Sid, Worker>();
  const workflows = new Map<Sid, Workflow>();
  const activities = new Map<Sid, WorkerActivity>();
  for (const [friendlyName, available] of ACTIVITIES) {
    const sid = fixedSid('WA', friendlyName);
    activities.set(sid, { sid, friendlyName, available, dateCreated: Date.now() });
  }
  /** Null: no worker is eligible (OpenAPI taskrouter v1, CreateTaskQueue.TargetWorkers: "If this value is empty"). */
  const targets = new WeakMap<TaskQueue, Expression | null>();
  const plans = new WeakMap<Workflow, RoutingPlan>();

  const activity: Workspace['activity'] = (nameOrSid) => {
    for (const one of activities.values()) if (one.sid === nameOrSid || one.friendlyName === nameOrSid) return one;
    throw badRequest(`Activity ${nameOrSid} does not exist`);
  };
  const workerDocument: Workspace['workerDocument'] = (worker) => ({
    ...(JSON.parse(worker.attributes) as Document),
    sid: worker.sid,
    friendly_name: worker.friendlyName,
    activity_sid: worker.activitySid,
    activity_name: activities.get(worker.activitySid)!.friendlyName,
  });
  const configure = (workflow: Workflow, configuration: NewWorkflow['configuration']) => {
    const { text, plan } = readConfiguration(configuration, (sid) => queues.has(sid));
    const last = plan.defaultFilter && queues.get(plan.defaultFilter.targets[0]!.queueSid);
    workflow.configuration = text;
    workflow.taskQueueSid = last?.sid ?? '';
    workflow.taskQueueName = last?.friendlyName ?? '';
    plans.set(workflow, plan);
  };

  const readTarget = (text: string) => (text === '' ? null : readExpression('TargetWorkers', text));
  /** The message is Twilio's (https://github.com/nash-md/twilio-contact-center/issues/23). */
  const requireFreeQueueName = (name: string, self?: TaskQueue) => {
    if ([...queues.values()].every((queue) => queue === self || queue.friendlyName !== name)) return;
    const where = `workspace ${account.workspaceSid} for account ${account.accountSid}`;
    throw badRequest(`Queue named ${name} already exists for ${where}`);
  };

  return {
    queues,
    activities,
    workers,
    workflows,
    addQueue({ sid, friendlyName, targetWorkers = '1==1', taskOrder = 'FIFO', maxReservedWorkers = 1 }) {
      requireReservedWorkers(maxReservedWorkers);
      requireFreeQueueName(friendlyName);
      const target = readTarget(targetWorkers);
      const now = Date.now();
      const queue: TaskQueue = {
        sid: sid ?? newSid('WQ'),
        friendlyName,
        targetWorkers,
        taskOrder,
        maxReservedWorkers,
        dateCreated: now,
        dateUpdated: now,
      };
      targets.set(queue, target);
      queues.set(queue.sid, queue);
      return queue;
    },
    updateQueue(queue, { friendlyName, targetWorkers, taskOrder, maxReservedWorkers }) {
      if (maxReservedWorkers !== undefined) requireReservedWorkers(maxReservedWorkers);
      if (friendlyName !== undefined) requireFreeQueueName(friendlyName, queue);
      if (targetWorkers !== undefined) targets.set(queue, readTarget(targetWorkers));
      queue.friendlyName = friendlyName ?? queue.friendlyName;
      queue.targetWorkers = targetWorkers ?? queue.targetWorkers;
      queue.taskOrder = taskOrder ?? queue.taskOrder;
      queue.maxReservedWorkers = maxReservedWorkers ?? queue.maxReservedWorkers;
      queue.dateUpdated = Date.now();
    },
    activity,
    addWorker({ name, attributes = {}, activity: initial = DEFAULT_ACTIVITY, capacity = {} }) {
      requireFreeName(workers, name);
      const text = JSON.stringify(attributes);
      parseAttributes(text);
      const now = Date.now();
      const worker: Worker = {
        sid: newSid('WK'),
        friendlyName: name,
        attributes: text,
        activitySid: activity(initial).sid,
        capacity,
        unavailableChannels: new Set(),
        dateCreated: now,
        dateUpdated: now,
        dateStatusChanged: now,
        idleSince: now,
        version: 0,
      };
      workers.set(worker.sid, worker);
      return worker;
    },
    addWorkflow({ sid, friendlyName, configuration, taskReservationTimeout }) {
      const now = Date.now();
      const workflow: Workflow = {
        sid: sid ?? newSid('WW'),
        friendlyName,
        configuration: '',
        taskReservationTimeout: reservationTimeout(taskReservationTimeout ?? DEFAULT_RESERVATION_TIMEOUT_SECONDS),
        taskQueueSid: '',
        taskQueueName: '',
        dateCreated: now,
        dateUpdated: now,
      };
      configure(workflow, configuration);
      workflows.set(workflow.sid, workflow);
      return workflow;
    },
    updateWorkflow(workflow, { friendlyName, configuration, taskReservationTimeout }) {
      // Whatever can be refused comes first: a refused update leaves the workflow as it was.
      const seconds = taskReservationTimeout === undefined ? undefined : reservationTimeout(taskReservationTimeout);
      if (configuration !== undefined) configure(workflow, configuration);
      workflow.friendlyName = friendlyName ?? workflow.friendlyName;
      workflow.taskReservationTimeout = seconds ?? workflow.taskReservationTimeout;
      workflow.dateUpdated = Date.now();
    },
    routingPlan: (workflow) => plans.get(workflow)!,
    names: (workflow, { sid }) => queuesOf(plans.get(workflow)!).includes(sid),
    isEligible: (queue, worker) => targets.get(queue)?.matches(workerDocument(worker)) ?? false,
    isAvailable: (worker) => activities.get(worker.activitySid)!.available,
    workerDocument,
  };
}

/** OpenAPI taskrouter v1, Worker.friendly_name: "case insensitive, and unique within the TaskRouter Workspace". */
export function requireFreeName(workers: Workspace['workers'], name: string): void {
  const taken = [...workers.values()].some((worker) => worker.friendlyName.toLowerCase() === name.toLowerCase());
  if (taken) throw badRequest(`Worker ${name} already exists in the workspace`);
}

/** What a reference stands for. @throws TwilioError 404 */
export function resolveRef<T>(map: ReadonlyMap<Sid, T>, ref: { sid: Sid } | Sid): T {
  const sid = typeof ref === 'string' ? ref : ref.sid;
  const thing = map.get(sid);
  if (!thing) throw notFound(sid);
  return thing;
}

/** An expression given as a parameter. @throws TwilioError 400 naming the parameter and the place */
export function readExpression(parameter: string, text: string): Expression {
  try {
    return compileExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) throw badRequest(`${parameter} cannot be read: ${error.message}`);
    throw error;
  }
}

function requireReservedWorkers(count: number): void {
  if (count >= 1 && count <= MAX_RESERVED_WORKERS) return;
  throw badRequest(`MaxReservedWorkers must be from 1 to ${MAX_RESERVED_WORKERS}`);
}

function reservationTimeout(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_RESERVATION_TIMEOUT_SECONDS) return seconds;
  throw badRequest(`TaskReservationTimeout must be an integer from 1 to ${MAX_RESERVATION_TIMEOUT_SECONDS}`);
}
