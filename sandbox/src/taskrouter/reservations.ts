import type { Sid } from '../world/types';
import type { Reservation, ReservationStatus } from './types';

/** A worker's capacity is taken from the offer to the last note. */
const OPEN = new Set<ReservationStatus>(['pending', 'accepted', 'wrapping']);

/** Reservations by task and by worker; who moves them is the routing. */
export interface Reservations {
  create(taskSid: Sid, workerSid: Sid): Reservation;
  get(sid: Sid): Reservation | undefined;
  all(): Reservation[];
  forTask(taskSid: Sid, ...statuses: ReservationStatus[]): Reservation[];
  /** Those that take up the worker's capacity. */
  openForWorker(workerSid: Sid): readonly Reservation[];
  set(reservation: Reservation, status: ReservationStatus): void;
  discardForTask(taskSid: Sid): void;
}

/** See `Reservations`. */
export function createReservations(newSid: (prefix: string) => Sid): Reservations {
  const bySid = new Map<Sid, Reservation>();
  const byTask = new Map<Sid, Reservation[]>();
  const open = new Map<Sid, Reservation[]>();
  const close = ({ sid, workerSid }: Reservation) => {
    const left = (open.get(workerSid) ?? []).filter((other) => other.sid !== sid);
    open.set(workerSid, left);
  };
  return {
    create(taskSid, workerSid) {
      const now = Date.now();
      const reservation: Reservation = {
        sid: newSid('WR'),
        taskSid,
        workerSid,
        status: 'pending',
        dateCreated: now,
        dateUpdated: now,
        version: 0,
      };
      bySid.set(reservation.sid, reservation);
      byTask.set(taskSid, [...(byTask.get(taskSid) ?? []), reservation]);
      open.set(workerSid, [...(open.get(workerSid) ?? []), reservation]);
      return reservation;
    },
    get: (sid) => bySid.get(sid),
    all: () => [...bySid.values()],
    forTask: (taskSid, ...statuses) =>
      (byTask.get(taskSid) ?? []).filter(({ status }) => statuses.length === 0 || statuses.includes(status)),
    openForWorker: (workerSid) => open.get(workerSid) ?? [],
    set(reservation, status) {
      reservation.status = status;
      reservation.dateUpdated = Date.now();
      reservation.version += 1;
      if (!OPEN.has(status)) close(reservation);
    },
    discardForTask(taskSid) {
      for (const reservation of byTask.get(taskSid) ?? []) {
        bySid.delete(reservation.sid);
        close(reservation);
      }
      byTask.delete(taskSid);
    },
  };
}
