import type { HistoryItem } from '@callback-and-voicemail/contract';
import type { HistoryRow } from '../ledger/history-row';
import type { OpenTasks, TaskHolder } from './open-tasks';

/** TaskRouter may list a new task a moment after it was created. */
const NEW_MS = 60_000;

/**
 * What the history says of a task: the row says what the product recorded, TaskRouter how the task stands now. Pure.
 * @param holder who has the task, where the row does not say
 * @param now milliseconds since 1970
 */
export function toTaskStatus(
  { id, receivedAt, task }: Pick<HistoryRow, 'id' | 'receivedAt' | 'task'>,
  { byVoicemailId, complete }: OpenTasks,
  holder: TaskHolder | undefined,
  now: number,
): HistoryItem['task'] {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  const recorded = { by: task.assignee, at: iso(task.at) };
  const taken =
    task.takenBy === undefined || task.takenAt === undefined
      ? {}
      : { takenFromEmail: { by: task.takenBy, at: iso(task.takenAt)! } };
  switch (task.state) {
    case 'pending':
    case 'none':
      return { state: task.state, ...taken };
    case 'lost':
      return { state: 'lost', at: recorded.at, loss: task.loss };
    case 'handled':
      return { state: 'handled', ...recorded };
    case 'created':
      break;
  }
  const open = byVoicemailId.get(id);
  switch (open?.status) {
    case 'pending':
      return { state: 'waiting', ...taken };
    case 'reserved':
      return { state: 'offered', ...taken };
    case 'assigned':
    case 'wrapping':
      return {
        state: 'taken',
        by: task.assignee ?? holder?.worker,
        at: recorded.at ?? iso(holder?.since),
        ...taken,
      };
    default:
      if (complete && receivedAt < now - NEW_MS) return { state: 'ended' };
      return task.assignee === undefined ? { state: 'waiting', ...taken } : { state: 'taken', ...recorded, ...taken };
  }
}
