import { readCallSid } from '../../taskrouter/task-rules';
import type { Reservation } from '../../taskrouter/types';
import { updateReservation } from '../../taskrouter/updates';
import { requireVersion, versionEtag } from '../../taskrouter/versions';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { Order } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { listRoute, orNotFound, requireWorkspace, WORKSPACE } from './listing';
import { reservationJson } from './resource-json';

const TASK_RESERVATIONS = `${WORKSPACE}/Tasks/{TaskSid}/Reservations`;
const WORKER_RESERVATIONS = `${WORKSPACE}/Workers/{WorkerSid}/Reservations`;
const OLDEST_FIRST: Order<Reservation> = { rank: ({ dateCreated, sid }) => [dateCreated, sid] };
/** What a request may carry; the parameters of the instructions (dequeue, conference, call, redirect) are not. */
const MODELED = ['ReservationStatus', 'WorkerActivitySid'];

/** Reservations, under the task and under the worker they belong to. */
export function reservationRoutes(world: World): Route[] {
  const { taskRouter } = world;

  const routesUnder = (
    path: string,
    owner: 'task' | 'worker',
    reservationsOf: (request: RestRequest) => Reservation[],
  ): Route[] => {
    const json = (reservation: Reservation) => reservationJson(world, reservation, owner);
    const find = (request: RestRequest): Reservation => {
      requireWorkspace(world, request);
      return orNotFound(
        reservationsOf(request).find(({ sid }) => sid === request.params.Sid),
        request,
      );
    };
    const show = (reservation: Reservation, eventLog?: RestResponse['log']): RestResponse => ({
      status: 200,
      headers: { ETag: versionEtag(reservation) },
      body: json(reservation),
      ...(eventLog ? { log: eventLog } : {}),
    });
    const list = listRoute(
      world,
      path,
      'reservations',
      (request) => {
        const status = request.fields.text('ReservationStatus');
        const workerSid = request.fields.text('WorkerSid');
        return reservationsOf(request).filter(
          (one) =>
            (status === undefined || one.status === status) && (workerSid === undefined || one.workerSid === workerSid),
        );
      },
      OLDEST_FIRST,
      json,
    );
    return [
      list,
      { method: 'GET', path: `${path}/{Sid}`, handle: (request) => show(find(request)) },
      {
        method: 'POST',
        path: `${path}/{Sid}`,
        handle(request) {
          const reservation = find(request);
          update(request, reservation);
          const task = world.tasks.get(reservation.taskSid);
          return show(reservation, {
            text: `reservation ${reservation.sid} ${reservation.status}`,
            callSid: task && readCallSid(task),
          });
        },
      },
    ];
  };

  const update = ({ fields, ifMatch }: RestRequest, reservation: Reservation): void => {
    const other = fields.names().find((name) => !MODELED.includes(name));
    if (other !== undefined) throw badRequest(`The sandbox does not model ${other}`);
    requireVersion(reservation, ifMatch);
    const status = fields.text('ReservationStatus');
    const activity = fields.text('WorkerActivitySid');
    // OpenAPI taskrouter v1: "The new worker activity SID if rejecting a reservation".
    if (activity !== undefined && status !== 'rejected') throw badRequest('WorkerActivitySid is for a rejection');
    updateReservation(taskRouter, reservation, status, activity);
  };

  return [
    ...routesUnder(TASK_RESERVATIONS, 'task', (request) =>
      taskRouter.reservations({ task: orNotFound(world.tasks.get(request.params.TaskSid!), request) }),
    ),
    ...routesUnder(WORKER_RESERVATIONS, 'worker', (request) =>
      taskRouter.reservations({ worker: orNotFound(taskRouter.worker(request.params.WorkerSid!), request) }),
    ),
  ];
}
