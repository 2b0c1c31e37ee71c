import { fixedSid } from '../world/sids';
import { badRequest, notFound } from '../world/twilio-error';
import type { Sid, Story } from '../world/types';
import { createReservations } from './reservations';
import { createRouting, requireStatus } from './routing';
import { callOf, parseAttributes } from './task-rules';
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
import { createWorkspace, found, requireFreeName } from './workspace';

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
  story: Story,
  workflows: readonly WorkflowOption[],
  options: TaskRouterOptions = {},
): TaskRouter {
  const listeners = new Set<(event: TaskRouterEvent) => void>();
  const emit = (event: TaskRouterEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const workspace = createWorkspace(newSid);
  const reservations = createReservations(newSid);
  const routing = createRouting(workspace, reservations, emit);
  const tasks = createTasks(newSid, account, {
    workflowExists: (sid) => workspace.workflows.has(sid),
    place: routing.place,
    forgotten: routing.forget,
  });
  routing.follow(tasks);

  for (const queue of options.queues ?? []) workspace.addQueue(queue);
  for (const { taskQueueName, ...workflow } of workflows) {
    const sid = namedQueueSid(taskQueueName);
    if (!workspace.queues.has(sid)) workspace.addQueue({ sid, friendlyName: taskQueueName });
    const simple = { task_routing: { filters: [], default_filter: { queue: sid } } };
    workspace.addWorkflow({ configuration: simple, ...workflow });
  }

  const workerOf = (ref: Worker | Sid) => found(workspace.workers, ref);
  const reservationOf = (ref: Reservation | Sid): Reservation => {
    const sid = typeof ref === 'string' ? ref : ref.sid;
    const reservation = reservations.get(sid);
    if (!reservation) throw notFound(sid);
    return reservation;
  };
  const changed = (worker: Worker) => {
    worker.version += 1;
    worker.dateUpdated = Date.now();
  };
  const sidOf = (ref: { sid: Sid } | Sid | undefined) => (typeof ref === 'object' ? ref.sid : ref);

  listeners.add((event) => tellStory(story, event, (sid) => workspace.activity(sid).friendlyName));
  return {
    tasks,
    workflows: workspace.workflows,
    eventCallback: { url: options.eventCallbackUrl ?? null, filter: options.eventsFilter ?? [] },
    queues: () => [...workspace.queues.values()],
    queue: (sid) => workspace.queues.get(sid),
    addQueue: workspace.addQueue,
    activities: () => [...workspace.activities.values()],
    activity: workspace.activity,
    workers: () => [...workspace.workers.values()],
    worker: (sid) => workspace.workers.get(sid),
    eligible: workspace.eligible,
    workerDocument: workspace.workerDocument,
    addWorker(input) {
      const worker = workspace.addWorker(input);
      emit({ type: 'worker.created', worker });
      routing.offer();
      return worker;
    },
    setActivity(ref, nameOrSid, { rejectPendingReservations = false } = {}) {
      const worker = workerOf(ref);
      if (rejectPendingReservations) {
        const next = workspace.activity(nameOrSid);
        // OpenAPI taskrouter v1: "only valid if the Worker's new Activity … has its availability property set to False".
        if (next.available) throw badRequest('RejectPendingReservations needs an activity that is not available');
        for (const one of [...reservations.openOf(worker.sid)]) {
          if (one.status === 'pending') routing.reject(one, next.sid);
        }
      }
      routing.setActivity(worker, nameOrSid);
      return worker;
    },
    setAttributes(ref, attributes) {
      const worker = workerOf(ref);
      const text = typeof attributes === 'string' ? attributes : JSON.stringify(attributes);
      parseAttributes(text);
      worker.attributes = text;
      changed(worker);
      emit({ type: 'worker.attributes.update', worker });
      routing.offer();
      return worker;
    },
    rename(ref, name) {
      const worker = workerOf(ref);
      if (worker.friendlyName.toLowerCase() !== name.toLowerCase()) requireFreeName(workspace.workers, name);
      worker.friendlyName = name;
      changed(worker);
      return worker;
    },
    addWorkflow: workspace.addWorkflow,
    updateWorkflow(ref, { reEvaluateTasks = false, ...change }) {
      const workflow = found(workspace.workflows, ref);
      workspace.updateWorkflow(workflow, change);
      if (reEvaluateTasks) routing.restart(workflow.sid);
      return workflow;
    },
    reservations({ task, worker, status } = {}) {
      const of = task === undefined ? reservations.all() : reservations.ofTask(sidOf(task)!);
      return of.filter(
        (one) =>
          (worker === undefined || one.workerSid === sidOf(worker)) && (status === undefined || one.status === status),
      );
    },
    reservation: (sid) => reservations.get(sid),
    accept(ref) {
      const reservation = reservationOf(ref);
      routing.accept(reservation);
      return reservation;
    },
    reject(ref, activity) {
      const reservation = reservationOf(ref);
      routing.reject(reservation, activity);
      return reservation;
    },
    wrapUp(ref) {
      const reservation = reservationOf(ref);
      requireStatus(reservation, ['accepted'], 'wrap up');
      tasks.update(reservation.taskSid, { assignmentStatus: 'wrapping' });
      return reservation;
    },
    complete(ref) {
      const reservation = reservationOf(ref);
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
function tellStory(
  story: Story,
  { type, task, worker, reservation, previousActivity }: TaskRouterEvent,
  nameOf: (activitySid: Sid) => string,
): void {
  const callSid = task && callOf(task);
  const tell = (text: string) => story.tell({ who: 'twilio', text, ...(callSid === undefined ? {} : { callSid }) });
  if (reservation && worker && task) {
    const verb = type === 'reservation.created' ? 'offered to' : `${type.replace('reservation.', '')}:`;
    tell(`task ${task.sid} ${verb} ${worker.friendlyName} (reservation ${reservation.sid})`);
  } else if (task && (type === 'workflow.timeout' || type === 'workflow.skipped')) {
    tell(`task ${task.sid} has no routing step left`);
  } else if (task && type === 'task-queue.moved') {
    tell(`task ${task.sid} moves to ${task.taskQueueName}`);
  } else if (worker && previousActivity) {
    tell(`${worker.friendlyName}: ${previousActivity.activity.friendlyName} -> ${nameOf(worker.activitySid)}`);
  }
}
