import { readCallSid } from '../../taskrouter/task-rules';
import type { Reservation } from '../../taskrouter/types';
import { updateReservation } from '../../taskrouter/updates';
import { requireVersion, versionEtag } from '../../taskrouter/versions';
import { badRequest } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { Order } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { listRoute, orNotFound, requireWorkspace, WORKSPACE, workspaceUrl } from './listing';

const TASK_RESERVATIONS = `${WORKSPACE}/Tasks/{TaskSid}/Reservations`;
const WORKER_RESERVATIONS = `${WORKSPACE}/Workers/{WorkerSid}/Reservations`;
const OLDEST_FIRST: Order<Reservation> = { rank: ({ dateCreated, sid }) => [dateCreated, sid] };
/** What a request may carry; the parameters of the instructions (dequeue, conference, call, redirect) are not. */
const MODELED = ['ReservationStatus', 'WorkerActivitySid'];

/** Reservations, under the task and under the worker they belong to. */
export function reservationRoutes(world: World): Route[] {
  const { taskRouter } = world;
  const url = workspaceUrl(world);
  const json = (reservation: Reservation, of: string) => ({
    account_sid: world.account.accountSid,
    workspace_sid: world.workspaceSid,
    sid: reservation.sid,
    reservation_status: reservation.status,
    task_sid: reservation.taskSid,
    worker_sid: reservation.workerSid,
    worker_name: taskRouter.worker(reservation.workerSid)!.friendlyName,
    date_created: isoDate(reservation.dateCreated),
    date_updated: isoDate(reservation.dateUpdated),
    url: `${url}/${of}/Reservations/${reservation.sid}`,
    links: {
      workspace: url,
      task: `${url}/Tasks/${reservation.taskSid}`,
      worker: `${url}/Workers/${reservation.workerSid}`,
    },
  });

  const routesUnder = (path: string, owner: (request: RestRequest) => { of: string; all: Reservation[] }): Route[] => {
    const find = (request: RestRequest) => {
      requireWorkspace(world, request);
      const { of, all } = owner(request);
      const reservation = all.find(({ sid }) => sid === request.params.Sid);
      return { of, reservation: orNotFound(reservation, request) };
    };
    const show = ({ of, reservation }: ReturnType<typeof find>, eventLog?: RestResponse['log']): RestResponse => ({
      status: 200,
      headers: { ETag: versionEtag(reservation) },
      body: json(reservation, of),
      ...(eventLog ? { log: eventLog } : {}),
    });
    const list = listRoute(
      world,
      path,
      'reservations',
      (request) => {
        const status = request.fields.text('ReservationStatus');
        const workerSid = request.fields.text('WorkerSid');
        return owner(request).all.filter(
          (one) =>
            (status === undefined || one.status === status) && (workerSid === undefined || one.workerSid === workerSid),
        );
      },
      OLDEST_FIRST,
      (reservation) =>
        json(
          reservation,
          path.includes('{TaskSid}') ? `Tasks/${reservation.taskSid}` : `Workers/${reservation.workerSid}`,
        ),
    );
    return [
      list,
      { method: 'GET', path: `${path}/{Sid}`, handle: (request) => show(find(request)) },
      {
        method: 'POST',
        path: `${path}/{Sid}`,
        handle(request) {
          const found = find(request);
          const { reservation } = found;
          update(request, reservation);
          const task = world.tasks.get(reservation.taskSid);
          return show(found, {
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
    ...routesUnder(TASK_RESERVATIONS, (request) => {
      const task = orNotFound(world.tasks.get(request.params.TaskSid!), request);
      return { of: `Tasks/${task.sid}`, all: taskRouter.reservations({ task }) };
    }),
    ...routesUnder(WORKER_RESERVATIONS, (request) => {
      const worker = orNotFound(taskRouter.worker(request.params.WorkerSid!), request);
      return { of: `Workers/${worker.sid}`, all: taskRouter.reservations({ worker }) };
    }),
  ];
}
