import { setLongTimeout } from '../world/timers';
import { TwilioError } from '../world/twilio-error';
import type { Sid, Task } from '../world/types';
import type { Document } from './expression/expression';
import type { Reservations } from './reservations';
import { sortByAssignmentOrder } from './task-order';
import type { RoutingChange, TaskStore } from './tasks';
import type { Reservation, ReservationStatus, TaskRouterEvent, Worker } from './types';
import { type Filter, queuesOf, type RoutingPlan, sortValue, type Target } from './workflow-configuration';
import { DEFAULT_ACTIVITY, type Workspace } from './workspace';

/** twilio.com/docs/taskrouter/limits: "Max Assignment Count … 1,000", from pending to reserved. */
const MAX_ASSIGNMENTS = 1000;
const TOO_MANY_ASSIGNMENTS = 'Task TTL Exceeded or Max assignment count exceeded';
/** Why a task ends that no routing step is left for; the documents say that it does, not in what words. */
const WORKFLOW_TIMEOUT = 'Task canceled on Workflow timeout';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Where an open task is on its way. */
interface TaskRoute {
  readonly task: Task;
  readonly sequence: number;
  plan: RoutingPlan;
  /** The filter that claimed the task by its attributes; null when none did. */
  matchedFilter: Filter | null;
  filter: Filter | null;
  step: number;
  /** When the routing step ends; null when it does not. */
  deadline: number | null;
  stopTimer: () => void;
  /** What was known of the task before its latest change. */
  lastStatus: Task['assignmentStatus'];
  lastAttributes: string;
  assignments: number;
}

export interface Routing {
  /** See `TaskHooks.enterWorkflow`. */
  enterWorkflow(task: Task, taskQueueSid?: Sid): void;
  /** Follows changes of tasks, from any source. */
  attach(tasks: TaskStore): void;
  /** See `TaskHooks.removed`. */
  discard(task: Task): void;
  /** Offers waiting tasks to workers who became available. */
  assignWaiting(): void;
  accept(reservation: Reservation): void;
  reject(reservation: Reservation, activity?: string): void;
  setActivity(worker: Worker, nameOrSid: string): void;
  /** Whether a task is in that queue or may still come there, by the configuration it entered its workflow with. */
  leadsTo(queueSid: Sid): boolean;
  /** A waiting task goes through its workflow as it is now, from the first filter. */
  reevaluate(workflowSid: Sid): void;
}

/**
 * Tasks on their way through filters, routing steps and queues to a worker.
 *
 * A task is never reserved within the request that makes or changes it: TaskRouter answers first and routes then.
 * Everything else (a timer, a worker, the end of a reservation) routes at once.
 */
export function createRouting(
  workspace: Workspace,
  reservations: Reservations,
  emit: (event: TaskRouterEvent) => void,
): Routing {
  const routes = new Map<Sid, TaskRoute>();
  const waiting = new Set<TaskRoute>();
  /** Routes that have just come to their step: only then is it skipped (twilio.com/docs/taskrouter/worker-presence). */
  const entering = new Set<TaskRoute>();
  const reservationTimers = new Map<Sid, () => void>();
  let tasks: TaskStore;
  let sequence = 0;
  let routingScheduled = false;

  const emitTaskEvent = (type: TaskRouterEvent['type'], task: Task, more: Partial<TaskRouterEvent> = {}) =>
    emit({ type, task, ...more });
  const emitReservationEvent = (type: TaskRouterEvent['type'], reservation: Reservation) => {
    const worker = workspace.workers.get(reservation.workerSid)!;
    emit({ type, task: routes.get(reservation.taskSid)!.task, worker, reservation });
  };

  const scheduleRouting = () => {
    if (routingScheduled) return;
    routingScheduled = true;
    queueMicrotask(() => {
      if (routingScheduled) assignTasks();
    });
  };

  const assignTasks = () => {
    routingScheduled = false;
    for (let again = true; again; ) {
      again = false;
      offerWaitingTasks();
      for (const one of [...entering]) {
        entering.delete(one);
        const { skipIf, queueSid } = currentTarget(one) ?? { skipIf: null, queueSid: '' };
        if (one.task.assignmentStatus !== 'pending' || !skipIf?.matches(workerPresence(queueSid))) continue;
        leaveStep(one, 'skip', Date.now());
        again = true;
      }
    }
  };

  const offerWaitingTasks = () => {
    const available = [...workspace.workers.values()].filter(workspace.isAvailable);
    if (waiting.size === 0) return;
    if (available.length === 0 && ![...waiting].some(({ task }) => task.routingTarget !== null)) return;
    for (const one of sortByAssignmentOrder(waiting, workspace.queues)) offerTask(one, available);
  };

  const offerTask = (one: TaskRoute, available: readonly Worker[]) => {
    const { task } = one;
    const target = currentTarget(one);
    const queue = target && workspace.queues.get(target.queueSid);
    if (!target || !queue || task.assignmentStatus !== 'pending') return;
    const attributes = JSON.parse(task.attributes) as Document;
    const candidates = (task.routingTarget === null ? available : routingTargetWorkers(task.routingTarget))
      .filter((worker) => task.ignoreCapacity || hasCapacity(worker, task))
      .filter((worker) => task.routingTarget !== null || workspace.isEligible(queue, worker))
      .map((worker) => ({ worker, document: workspace.workerDocument(worker) }))
      .filter(({ document }) => target.expression?.matches({ task: attributes, worker: document }) ?? true)
      .sort((a, b) => {
        for (const order of target.orderBy) {
          const [left, right] = [sortValue(order, a.document), sortValue(order, b.document)];
          if (left !== right) return left < right ? -1 : 1;
        }
        return a.worker.idleSince - b.worker.idleSince;
      })
      .slice(0, queue.maxReservedWorkers);
    if (candidates.length === 0) return;
    one.assignments += 1;
    if (one.assignments > MAX_ASSIGNMENTS) {
      tasks.update(task.sid, { assignmentStatus: 'canceled', reason: TOO_MANY_ASSIGNMENTS });
      return;
    }
    const { taskReservationTimeout } = workspace.workflows.get(task.workflowSid)!;
    const made = candidates.map(({ worker }) => reservations.create(task.sid, worker.sid));
    tasks.applyRouting(task, { assignmentStatus: 'reserved' });
    for (const reservation of made) {
      reservationTimers.set(
        reservation.sid,
        setLongTimeout(taskReservationTimeout * 1000, () => expireReservation(reservation)),
      );
      emitReservationEvent('reservation.created', reservation);
    }
  };

  /** Flex lets its agents call out in every activity but Offline, so availability is not required (see README). */
  const routingTargetWorkers = (workerSid: Sid): Worker[] => {
    const worker = workspace.workers.get(workerSid);
    return worker && worker.activitySid !== workspace.activity(DEFAULT_ACTIVITY).sid ? [worker] : [];
  };

  const hasCapacity = (worker: Worker, task: Task): boolean => {
    const channel = task.taskChannelUniqueName;
    if (worker.unavailableChannels.has(channel)) return false;
    const taken = reservations
      .openForWorker(worker.sid)
      .filter(({ taskSid }) => routes.get(taskSid)?.task.taskChannelUniqueName === channel);
    return taken.length < (worker.capacity[channel] ?? 1);
  };

  const workerPresence = (queueSid: Sid): Document => {
    const queue = workspace.queues.get(queueSid);
    const workers: Record<string, number> = { available: 0, unavailable: 0 };
    for (const sid of workspace.activities.keys()) workers[sid] = 0;
    for (const worker of workspace.workers.values()) {
      if (!queue || !workspace.isEligible(queue, worker)) continue;
      for (const name of [workspace.isAvailable(worker) ? 'available' : 'unavailable', worker.activitySid]) {
        workers[name]! += 1;
      }
    }
    return { workers };
  };

  /** The first filter from that index on that claims the task. */
  const matchFilter = (plan: RoutingPlan, task: Task, from: number): Filter | null => {
    const document = { ...(JSON.parse(task.attributes) as Document), taskrouter: timeOfDayDocument() };
    return plan.filters.find((filter, index) => index >= from && filter.expression!.matches(document)) ?? null;
  };

  const enterStep = (one: TaskRoute, filter: Filter, step: number, startedAt: number): void => {
    const { task } = one;
    const from = task.taskQueueSid;
    const change = applyStep(one, filter, step, startedAt);
    if (Object.keys(change).length > 0) tasks.applyRouting(task, change);
    emitStepEntered(one, from);
    if (one.deadline !== null && one.deadline <= Date.now()) {
      leaveStep(one, 'timeout', one.deadline);
    } else {
      armTimer(one);
      entering.add(one);
    }
  };

  /** @returns what the step changes of the task */
  const applyStep = (one: TaskRoute, filter: Filter, step: number, startedAt: number): RoutingChange => {
    const { queueSid, timeoutMs, priority } = filter.targets[step]!;
    one.filter = filter;
    one.step = step;
    one.deadline = timeoutMs === null ? null : startedAt + timeoutMs;
    const change: RoutingChange = {};
    if (one.task.taskQueueSid !== queueSid) {
      change.taskQueueSid = queueSid;
      change.taskQueueName = workspace.queues.get(queueSid)?.friendlyName ?? '';
      change.taskQueueEnteredDate = Date.now();
    }
    // "If a target defines a priority, it will update the priority of the Task"
    // (twilio.com/docs/taskrouter/workflow-configuration).
    if (priority !== null && priority !== one.task.priority) change.priority = priority;
    return change;
  };

  const emitStepEntered = (one: TaskRoute, fromQueue: Sid) => {
    const { filter, task } = one;
    const matched = {
      filterName: filter!.name,
      filterExpression: filter!.expression?.text ?? '',
      targetExpression: currentTarget(one)!.expression?.text ?? '',
    };
    emitTaskEvent('workflow.target-matched', task, { matched });
    if (fromQueue === task.taskQueueSid) return;
    if (fromQueue !== '') emitTaskEvent('task-queue.moved', task);
    emitTaskEvent('task-queue.entered', task);
  };

  const armTimer = (one: TaskRoute) => {
    one.stopTimer();
    const { deadline, task } = one;
    if (deadline === null || !isUnassigned(task)) return;
    one.stopTimer = setLongTimeout(Math.max(0, deadline - Date.now()), () => {
      // While the task is offered it stays where it is; see `resume`.
      if (task.assignmentStatus === 'pending') leaveStep(one, 'timeout', deadline);
      assignTasks();
    });
  };

  const leaveStep = (one: TaskRoute, why: 'timeout' | 'skip', at: number): void => {
    if (why === 'timeout') emitTaskEvent('task-queue.timeout', one.task);
    const next = nextStep(one, why);
    if (next) enterStep(one, next.filter, next.step, at);
    else exitWorkflow(one, why === 'skip' ? 'workflow.skipped' : 'workflow.timeout');
  };

  /** The next step, else the first of the next filter that claims the task, else nothing. */
  const nextStep = ({ plan, task, filter, step }: TaskRoute, why: 'timeout' | 'skip') => {
    if (filter!.targets[step + 1]) return { filter: filter!, step: step + 1 };
    const place = plan.filters.indexOf(filter!);
    if (place < 0) return null;
    // "Tasks that skip a named filter still qualify for the default_filter"
    // (twilio.com/docs/taskrouter/worker-presence); those that timed out of one do not
    // (twilio.com/docs/taskrouter/workflow-configuration).
    const next = matchFilter(plan, task, place + 1) ?? (why === 'skip' ? plan.defaultFilter : null);
    return next && { filter: next, step: 0 };
  };

  const exitWorkflow = ({ task }: TaskRoute, type: 'workflow.skipped' | 'workflow.timeout') => {
    emitTaskEvent(type, task);
    tasks.update(task.sid, { assignmentStatus: 'canceled', reason: WORKFLOW_TIMEOUT });
  };

  /** New attributes can belong to another filter. @returns whether the task has gone there */
  const rematchFilter = (one: TaskRoute): boolean => {
    const filter = matchFilter(one.plan, one.task, 0) ?? one.plan.defaultFilter;
    if (filter === one.matchedFilter || filter === null) return false;
    one.matchedFilter = filter;
    enterStep(one, filter, 0, Date.now());
    return true;
  };

  /** Its attributes may have changed and its step's time may have passed while it was offered. */
  const resume = (one: TaskRoute) => {
    if (rematchFilter(one)) return;
    if (one.deadline !== null && one.deadline <= Date.now()) leaveStep(one, 'timeout', one.deadline);
  };

  const closeReservation = (reservation: Reservation, status: ReservationStatus) => {
    reservationTimers.get(reservation.sid)?.();
    reservationTimers.delete(reservation.sid);
    reservations.set(reservation, status);
    if (status !== 'accepted' && status !== 'wrapping') {
      workspace.workers.get(reservation.workerSid)!.idleSince = Date.now();
    }
  };

  const closeReservations = (
    task: Task,
    from: ReservationStatus[],
    to: ReservationStatus,
    type: TaskRouterEvent['type'],
  ) => {
    for (const reservation of reservations.forTask(task.sid, ...from)) {
      closeReservation(reservation, to);
      emitReservationEvent(type, reservation);
    }
  };

  /** Not accepted: the task waits again, unless another offer is open. */
  const returnToQueue = (taskSid: Sid) => {
    const { task } = routes.get(taskSid)!;
    if (task.assignmentStatus === 'reserved' && reservations.forTask(taskSid, 'pending').length === 0) {
      tasks.update(taskSid, { assignmentStatus: 'pending' });
    }
    assignTasks();
  };

  const expireReservation = (reservation: Reservation) => {
    if (reservation.status !== 'pending') return;
    closeReservation(reservation, 'timeout');
    emitReservationEvent('reservation.timeout', reservation);
    // OpenAPI taskrouter v1, timeout_activity_sid: the activity "assigned to a Worker when a Task reservation times
    // out".
    changeActivity(workspace.workers.get(reservation.workerSid)!, DEFAULT_ACTIVITY);
    returnToQueue(reservation.taskSid);
  };

  const changeActivity = (worker: Worker, nameOrSid: string) => {
    const activity = workspace.activity(nameOrSid);
    if (activity.sid === worker.activitySid) return;
    const now = Date.now();
    const previous = workspace.activities.get(worker.activitySid)!;
    const previousActivity = { activity: previous, milliseconds: now - worker.dateStatusChanged };
    worker.activitySid = activity.sid;
    worker.dateStatusChanged = now;
    worker.dateUpdated = now;
    worker.version += 1;
    emit({ type: 'worker.activity.update', worker, previousActivity });
  };

  const onAssigned = (task: Task) => {
    // Assigning an offered task assigns it to the worker who got the first offer.
    const [taker] = [...reservations.forTask(task.sid, 'accepted'), ...reservations.forTask(task.sid, 'pending')];
    if (taker?.status === 'pending') closeReservation(taker, 'accepted');
    closeReservations(task, ['pending'], 'rescinded', 'reservation.rescinded');
    if (taker) emitReservationEvent('reservation.accepted', taker);
  };

  const onStatus = (one: TaskRoute) => {
    const { task } = one;
    const status = task.assignmentStatus;
    if (status === 'pending') waiting.add(one);
    else waiting.delete(one);
    if (status === 'assigned') onAssigned(task);
    if (status === 'wrapping') {
      closeReservations(task, ['accepted'], 'wrapping', 'reservation.wrapup');
      emitTaskEvent('task.wrapup', task);
    }
    if (status === 'completed') {
      closeReservations(task, ['accepted', 'wrapping'], 'completed', 'reservation.completed');
      emitTaskEvent('task.completed', task);
    }
    if (status === 'canceled') {
      closeReservations(task, ['pending'], 'canceled', 'reservation.canceled');
      emitTaskEvent('task.canceled', task);
    }
    if (status === 'pending') {
      closeReservations(task, ['pending'], 'canceled', 'reservation.canceled');
      resume(one);
    }
    if (!isUnassigned(task)) {
      one.stopTimer();
      entering.delete(one);
    }
  };

  const onAttributes = (one: TaskRoute) => {
    emitTaskEvent('task.updated', one.task);
    // A task that is offered stays where it is; see `resume`.
    if (one.task.assignmentStatus === 'pending') rematchFilter(one);
  };

  const onCreated = (one: TaskRoute) => {
    const { task } = one;
    waiting.add(one);
    emitTaskEvent('task.created', task);
    emitTaskEvent('workflow.entered', task);
    if (one.filter === null) {
      queueMicrotask(() => {
        if (task.assignmentStatus === 'pending' && one.filter === null) exitWorkflow(one, 'workflow.timeout');
      });
      return;
    }
    emitStepEntered(one, '');
    armTimer(one);
    entering.add(one);
  };

  const onDeleted = (task: Task) => {
    closeReservations(task, ['pending', 'accepted', 'wrapping'], 'canceled', 'reservation.canceled');
    const one = routes.get(task.sid)!;
    one.stopTimer();
    waiting.delete(one);
    entering.delete(one);
    emitTaskEvent('task.deleted', task);
  };

  return {
    enterWorkflow(task, taskQueueSid) {
      const workflow = workspace.workflows.get(task.workflowSid)!;
      const plan =
        task.routingTarget === null
          ? workspace.routingPlan(workflow)
          : directPlan(taskQueueSid ?? workflow.taskQueueSid);
      const filter = matchFilter(plan, task, 0) ?? plan.defaultFilter;
      const one: TaskRoute = {
        task,
        sequence: sequence++,
        plan,
        matchedFilter: filter,
        filter: null,
        step: 0,
        deadline: null,
        stopTimer: () => {},
        lastStatus: task.assignmentStatus,
        lastAttributes: task.attributes,
        assignments: 0,
      };
      if (filter) Object.assign(task, applyStep(one, filter, 0, task.dateCreated));
      routes.set(task.sid, one);
    },
    attach(store) {
      tasks = store;
      tasks.subscribe((event, task) => {
        const one = routes.get(task.sid)!;
        if (event === 'created') onCreated(one);
        else if (event === 'deleted') onDeleted(task);
        else {
          const changed = {
            status: one.lastStatus !== task.assignmentStatus,
            attributes: one.lastAttributes !== task.attributes,
          };
          one.lastStatus = task.assignmentStatus;
          one.lastAttributes = task.attributes;
          if (changed.attributes) onAttributes(one);
          if (changed.status) onStatus(one);
        }
        scheduleRouting();
      });
    },
    assignWaiting: assignTasks,
    discard(task) {
      routes.get(task.sid)?.stopTimer();
      routes.delete(task.sid);
      reservations.discardForTask(task.sid);
    },
    accept(reservation) {
      requireStatus(reservation, ['pending'], 'accept');
      closeReservation(reservation, 'accepted');
      tasks.update(reservation.taskSid, { assignmentStatus: 'assigned' });
    },
    reject(reservation, activity) {
      requireStatus(reservation, ['pending'], 'reject');
      const next = activity === undefined ? undefined : workspace.activity(activity).sid;
      closeReservation(reservation, 'rejected');
      emitReservationEvent('reservation.rejected', reservation);
      if (next !== undefined) changeActivity(workspace.workers.get(reservation.workerSid)!, next);
      returnToQueue(reservation.taskSid);
    },
    setActivity(worker, nameOrSid) {
      changeActivity(worker, nameOrSid);
      assignTasks();
    },
    leadsTo(queueSid) {
      return [...routes.values()].some(
        ({ task, plan }) =>
          (isUnassigned(task) && queuesOf(plan).includes(queueSid)) || (isOpen(task) && task.taskQueueSid === queueSid),
      );
    },
    reevaluate(workflowSid) {
      const plan = workspace.routingPlan(workspace.workflows.get(workflowSid)!);
      // "Tasks in the reserved state cannot receive a Workflow update" (support article 36535203110043).
      const concerned = ({ task }: TaskRoute) => task.workflowSid === workflowSid && task.routingTarget === null;
      for (const one of [...waiting].filter(concerned)) {
        one.plan = plan;
        one.matchedFilter = matchFilter(plan, one.task, 0) ?? plan.defaultFilter;
        if (one.matchedFilter) enterStep(one, one.matchedFilter, 0, Date.now());
        else exitWorkflow(one, 'workflow.timeout');
      }
      assignTasks();
    },
  };
}

/** @throws TwilioError 400 for an act that comes too late or too early */
export function requireStatus({ sid, status }: Reservation, wanted: readonly ReservationStatus[], act: string): void {
  if (wanted.includes(status)) return;
  const names = wanted.join(' or ');
  throw new TwilioError(400, 20001, `Unable to ${act} reservation ${sid}: it is ${status}, not ${names}`);
}

/** The way of a task that is for one worker: one step, without end, in one queue. */
function directPlan(queueSid: Sid): RoutingPlan {
  const step: Target = { queueSid, expression: null, timeoutMs: null, priority: null, skipIf: null, orderBy: [] };
  return { filters: [], defaultFilter: { name: 'routing target', expression: null, targets: [step] } };
}

function currentTarget({ filter, step }: TaskRoute): Target | undefined {
  return filter?.targets[step];
}

/** Whether the task has not ended. */
export function isOpen({ assignmentStatus }: Task): boolean {
  return assignmentStatus !== 'completed' && assignmentStatus !== 'canceled';
}

function isUnassigned({ assignmentStatus }: Task): boolean {
  return assignmentStatus === 'pending' || assignmentStatus === 'reserved';
}

/** twilio.com/docs/taskrouter/time-of-day-routing, in UTC. */
function timeOfDayDocument(): Document {
  const now = new Date();
  const [hour, minute] = [now.getUTCHours(), now.getUTCMinutes()];
  return { currentTime: hour * 100 + minute, currentHour: hour, currentMin: minute, dayOfWeek: DAYS[now.getUTCDay()] };
}
