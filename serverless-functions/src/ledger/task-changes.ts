import {
  type EmailState,
  isPromised,
  type LedgerEntry,
  numberToCall,
  type RecordingState,
  type TaskIn,
  WITHDRAWN_TASK_REASON,
} from './entry';
import type { Change, EntryIn } from './entry-in';
import type { EventOf } from './events';
import { freeForAll } from './inbox-changes';
import {
  backoff,
  creationUncertainUntil,
  isLeased,
  LATE_EXECUTION_MS,
  newLease,
  taskLifetimeSeconds,
} from './schedule';

/** What events change in an entry's task and booking. Pure; `transitions.ts` says in which states each applies. */

export const RETRY_WITHDRAWAL_MS = 60_000;
/** Longer than the invocation lives that changed the number. */
export const NUMBER_SYNC_DELAY_MS = 15_000;
/** Enough to tell a previous task from the current one while TaskRouter remembers both: five minutes after its end. */
const MAX_PREVIOUS_SIDS = 10;

/** The fields that a task has in every state. */
export function taskFieldsOf({ type, attempts, runAt, previousSids, replacedAt, wantedSince }: LedgerEntry['task']) {
  return { type, attempts, runAt, previousSids, replacedAt, wantedSince };
}

/** What a new task in the place of the current one begins with. */
function replacement({ task }: LedgerEntry, now: number) {
  const previousSids = [...(task.previousSids ?? []), ...(task.state !== 'pending' && task.sid ? [task.sid] : [])];
  return {
    type: task.type,
    state: 'pending' as const,
    runAt: now,
    previousSids: previousSids.slice(-MAX_PREVIOUS_SIDS),
    wantedSince: now,
  };
}

export function noTask({ task }: LedgerEntry, reason?: string): TaskIn<'none'> {
  return { ...taskFieldsOf(task), state: 'none', sid: task.state === 'pending' ? undefined : task.sid, reason };
}

export function callbackTask({ task }: LedgerEntry, now: number): TaskIn<'pending'> {
  return { ...taskFieldsOf(task), state: 'pending', type: 'callback', runAt: now };
}

export function createdTask(
  { task }: EntryIn<RecordingState, 'pending', EmailState>,
  sid: string,
  now: number,
): TaskIn<'created'> {
  return { ...taskFieldsOf(task), state: 'created', sid, createdAt: now, numberSyncDueAt: task.numberSyncDueAt };
}

/** What was confirmed at one number says nothing of another. */
export function callBackAt(entry: LedgerEntry, number: string): Pick<LedgerEntry, 'numberToCall' | 'confirmation'> {
  return {
    numberToCall: number === entry.from ? undefined : number,
    confirmation: number === numberToCall(entry) ? entry.confirmation : undefined,
  };
}

/** The first booking of an entry, and each later one: until it is confirmed or withdrawn no one else creates its task. */
export function claimBooking(
  entry: LedgerEntry,
  { owner, number }: EventOf<'booking-claimed'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (isPromised(entry) || isLeased(entry, now)) return undefined;
  return {
    ...(number === undefined ? {} : callBackAt(entry, number)),
    booking: true,
    dequeued: undefined,
    task: {
      ...taskFieldsOf(task),
      state: 'pending',
      attempts: task.attempts + 1,
      lease: newLease(owner, now),
      // The earlier attempt's request may be on its way: until that is settled the task is only looked for.
      creationUncertainUntil: creationUncertainUntil(entry, now),
    },
  };
}

export function confirmBooking(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { taskSid }: EventOf<'booking-confirmed'>,
  now: number,
): Change {
  const { task } = entry;
  return {
    booking: undefined,
    dequeued: true,
    task:
      taskSid === undefined
        ? { ...task, lease: undefined, runAt: task.creationUncertainUntil ?? now }
        : createdTask(entry, taskSid, now),
  };
}

export function withdrawCallback(
  entry: EntryIn<RecordingState, 'pending' | 'withdrawing', EmailState>,
  { task: known }: EventOf<'callback-withdrawn'>,
  now: number,
): Change {
  const { task } = entry;
  if (known === 'not-created') return { booking: undefined, task: noTask(entry, WITHDRAWN_TASK_REASON) };
  const isCertain = known !== 'uncertain';
  const previousSid = task.state === 'withdrawing' ? task.sid : undefined;
  return {
    booking: undefined,
    task: {
      ...taskFieldsOf(task),
      state: 'withdrawing',
      sid: isCertain ? known.sid : previousSid,
      reason: WITHDRAWN_TASK_REASON,
      runAt: isCertain ? now : now + LATE_EXECUTION_MS,
      creationUncertainUntil: isCertain ? undefined : now + LATE_EXECUTION_MS,
    },
  };
}

export function failTaskCreation(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { error, uncertain }: EventOf<'task-creation-failed'>,
  now: number,
): Change {
  const { task } = entry;
  // After a task's whole lifetime no one expects it any more, and the failure must be seen.
  if (now - (task.wantedSince ?? entry.createdAt) > taskLifetimeSeconds(entry) * 1_000)
    return { task: { ...taskFieldsOf(task), state: 'lost', loss: 'not-created', lostAt: now, reason: error } };
  const uncertainUntil = uncertain ? now + LATE_EXECUTION_MS : undefined;
  return {
    task: {
      ...task,
      lease: undefined,
      creationUncertainUntil: uncertainUntil,
      runAt: Math.max(uncertainUntil ?? 0, now + backoff(task.attempts)),
      reason: error,
    },
  };
}

/** A new task is to be created by `owner`, one callback attempt further. */
export function requeueTask(
  entry: EntryIn<RecordingState, 'created', EmailState>,
  { taskSid, owner }: EventOf<'task-requeued'>,
  now: number,
): Change | undefined {
  const { task, callbackAttempts = 0 } = entry;
  if (task.sid !== taskSid) return undefined;
  return {
    ...freeForAll(entry, now),
    callbackAttempts: callbackAttempts + 1,
    task: { ...replacement(entry, now), attempts: 1, lease: newLease(owner, now) },
  };
}

/** A supervisor puts it back: a new task, without another attempt, since nobody has called. */
export function restoreTask(
  entry: EntryIn<RecordingState, 'created' | 'lost', EmailState>,
  { taskSid, owner }: EventOf<'task-restored'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (task.sid !== taskSid || (task.state === 'created' && task.closed)) return undefined;
  return {
    ...freeForAll(entry, now),
    task: { ...replacement(entry, now), attempts: 1, lease: newLease(owner, now) },
  };
}

/** They count as previous tasks from then on, so that none of them is taken for the entry's task again. */
export function noteSurplusTasks(
  { task }: EntryIn<RecordingState, 'created' | 'none', EmailState>,
  { taskSid, surplus }: EventOf<'surplus-tasks-found'>,
): Change | undefined {
  const { previousSids = [] } = task;
  const known = surplus.filter((sid) => !previousSids.includes(sid));
  const isAdopted = task.state === 'created' && taskSid !== undefined && taskSid !== task.sid && !task.closed;
  if (known.length === 0 && !isAdopted) return undefined;
  const changed = { previousSids: [...previousSids, ...known].slice(-MAX_PREVIOUS_SIDS) };
  return { task: isAdopted ? { ...task, ...changed, sid: taskSid } : { ...task, ...changed } };
}

/** Once, another task takes its place without a person; the second time a person must know. */
export function loseTask(
  entry: EntryIn<RecordingState, 'created', EmailState>,
  { taskSid, loss, at, reason, replaceIn }: EventOf<'task-lost'>,
  now: number,
): Change | undefined {
  const { task } = entry;
  if (task.closed || task.sid !== taskSid) return undefined;
  if (replaceIn !== undefined && task.replacedAt === undefined)
    return {
      workflowSid: replaceIn,
      task: { ...replacement(entry, now), attempts: 0, reason, replacedAt: now },
    };
  const { sid, createdAt } = task;
  return { task: { ...taskFieldsOf(task), state: 'lost', sid, createdAt, loss, lostAt: at, reason } };
}

export function revertRequeue(
  entry: EntryIn<RecordingState, 'pending', EmailState>,
  { taskSid }: EventOf<'requeue-reverted'>,
  now: number,
): Change | undefined {
  const { task, callbackAttempts = 0 } = entry;
  if (task.previousSids?.at(-1) !== taskSid) return undefined;
  return {
    callbackAttempts: Math.max(0, callbackAttempts - 1),
    task: { ...createdTask(entry, taskSid, now), previousSids: task.previousSids.slice(0, -1) },
  };
}
