import { badRequest } from '../world/twilio-error';
import type { Task } from '../world/types';
import type { Reservation, TaskRouter, Worker } from './types';

/** The statuses that a client may set by an update; workers set the others by their reservations. */
const SETTABLE_STATUSES: readonly Task['assignmentStatus'][] = ['canceled', 'wrapping', 'completed'];

/**
 * The `AssignmentStatus` of a task's update.
 * @throws TwilioError 400 for a status that an update cannot set
 */
export function readAssignmentStatus(value: unknown): Task['assignmentStatus'] | undefined {
  if (value === undefined) return undefined;
  const status = SETTABLE_STATUSES.find((one) => one === value);
  if (status === undefined) {
    throw badRequest(`AssignmentStatus can be set to ${SETTABLE_STATUSES.join(', ')}, not to "${String(value)}"`);
  }
  return status;
}

/**
 * Applies the `ReservationStatus` of a reservation's update.
 * @param activity the worker's activity after a rejection
 * @throws TwilioError 400 for a status that an update cannot set, or that does not follow the present one
 */
export function updateReservation(
  taskRouter: TaskRouter,
  reservation: Reservation,
  status: unknown,
  activity?: string,
): void {
  if (status === 'accepted') taskRouter.accept(reservation);
  else if (status === 'rejected') taskRouter.reject(reservation, activity);
  else if (status === 'wrapping') taskRouter.wrapUp(reservation);
  else if (status === 'completed') taskRouter.complete(reservation);
  else {
    throw badRequest(
      `ReservationStatus can be set to accepted, rejected, wrapping or completed, not to "${String(status)}"`,
    );
  }
}

export interface WorkerUpdate {
  activitySid?: string;
  /** JSON text. */
  attributes?: string;
  friendlyName?: string;
  rejectPendingReservations?: boolean;
}

/** Applies a worker's update. @throws TwilioError 400 for an unknown activity or attributes that are not JSON */
export function updateWorker(taskRouter: TaskRouter, worker: Worker, update: WorkerUpdate): void {
  const { activitySid, attributes, friendlyName, rejectPendingReservations = false } = update;
  // Before anything is written: a refused update leaves the worker as it was.
  if (activitySid !== undefined) taskRouter.activity(activitySid);
  if (attributes !== undefined) taskRouter.setAttributes(worker, attributes);
  if (friendlyName !== undefined) taskRouter.rename(worker, friendlyName);
  if (activitySid !== undefined) taskRouter.setActivity(worker, activitySid, { rejectPendingReservations });
}
