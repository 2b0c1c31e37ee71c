import { fixedSid } from '../world/sids';
import { badRequest, notFound } from '../world/twilio-error';
import type { EventLog, Sid } from '../world/types';
import { createReservations } from './reservations';
import { createRouting, isOpen, requireStatus } from './routing';
import { parseAttributes, readCallSid } from './task-rules';
import { createTasks } from './tasks';
import type {
  NewTaskQueue,
  NewWorkflow,
  Reservation,
  TaskRouter,
  TaskRouterEvent,
  TaskRouterEventType,
  Worker,
} from './types';
import { createWorkspace, requireFreeName, resolveRef } from './workspace';

export interface TaskRouterOptions {
  /** Besides those that the workflows name. */
  queues?: readonly NewTaskQueue[];
  /** The workspace's EventCallbackUrl. */
  eventCallbackUrl?: string;
  /** The workspace's EventsFilter; none or empty: all events. */
  eventsFilter?: readonly TaskRouterEventType[];
}

/** A workflow of the account; without a configuration everything goes to its one queue. */
export interface WorkflowOption {
  sid: string;
  friendlyName: string;
  taskQueueName: string;
  configuration?: NewWorkflow['configuration'];
  taskReservationTimeout?: number;
}

/** The sid of a queue that a `WorkflowOption` names. */
export function namedQueueSid(friendlyName: string): Sid {
  return fixedSid('WQ', friendlyName);
}

/** See `TaskRouter`. */
export function createTaskRouter(
  newSid: (prefix: string) => Sid,
  account: { accountSid: Sid; workspaceSid: Sid },
  eventLog: EventLog,
  workflows: readonly WorkflowOption[],
  options: TaskRouterOptions = {},
): TaskRouter {
  const listeners = new Set<(event: TaskRouterEvent) => void>();
  const emit = (event: TaskRouterEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const workspace = createWorkspace(newSid, account);
  const reservations = createReservations(newSid);
  const routing = createRouting(workspace, reservations, emit);
  const tasks = createTasks(newSid, account, {
    workflowExists: (sid) => workspace.workflows.has(sid),
    enterWorkflow: routing.enterWorkflow,
    forgotten: (task) => emit({ type: 'task.system-deleted', task }),
    removed: routing.discard,
  });
  routing.attach(tasks);

  for (const queue of options.queues ?? []) workspace.addQueue(queue);
  for (const { taskQueueName, ...workflow } of workflows) {
    const sid = namedQueueSid(taskQueueName);
    if (!workspace.queues.has(sid)) workspace.addQueue({ sid, friendlyName: taskQueueName });
    const simple = { task_routing: { filters: [], default_filter: { queue: sid } } };
    workspace.addWorkflow({ configuration: simple, ...workflow });
  }

  const requireWorker = (ref: Worker | Sid) => resolveRef(workspace.workers, ref);
  const requireReservation = (ref: Reservation | Sid): Reservation => {
    const sid = typeof ref === 'string' ? ref : ref.sid;
    const reservation = reservations.get(sid);
    if (!reservation) throw notFound(sid);
    return reservation;
  };
  const touch = (worker: Worker) => {
    worker.version += 1;
    worker.dateUpdated = Date.now();
  };
  const toSid = (ref: { sid: Sid } | Sid | undefined) => (typeof ref === 'object' ? ref.sid : ref);

  listeners.add((event) => logEvent(eventLog, event, (sid) => workspace.activity(sid).friendlyName));
  return {
    tasks,
    workflows: workspace.workflows,
    eventCallback: { url: options.eventCallbackUrl ?? null, filter: options.eventsFilter ?? [] },
    queues: () => [...workspace.queues.values()],
    queue: (sid) => workspace.queues.get(sid),
    addQueue: workspace.addQueue,
    updateQueue(ref, change) {
      const queue = resolveRef(workspace.queues, ref);
      workspace.updateQueue(queue, change);
      for (const named of [...tasks.list(), ...workspace.workflows.values()]) {
        if (named.taskQueueSid === queue.sid) named.taskQueueName = queue.friendlyName;
      }
      routing.assignWaiting();
      return queue;
    },
    removeQueue(ref) {
      const queue = resolveRef(workspace.queues, ref);
      const where = `queue ${queue.sid} in workspace ${account.workspaceSid} for account ${account.accountSid}`;
      const workflow = [...workspace.workflows.values()].find((one) => workspace.names(one, queue));
      if (workflow) throw badRequest(`Cannot delete ${where} because workflow ${workflow.sid} names it.`);
      // "in-progress tasks may still route to Queue A, causing errors if you attempt to delete that Queue"
      // (support article 36535203110043).
      if (routing.leadsTo(queue.sid)) throw badRequest(`Cannot delete ${where} because it has tasks.`);
      workspace.queues.delete(queue.sid);
    },
    activities: () => [...workspace.activities.values()],
    activity: workspace.activity,
    workers: () => [...workspace.workers.values()],
    worker: (sid) => workspace.workers.get(sid),
    isEligible: workspace.isEligible,
    workerDocument: workspace.workerDocument,
    addWorker(input) {
      const worker = workspace.addWorker(input);
      emit({ type: 'worker.created', worker });
      routing.assignWaiting();
      return worker;
    },
    removeWorker(ref) {
      const worker = requireWorker(ref);
      const held = reservations.openForWorker(worker.sid);
      if (held.some(({ status }) => status !== 'pending')) throw badRequest('The worker holds a task');
      for (const one of [...held]) routing.reject(one);
      workspace.workers.delete(worker.sid);
    },
    setActivity(ref, nameOrSid, { rejectPendingReservations = false } = {}) {
      const worker = requireWorker(ref);
      if (rejectPendingReservations) {
        const next = workspace.activity(nameOrSid);
        // OpenAPI taskrouter v1: "only valid if the Worker's new Activity … has its availability property set to
        // False".
        if (next.available) throw badRequest('RejectPendingReservations needs an activity that is not available');
        for (const one of [...reservations.openForWorker(worker.sid)]) {
          if (one.status === 'pending') routing.reject(one, next.sid);
        }
      }
      routing.setActivity(worker, nameOrSid);
      return worker;
    },
    setAttributes(ref, attributes) {
      const worker = requireWorker(ref);
      const text = typeof attributes === 'string' ? attributes : JSON.stringify(attributes);
      parseAttributes(text);
      worker.attributes = text;
      touch(worker);
      emit({ type: 'worker.attributes.update', worker });
      routing.assignWaiting();
      return worker;
    },
    rename(ref, name) {
      const worker = requireWorker(ref);
      if (worker.friendlyName.toLowerCase() !== name.toLowerCase()) requireFreeName(workspace.workers, name);
      worker.friendlyName = name;
      touch(worker);
      return worker;
    },
    setChannel(ref, channel, { capacity, available }) {
      const worker = requireWorker(ref);
      if (capacity !== undefined && capacity < 0) throw badRequest('Capacity must not be negative');
      if (capacity !== undefined) worker.capacity = { ...worker.capacity, [channel]: capacity };
      if (available !== undefined) {
        const others = [...worker.unavailableChannels].filter((name) => name !== channel);
        worker.unavailableChannels = new Set(available ? others : [...others, channel]);
      }
      touch(worker);
      routing.assignWaiting();
      return worker;
    },
    addWorkflow: workspace.addWorkflow,
    updateWorkflow(ref, { reEvaluateTasks = false, ...change }) {
      const workflow = resolveRef(workspace.workflows, ref);
      workspace.updateWorkflow(workflow, change);
      if (reEvaluateTasks) routing.reevaluate(workflow.sid);
      return workflow;
    },
    removeWorkflow(ref) {
      const workflow = resolveRef(workspace.workflows, ref);
      // Assumed: no document says what becomes of tasks whose workflow is deleted.
      if (tasks.list().some((task) => task.workflowSid === workflow.sid && isOpen(task))) {
        const where = `workspace ${account.workspaceSid} for account ${account.accountSid}`;
        throw badRequest(`Cannot delete workflow ${workflow.sid} in ${where} because it has tasks.`);
      }
      workspace.workflows.delete(workflow.sid);
    },
    reservations({ task, worker, status } = {}) {
      const of = task === undefined ? reservations.all() : reservations.forTask(toSid(task)!);
      return of.filter(
        (one) =>
          (worker === undefined || one.workerSid === toSid(worker)) && (status === undefined || one.status === status),
      );
    },
    reservation: (sid) => reservations.get(sid),
    accept(ref) {
      const reservation = requireReservation(ref);
      routing.accept(reservation);
      return reservation;
    },
    reject(ref, activity) {
      const reservation = requireReservation(ref);
      routing.reject(reservation, activity);
      return reservation;
    },
    wrapUp(ref) {
      const reservation = requireReservation(ref);
      requireStatus(reservation, ['accepted'], 'wrap up');
      tasks.update(reservation.taskSid, { assignmentStatus: 'wrapping' });
      return reservation;
    },
    complete(ref) {
      const reservation = requireReservation(ref);
      requireStatus(reservation, ['accepted', 'wrapping'], 'complete');
      tasks.update(reservation.taskSid, { assignmentStatus: 'completed' });
      return reservation;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** Log texts of what TaskRouter does by itself; requests are logged where they arrive. */
function logEvent(
  eventLog: EventLog,
  { type, task, worker, reservation, previousActivity }: TaskRouterEvent,
  activityName: (activitySid: Sid) => string,
): void {
  const callSid = task && readCallSid(task);
  const append = (text: string) =>
    eventLog.append({ source: 'twilio', text, ...(callSid === undefined ? {} : { callSid }) });
  if (reservation && worker && task) {
    const verb = type === 'reservation.created' ? 'offered to' : `${type.replace('reservation.', '')}:`;
    append(`task ${task.sid} ${verb} ${worker.friendlyName} (reservation ${reservation.sid})`);
  } else if (task && (type === 'workflow.timeout' || type === 'workflow.skipped')) {
    append(`task ${task.sid} has no routing step left`);
  } else if (task && type === 'task-queue.moved') {
    append(`task ${task.sid} moves to ${task.taskQueueName}`);
  } else if (worker && previousActivity) {
    append(`${worker.friendlyName}: ${previousActivity.activity.friendlyName} -> ${activityName(worker.activitySid)}`);
  }
}
