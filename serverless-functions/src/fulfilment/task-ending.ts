import type { TaskLoss } from '@callback-and-voicemail/contract';
import type { Reservation, Task, TaskEvent } from '../twilio/taskrouter';

/** How a task ended. Pure. Times are milliseconds since 1970. */
export type TaskEnding =
  /** `workerSid` and `workerName` are those of the worker who had it, where that is known. */
  | { result: 'handled'; at: number; workerSid?: string; workerName?: string }
  | { result: 'lost'; loss: TaskLoss; at: number; reason?: string };

/** A task's lifetime as the entry knows it, to tell its end from that of a workflow's step. */
export interface TaskLifetime {
  createdAt: number;
  lifetimeSeconds: number;
}

/** The reason on a task that was canceled because a recipient of the email had handled it. */
export const HANDLED_FROM_EMAIL_REASON = 'Handled from the email';

/** Clocks of Twilio and ours may differ, and TaskRouter may be late. */
const TOLERANCE_MS = 60_000;
/** "Task canceled on Workflow timeout": no step is left. Public reports of live accounts show these words. */
const WORKFLOW_REASON = /workflow/i;
/** "Task TTL Exceeded" (OpenAPI taskrouter v1, CreateTask.Timeout). */
const TTL_REASON = /TTL/i;
/** twilio.com/docs/taskrouter/limits: "Max Assignment Count". TaskRouter may name it together with the TTL. */
const ASSIGNMENT_REASON = /assignment/i;

/** Losses that another task may make good: nobody wanted this one to end. */
const REPLACEABLE: ReadonlySet<TaskLoss> = new Set(['workflow', 'assignments']);

/** True when a new task may take the place of the lost one without a person. */
export function isReplaceable(loss: TaskLoss): boolean {
  return REPLACEABLE.has(loss);
}

/**
 * What TaskRouter's reason for a cancellation means. Any other reason was written by a person or a program.
 * @param at when the task was canceled; undefined when that is not known
 */
export function readCancellation(reason: string, at: number, { createdAt, lifetimeSeconds }: TaskLifetime): TaskLoss {
  const isLifetimeOver = at >= createdAt + lifetimeSeconds * 1_000 - TOLERANCE_MS;
  if (TTL_REASON.test(reason) && isLifetimeOver) return 'expired';
  if (ASSIGNMENT_REASON.test(reason)) return 'assignments';
  if (TTL_REASON.test(reason)) return 'expired';
  return WORKFLOW_REASON.test(reason) ? 'workflow' : 'canceled';
}

/**
 * How a task ended that TaskRouter still has: it keeps an ended task for about five minutes.
 * @param reservations the task's, the oldest first
 * @returns undefined for a task that has not ended
 */
export function readEndedTask(
  task: Pick<Task, 'status' | 'reason' | 'updatedAt'>,
  reservations: readonly Reservation[],
  lifetime: TaskLifetime,
): TaskEnding | undefined {
  if (task.status === 'completed') {
    const holder = reservations.filter(({ status }) => status === 'completed' || status === 'wrapping').at(-1);
    return { result: 'handled', at: task.updatedAt, workerSid: holder?.workerSid, workerName: holder?.workerName };
  }
  if (task.status !== 'canceled') return undefined;
  const loss = readCancellation(task.reason, task.updatedAt, lifetime);
  return { result: 'lost', loss, at: task.updatedAt, reason: task.reason || undefined };
}

/**
 * How a task ended that TaskRouter has forgotten, by its events.
 * @param events the oldest first
 * @returns undefined when they do not say
 */
export function readEndingEvents(events: readonly TaskEvent[], lifetime: TaskLifetime): TaskEnding | undefined {
  const last = (type: TaskEvent['type']) => events.filter((event) => event.type === type).at(-1);
  const completed = last('task.completed');
  if (completed !== undefined) {
    const { workerSid, workerName } = last('reservation.accepted') ?? {};
    return { result: 'handled', at: completed.at, workerSid, workerName };
  }
  const canceled = last('task.canceled');
  if (canceled !== undefined) {
    const { at, reason } = canceled;
    return { result: 'lost', loss: readCancellation(reason, at, lifetime), at, reason: reason || undefined };
  }
  const deleted = last('task.deleted');
  return deleted && { result: 'lost', loss: 'deleted', at: deleted.at };
}
