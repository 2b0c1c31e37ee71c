import { routeMatcher } from '../../rest/route';
import { parseAttributes } from '../../taskrouter/task-rules';
import type { Reservation, TaskQueue, Worker } from '../../taskrouter/types';
import { readAssignmentStatus, updateReservation, updateWorker } from '../../taskrouter/updates';
import { requireVersion } from '../../taskrouter/versions';
import { badRequest, notFound, TwilioError } from '../../world/twilio-error';
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

interface BridgeRoute {
  method: 'GET' | 'POST';
  path: string;
  /** @param variables those of the path */
  handle(variables: Record<string, string | undefined>, call: BridgeRequest): unknown;
}
/** Flex writes it without a version. */
const WORKSPACE = '/Workspaces/{WorkspaceSid}';

export interface EventBridgeRest {
  /**
   * Answers `POST https://event-bridge.twilio.com/v1/wschannels`: a REST request in the body (docs/flex-protocols.md
   * 4).
   * @param ifMatch its `If-Match` header
   * @returns the `payload`
   * @throws TwilioError
   */
  handle(body: string, ifMatch: string | undefined): Promise<unknown>;
}

/** Answers Flex's TaskRouter requests from the account's own TaskRouter, with the rules of the REST routes. */
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
      updateWorker(taskRouter, worker, {
        activitySid: activity?.sid,
        attributes: Attributes === undefined ? undefined : attributesText(Attributes),
        // Flex sends it with every activity; TaskRouter accepts it only for those that are not available.
        rejectPendingReservations: RejectPendingReservations === true && activity?.available === false,
      });
    }
    return workerResource(world, worker);
  };

  const serveTask = (sid: string, call: BridgeRequest) => {
    const task = tasks.get(sid);
    if (!task) throw notFound(sid);
    if (call.method === 'POST') {
      const { Attributes, AssignmentStatus, Reason, ...other } = call.params;
      rejectUnmodeled(other);
      const status = readAssignmentStatus(AssignmentStatus);
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
        updateReservation(taskRouter, reservation, ReservationStatus, activity);
      }
    }
    return reservationResource(world, reservation, task);
  };

  const serveReservationOf = (owner: 'worker' | 'task'): BridgeRoute['handle'] => {
    const ownerSid = owner === 'worker' ? 'workerSid' : 'taskSid';
    return ({ Sid: sid = '', OwnerSid }, call) => {
      const found = taskRouter.reservation(sid);
      return serveReservation(found?.[ownerSid] === OwnerSid ? found : undefined, sid, call);
    };
  };
  const list = (items: () => unknown[]): BridgeRoute['handle'] => {
    return () => toListResource(items());
  };
  const listOfWorker = (items: (worker: Worker) => unknown[]): BridgeRoute['handle'] => {
    return ({ Sid = '' }, call) => toListResource(items(authorizeWorkerAccess(Sid, call)));
  };
  const reservationsOf = (worker: Worker) =>
    openReservations(world, worker.sid).map((one) => reservationResource(world, one, tasks.get(one.taskSid)!));
  const getAndPost = (path: string, handle: BridgeRoute['handle']): BridgeRoute[] => [
    { method: 'GET', path, handle },
    { method: 'POST', path, handle },
  ];

  const activities = list(() => taskRouter.activities().map((one) => activityResource(world, one)));
  const workers = list(() => taskRouter.workers().map((one) => workerResource(world, one)));
  const match = routeMatcher<BridgeRoute>([
    // Channels of the interaction behind a task. A call has none (docs/flex-protocols.md 4).
    { method: 'GET', path: '/v1/Interactions/{Sid}/Channels', handle: () => ({ channels: [] }) },
    { method: 'GET', path: `${WORKSPACE}/Activities`, handle: activities },
    { method: 'GET', path: `${WORKSPACE}/Workers`, handle: workers },
    { method: 'GET', path: `${WORKSPACE}/TaskQueues`, handle: list(() => taskRouter.queues().map(queueResource)) },
    ...getAndPost(`${WORKSPACE}/Workers/{Sid}`, ({ Sid = '' }, call) => serveWorker(Sid, call)),
    {
      method: 'GET',
      path: `${WORKSPACE}/Workers/{Sid}/WorkerChannels`,
      handle: listOfWorker((worker) => workerChannelResources(world, worker)),
    },
    { method: 'GET', path: `${WORKSPACE}/Workers/{Sid}/Reservations`, handle: listOfWorker(reservationsOf) },
    ...getAndPost(`${WORKSPACE}/Workers/{OwnerSid}/Reservations/{Sid}`, serveReservationOf('worker')),
    ...getAndPost(`${WORKSPACE}/Tasks/{OwnerSid}/Reservations/{Sid}`, serveReservationOf('task')),
    ...getAndPost(`${WORKSPACE}/Tasks/{Sid}`, ({ Sid = '' }, call) => serveTask(Sid, call)),
    { method: 'POST', path: `${WORKSPACE}/Tasks`, handle: (_params, call) => createTask(call) },
  ]);

  const route = async (path: string, call: BridgeRequest): Promise<unknown> => {
    const found = match(call.method, `/${path.replace(/^\/|\/$/g, '')}`);
    if (found.found === 'route' && (found.params.WorkspaceSid ?? world.workspaceSid) === world.workspaceSid) {
      return found.route.handle(found.params, call);
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
  }: TaskQueue) => ({
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
