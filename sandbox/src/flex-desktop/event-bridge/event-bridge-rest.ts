import { parseAttributes } from '../../taskrouter/task-rules';
import type { Reservation, Worker } from '../../taskrouter/types';
import { badRequest, notFound, TwilioError } from '../../world/twilio-error';
import type { Task } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import { authenticate, type FlexUser } from '../authentication';
import type { AgentCalls } from '../calls/agent-calls';
import {
  activityResource,
  openReservations,
  reservationResource,
  taskResource,
  workerChannelResources,
  workerResource,
} from './resources';

type Params = Record<string, unknown>;
interface BridgeRequest {
  method: 'GET' | 'POST';
  params: Params;
  ifMatch: string | undefined;
  user: FlexUser;
}

export interface EventBridgeRest {
  /**
   * Answers `POST https://event-bridge.twilio.com/v1/wschannels`: a REST request in the body (docs/flex-protocols.md 4).
   * @param ifMatch its `If-Match` header
   * @returns the `payload`
   * @throws TwilioError
   */
  handle(body: string, ifMatch: string | undefined): Promise<unknown>;
}

/** What Flex asks of TaskRouter, done to the one store everybody else sees. */
export function createEventBridgeRest(world: SandboxWorld, calls: AgentCalls): EventBridgeRest {
  const { taskRouter, tasks } = world;

  const authorizeWorkerAccess = (sid: string, { user: who, method }: BridgeRequest): Worker => {
    const worker = taskRouter.worker(sid);
    if (!worker) throw notFound(sid);
    if (method !== 'GET' && worker.sid !== who.worker.sid && !who.isSupervisor) {
      throw new TwilioError(403, 20403, `Worker ${who.worker.friendlyName} may not change worker ${sid}`);
    }
    return worker;
  };
  const log = ({ user: who }: BridgeRequest, text: string) =>
    world.eventLog.append({ source: 'twilio', text: `${who.worker.friendlyName} (Flex): ${text}` });

  const serveWorker = (sid: string, call: BridgeRequest) => {
    const worker = authorizeWorkerAccess(sid, call);
    if (call.method === 'POST') {
      const { ActivitySid, Attributes, RejectPendingReservations, ...other } = call.params;
      rejectUnmodeled(other);
      requireVersion(worker, call.ifMatch);
      const activity = ActivitySid === undefined ? undefined : taskRouter.activity(String(ActivitySid));
      if (Attributes !== undefined) taskRouter.setAttributes(worker, attributesText(Attributes));
      if (activity) {
        // Flex sends it with every activity; TaskRouter takes it for those that are not available.
        const rejectPendingReservations = RejectPendingReservations === true && !activity.available;
        taskRouter.setActivity(worker, activity.sid, { rejectPendingReservations });
      }
    }
    return workerResource(world, worker);
  };

  const serveTask = (sid: string, call: BridgeRequest) => {
    const task = tasks.get(sid);
    if (!task) throw notFound(sid);
    if (call.method === 'POST') {
      const { Attributes, AssignmentStatus, Reason, ...other } = call.params;
      rejectUnmodeled(other);
      const status = AssignmentStatus as Task['assignmentStatus'] | undefined;
      if (status !== undefined && !['completed', 'wrapping', 'canceled'].includes(status)) {
        throw badRequest(`AssignmentStatus can be set to completed, wrapping or canceled, not to "${String(status)}"`);
      }
      const change = {
        ...(Attributes === undefined ? {} : { attributes: attributesText(Attributes) }),
        ...(status === undefined ? {} : { assignmentStatus: status }),
        ...(typeof Reason === 'string' ? { reason: Reason } : {}),
      };
      tasks.update(sid, change, call.ifMatch);
      log(call, `task ${sid} changed: ${Object.keys(change).join(', ')}`);
    }
    return taskResource(world, task);
  };

  /** StartOutboundCall: a task that only the calling agent may take. */
  const createTask = (call: BridgeRequest) => {
    const { WorkflowSid, TaskQueueSid, RoutingTarget, TaskChannelUniqueName, TaskChannelSid, Attributes, ...other } =
      call.params;
    rejectUnmodeled(other);
    if (TaskChannelSid !== undefined) throw badRequest('The sandbox does not model TaskChannelSid here');
    if (typeof RoutingTarget !== 'string') throw badRequest('The sandbox models outbound tasks with a RoutingTarget');
    const worker = authorizeWorkerAccess(RoutingTarget, call);
    if (typeof TaskQueueSid !== 'string' || !taskRouter.queue(TaskQueueSid)) {
      throw badRequest(`TaskQueue ${String(TaskQueueSid)} does not exist`);
    }
    const attributes = attributesText(Attributes ?? {});
    const task = tasks.create({
      workflowSid: String(WorkflowSid),
      taskChannel: String(TaskChannelUniqueName ?? 'default'),
      attributes,
      routingTarget: worker.sid,
      taskQueueSid: TaskQueueSid,
    });
    const { outbound_to: to } = parseAttributes(attributes);
    log(call, `task ${task.sid} created for an outbound call to ${String(to)}`);
    return taskResource(world, task);
  };

  const serveReservation = async (reservation: Reservation | undefined, sid: string, call: BridgeRequest) => {
    const task = reservation && tasks.get(reservation.taskSid);
    if (!reservation || !task) throw notFound(sid);
    if (call.method === 'POST') {
      authorizeWorkerAccess(reservation.workerSid, call);
      requireVersion(reservation, call.ifMatch);
      const { ReservationStatus, Instruction, WorkerActivitySid, ...other } = call.params;
      if (Instruction === 'conference') {
        // The conference's own parameters (beep, record, region …) change nothing that can be heard here.
        calls.connect(reservation, task);
      } else if (Instruction !== undefined) {
        throw badRequest(`The sandbox does not model the instruction ${String(Instruction)}`);
      } else {
        rejectUnmodeled(other);
        const activity = typeof WorkerActivitySid === 'string' ? WorkerActivitySid : undefined;
        if (ReservationStatus === 'accepted') taskRouter.accept(reservation);
        else if (ReservationStatus === 'rejected') taskRouter.reject(reservation, activity);
        else if (ReservationStatus === 'wrapping') taskRouter.wrapUp(reservation);
        else if (ReservationStatus === 'completed') taskRouter.complete(reservation);
        else throw badRequest(`ReservationStatus "${String(ReservationStatus)}" is not valid here`);
      }
    }
    return reservationResource(world, reservation, task);
  };

  const route = async (path: string, call: BridgeRequest): Promise<unknown> => {
    // Of the interaction behind a task: calls have none, so there are no channels (docs/flex-protocols.md 4).
    if (/^v1\/Interactions\/KD\w+\/Channels$/.test(path) && call.method === 'GET') return { channels: [] };
    const [workspaces, workspaceSid, ...rest] = path.replace(/^\/|\/$/g, '').split('/');
    const [kind, sid, list, member] = rest;
    const depth = rest.length;
    if (workspaces === 'Workspaces' && workspaceSid === world.workspaceSid) {
      const get = call.method === 'GET';
      if (kind === 'Activities' && depth === 1 && get) {
        return toListResource(taskRouter.activities().map((one) => activityResource(world, one)));
      }
      if (kind === 'Workers' && depth === 1 && get) {
        return toListResource(taskRouter.workers().map((one) => workerResource(world, one)));
      }
      if (kind === 'TaskQueues' && depth === 1 && get) return toListResource(taskRouter.queues().map(queueResource));
      if (kind === 'Workers' && depth === 2) return serveWorker(sid!, call);
      if (kind === 'Workers' && list === 'WorkerChannels' && depth === 3 && get) {
        return toListResource(workerChannelResources(world, authorizeWorkerAccess(sid!, call)));
      }
      if (kind === 'Workers' && list === 'Reservations' && depth === 3 && get) {
        const open = openReservations(world, authorizeWorkerAccess(sid!, call).sid);
        return toListResource(open.map((one) => reservationResource(world, one, tasks.get(one.taskSid)!)));
      }
      if ((kind === 'Workers' || kind === 'Tasks') && list === 'Reservations' && depth === 4) {
        const found = taskRouter.reservation(member!);
        const owner = kind === 'Workers' ? found?.workerSid : found?.taskSid;
        return serveReservation(owner === sid ? found : undefined, member!, call);
      }
      if (kind === 'Tasks' && depth === 2) return serveTask(sid!, call);
      if (kind === 'Tasks' && depth === 1 && !get) return createTask(call);
    }
    const text = `the sandbox does not model ${call.method} ${path} (event bridge)`;
    world.eventLog.append({ source: 'sandbox', level: 'warning', text, detail: call.params });
    throw notFound(path);
  };

  const queueResource = ({
    sid,
    friendlyName,
    targetWorkers,
    taskOrder,
    maxReservedWorkers,
    dateCreated,
  }: {
    sid: string;
    friendlyName: string;
    targetWorkers: string;
    taskOrder: string;
    maxReservedWorkers: number;
    dateCreated: number;
  }) => ({
    sid,
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
    friendly_name: friendlyName,
    target_workers: targetWorkers,
    max_reserved_workers: maxReservedWorkers,
    task_order: taskOrder,
    lifo_queue: taskOrder === 'LIFO',
    reservation_activity_sid: null,
    reservation_activity_name: null,
    assignment_activity_sid: null,
    assignment_activity_name: null,
    date_created: Math.floor(dateCreated / 1000),
    date_updated: Math.floor(dateCreated / 1000),
  });

  return {
    async handle(body, ifMatch) {
      let request: { url?: unknown; method?: unknown; params?: unknown; token?: unknown };
      try {
        request = JSON.parse(body);
      } catch {
        throw badRequest('The body is not valid JSON');
      }
      const { url, method, params = {}, token } = request;
      if (typeof url !== 'string' || (method !== 'GET' && method !== 'POST'))
        throw badRequest('url and method are required');
      const who = authenticate(world, typeof token === 'string' ? token : undefined);
      return route(url, { method, params: params as Params, ifMatch, user: who });
    },
  };
}

function toListResource(contents: unknown[]): { contents: unknown[]; after_sid: null } {
  return { contents, after_sid: null };
}

/** Attributes come as an object, or as text. */
function attributesText(attributes: unknown): string {
  return typeof attributes === 'string' ? attributes : JSON.stringify(attributes);
}

/** @throws TwilioError 400 for a parameter nothing here looks at */
function rejectUnmodeled(params: Params): void {
  const [name] = Object.keys(params);
  if (name !== undefined) throw badRequest(`The sandbox does not model ${name}`);
}

/** @throws TwilioError 412 */
function requireVersion({ sid, version }: { sid: string; version: number }, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch.replace(/^(W\/)?"|"$/g, '') === String(version)) return;
  throw new TwilioError(412, 20412, `${sid} has changed since it was read: its version is not ${ifMatch}`);
}
