import type { TaskType } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from './entry';
import { taskLifetimeSeconds } from './steps';

/**
 * What the supervisor's history shows of an entry, written beside it, so that a page of a hundred is one call and not a
 * hundred. Pure. Times are milliseconds since 1970.
 */
export interface HistoryRow {
  id: string;
  taskType: TaskType;
  receivedAt: number;
  /** As it called; masked for whoever may not see it when the row is shown, not here. */
  from: string;
  queueName: string;
  seconds?: number;
  email: {
    state: 'off' | 'pending' | 'sent' | 'failed';
    recipients: number;
    sentAt?: number;
    lastError?: string;
    possibleDuplicate?: boolean;
  };
  task: { state: 'pending' | 'created' | 'handled' | 'expired' | 'none'; assignee?: string };
  /** The recording is there no more: the mail cannot be sent again. */
  recordingDeleted?: boolean;
}

/** An entry that went wrong in a way a supervisor should know: its mail did not go out (yet), or its task expired. */
export interface FailureRow {
  id: string;
  taskType: TaskType;
  receivedAt: number;
  from: string;
  queueName: string;
  email?: { state: 'waiting' | 'failed'; lastError: string; since: number };
  expiredAt?: number;
}

/** @returns undefined while there is nothing to show, or when it came to nothing: no message, no callback */
export function toHistoryRow(entry: LedgerEntry): HistoryRow | undefined {
  const { recording, task, email } = entry;
  if (entry.booking || entry.review !== undefined || recording.state === 'recording') return undefined;
  const hasMessage = recording.state === 'completed' || recording.state === 'deleted';
  const hasCallback = task.state === 'pending' || task.state === 'created' || task.state === 'expired';
  if (!hasMessage && !hasCallback) return undefined;
  return {
    id: entry.id,
    taskType: task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    queueName: entry.queueName,
    ...(recording.seconds === undefined ? {} : { seconds: recording.seconds }),
    email: {
      state: email.state === 'sending' ? 'pending' : email.state,
      recipients: email.recipientCount ?? email.recipients.length,
      ...(email.sentAt === undefined ? {} : { sentAt: email.sentAt }),
      ...(email.lastError === undefined ? {} : { lastError: email.lastError }),
      ...(email.possibleDuplicate ? { possibleDuplicate: true } : {}),
    },
    task: toTaskSummary(entry),
    ...(recording.state === 'deleted' ? { recordingDeleted: true } : {}),
  };
}

function toTaskSummary({ task, assignee: handledBy }: LedgerEntry): HistoryRow['task'] {
  const by = handledBy !== undefined && handledBy.taskSid === task.sid ? { by: handledBy.worker } : {};
  switch (task.state) {
    case 'created':
      return { state: task.closed || by.by !== undefined ? 'handled' : 'created', ...by };
    case 'withdrawing':
    case 'none':
      return { state: 'none' };
    default:
      return { state: task.state };
  }
}

/** @returns undefined while all is well: the mail was sent, is not wanted, or nobody has tried yet */
export function toFailureRow(entry: LedgerEntry): FailureRow | undefined {
  const { email, recording, task } = entry;
  const isWaiting = (email.state === 'pending' || email.state === 'sending') && email.lastError !== undefined;
  const isFailed = email.state === 'failed';
  const isExpired = task.state === 'expired';
  if (!isWaiting && !isFailed && !isExpired) return undefined;
  const since = recording.completedAt ?? entry.createdAt;
  const mail = { state: isFailed ? 'failed' : 'waiting', lastError: email.lastError ?? 'unknown', since } as const;
  return {
    id: entry.id,
    taskType: task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    queueName: entry.queueName,
    ...(isWaiting || isFailed ? { email: mail } : {}),
    ...(isExpired ? { expiredAt: (task.createdAt ?? entry.createdAt) + taskLifetimeSeconds(entry) * 1_000 } : {}),
  };
}

/** The Sync Map of what went wrong, by when it came. */
export const FAILURES_MAP = 'trouble';

/** A place in the order of time: the entry's second, then what it is. Days are those of UTC, whatever the business's zone is. */
export function chronologicalKey(id: string, at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z_${id}`;
}

/** The Sync Map that holds the rows of a day of UTC. */
export function historyMapName(at: number): string {
  return `history-${new Date(at).toISOString().slice(0, 10)}`;
}
