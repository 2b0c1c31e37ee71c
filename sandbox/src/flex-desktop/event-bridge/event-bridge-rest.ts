import { routeMatcher } from '../../rest/route';
import type { Reservation, Worker } from '../../taskrouter/types';
import { requireVersion } from '../../taskrouter/versions';
import { badRequest, notFound, TwilioError } from '../../world/twilio-error';
import type { Sid } from '../../world/types';
import type { SandboxWorld } from '../../world/world';
import { authenticate, type FlexUser } from '../authentication';
import type { AgentCalls } from '../calls/agent-calls';
import type { TaskRouterRest } from '../taskrouter-rest';
import {
  activityResource,
  openReservations,
  reservationResource,
  taskQueueResource,
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
  handle(body: string, ifMatch: string | undefined): unknown;
}

/** Answers Flex's TaskRouter requests: changes by the REST API's own routes, with the user's rights checked before. */
export function createEventBridgeRest(world: SandboxWorld, calls: AgentCalls, rest: TaskRouterRest): EventBridgeRest {
  const { taskRouter, tasks } = world;

  const authorizeWorkerAccess = (sid: string, { user: who, method }: BridgeRequest): Worker => {
    const worker = taskRouter.worker(sid);
    if (!worker) throw notFound(sid);
    if (method !== 'GET' && worker.sid !== who.worker.sid && !who.isSupervisor) {
      throw new TwilioError(403, 20403, `Worker ${who.worker.friendlyName} may not change worker ${sid}`);
    }
    return worker;
  };
  /** Has the REST API's own route do it. */
  const callRest = (path: string, form: Record<string, string>, { method, ifMatch, user: who }: BridgeRequest) => {
    const url = `/v1/Workspaces/${world.workspaceSid}/${path}`;
    const answer = rest({ method, path: url, form, ifMatch });
    if (!answer) throw notFound(url);
    const { body, log } = answer;
    if (log)
      world.eventLog.append({ source: 'twilio', ...log, text: `${who.worker.friendlyName} (Flex): ${log.text}` });
    return body as { sid: Sid };
  };

  const serveWorker = (sid: string, call: BridgeRequest) => {
    const worker = authorizeWorkerAccess(sid, call);
    if (call.method === 'POST') {
      const form = toForm(call.params, ['ActivitySid', 'Attributes', 'RejectPendingReservations']);
      // Flex sends it with every activity; TaskRouter accepts it only for those that are not available.
      const { ActivitySid } = form;
      if (ActivitySid === undefined || taskRouter.activity(ActivitySid).available) {
        delete form.RejectPendingReservations;
      }
      callRest(`Workers/${sid}`, form, call);
    }
    return workerResource(world, worker);
  };

  const serveTask = (sid: string, call: BridgeRequest) => {
    const task = tasks.get(sid);
    if (!task) throw notFound(sid);
    if (call.method === 'POST') {
      callRest(`Tasks/${sid}`, toForm(call.params, ['Attributes', 'AssignmentStatus', 'Reason']), call);
    }
    return taskResource(world, task);
  };

  /** StartOutboundCall: a task that only the calling agent may take. */
  const createTask = (call: BridgeRequest) => {
    const { TaskChannelUniqueName, ...form } = toForm(call.params, [
      ...['WorkflowSid', 'TaskQueueSid', 'RoutingTarget', 'IgnoreCapacity', 'TaskChannelUniqueName', 'Attributes'],
    ]);
    if (form.RoutingTarget === undefined) throw badRequest('The sandbox models outbound tasks with a RoutingTarget');
    authorizeWorkerAccess(form.RoutingTarget, call);
    const { sid } = callRest('Tasks', { TaskChannel: TaskChannelUniqueName ?? 'default', ...form }, call);
    return taskResource(world, tasks.get(sid)!);
  };

  const serveReservation = (reservation: Reservation | undefined, sid: string, call: BridgeRequest) => {
    const task = reservation && tasks.get(reservation.taskSid);
    if (!reservation || !task) throw notFound(sid);
    if (call.method === 'POST') {
      authorizeWorkerAccess(reservation.workerSid, call);
      const { Instruction, ...update } = call.params;
      if (Instruction === 'conference') {
        requireVersion(reservation, call.ifMatch);
        // The conference's own parameters (beep, record, region …) change nothing that can be heard here.
        calls.connect(reservation, task);
      } else if (Instruction !== undefined) {
        throw badRequest(`The sandbox does not model the instruction ${String(Instruction)}`);
      } else {
        const form = toForm(update, ['ReservationStatus', 'WorkerActivitySid']);
        callRest(`Workers/${reservation.workerSid}/Reservations/${sid}`, form, call);
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
  const queues = list(() => taskRouter.queues().map((one) => taskQueueResource(world, one)));
  const match = routeMatcher<BridgeRoute>([
    // Channels of the interaction behind a task. A call has none (docs/flex-protocols.md 4).
    { method: 'GET', path: '/v1/Interactions/{Sid}/Channels', handle: () => ({ channels: [] }) },
    { method: 'GET', path: `${WORKSPACE}/Activities`, handle: activities },
    { method: 'GET', path: `${WORKSPACE}/Workers`, handle: workers },
    { method: 'GET', path: `${WORKSPACE}/TaskQueues`, handle: queues },
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

  const route = (path: string, call: BridgeRequest): unknown => {
    const found = match(call.method, `/${path.replace(/^\/|\/$/g, '')}`);
    if (found.found === 'route' && (found.params.WorkspaceSid ?? world.workspaceSid) === world.workspaceSid) {
      return found.route.handle(found.params, call);
    }
    const text = `the sandbox does not model ${call.method} ${path} (event bridge)`;
    world.eventLog.append({ source: 'sandbox', level: 'warning', text, detail: call.params });
    throw notFound(path);
  };

  return {
    handle(body, ifMatch) {
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

/**
 * Parameters as a form of the REST API has them; attributes come as an object, or as text.
 * @throws TwilioError 400 for a parameter that is not one of `modeled`
 */
function toForm(params: Params, modeled: readonly string[]): Record<string, string> {
  const other = Object.keys(params).find((name) => !modeled.includes(name));
  if (other !== undefined) throw badRequest(`The sandbox does not model ${other}`);
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
