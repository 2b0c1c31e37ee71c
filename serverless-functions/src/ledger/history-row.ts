import { EMAIL_PROBLEMS } from '@callback-and-voicemail/contract/email-problems';
import { TASK_LOSSES } from '@callback-and-voicemail/contract/task-losses';
import * as z from 'zod/mini';
import {
  currentTaskSid,
  emailError,
  emailErrorDetail,
  type LedgerEntry,
  recipientCount,
  recordingSeconds,
} from './entry';

/**
 * History rows are a projection of the entry, written in parallel with it, so that a page of a hundred is one request.
 * Pure. Times are milliseconds since 1970.
 */
const text = z.string();
const time = z.number();
/** A problem that a newer version stored is read as `unknown`. */
const problem = z.catch(z.enum(EMAIL_PROBLEMS), 'unknown');
/** A loss that a newer version stored is read as `unknown`. */
const loss = z.catch(z.enum(TASK_LOSSES), 'unknown');
const taskType = z.enum(['callback', 'voicemail']);

const historyRowSchema = z.object({
  id: text,
  taskType,
  receivedAt: time,
  /** The caller's number. It is masked for those who may not see it when the row is shown, not here. */
  from: text,
  queueName: text,
  seconds: z.optional(z.number()),
  email: z.object({
    state: z.enum(['off', 'pending', 'sent', 'failed']),
    recipients: z.number(),
    sentAt: z.optional(time),
    lastError: z.optional(problem),
    lastErrorDetail: z.optional(text),
    possibleDuplicate: z.optional(z.boolean()),
  }),
  task: z.object({
    /** `created`: it waits, or the assignee has it. */
    state: z.enum(['pending', 'created', 'handled', 'lost', 'none']),
    /** Who has it, or who handled it. */
    assignee: z.optional(text),
    /** Since when the assignee has it; when it was handled, or lost. */
    at: z.optional(time),
    loss: z.optional(loss),
  }),
  /** The recording was deleted: the email cannot be sent again. */
  recordingDeleted: z.optional(z.boolean()),
});
export type HistoryRow = z.infer<typeof historyRowSchema>;

const failureRowSchema = z.object({
  id: text,
  taskType,
  receivedAt: time,
  from: text,
  queueName: text,
  email: z.optional(z.object({ state: z.enum(['waiting', 'failed']), lastError: problem, since: time })),
  lost: z.optional(z.object({ at: time, loss })),
});
/** An entry that needs a supervisor: its email has not been sent, or its task was lost. */
export type FailureRow = z.infer<typeof failureRowSchema>;

/** @returns undefined for data that is not a history row */
export function parseHistoryRow(data: unknown): HistoryRow | undefined {
  const parsed = z.safeParse(historyRowSchema, data);
  return parsed.success ? parsed.data : undefined;
}

/** @returns undefined for data that is not a failure row */
export function parseFailureRow(data: unknown): FailureRow | undefined {
  const parsed = z.safeParse(failureRowSchema, data);
  return parsed.success ? parsed.data : undefined;
}

/** @returns undefined while there is nothing to show, or when nothing came of it: no message, no callback */
export function toHistoryRow(entry: LedgerEntry): HistoryRow | undefined {
  const { recording, task, email } = entry;
  if (entry.booking || entry.review !== undefined || recording.state === 'recording') return undefined;
  const hasMessage = recording.state === 'completed' || recording.state === 'deleted';
  const hasCallback = task.state === 'pending' || task.state === 'created' || task.state === 'lost';
  if (!hasMessage && !hasCallback) return undefined;
  return {
    id: entry.id,
    taskType: task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    queueName: entry.queueName,
    seconds: recordingSeconds(entry),
    email: {
      state: email.state === 'sending' ? 'pending' : email.state,
      recipients: recipientCount(entry),
      sentAt: email.state === 'sent' ? email.sentAt : undefined,
      lastError: emailError(entry),
      lastErrorDetail: emailErrorDetail(entry),
      possibleDuplicate: email.state === 'sent' ? email.possibleDuplicate : undefined,
    },
    task: toTaskSummary(entry),
    recordingDeleted: recording.state === 'deleted' || undefined,
  };
}

function toTaskSummary(entry: LedgerEntry): HistoryRow['task'] {
  const { task } = entry;
  const isAssigned = entry.assignee !== undefined && entry.assignee.taskSid === currentTaskSid(entry);
  const assignee = isAssigned ? entry.assignee : undefined;
  switch (task.state) {
    case 'created':
      return task.closed
        ? { state: 'handled', assignee: task.handledBy ?? assignee?.worker, at: task.handledAt }
        : { state: 'created', assignee: assignee?.worker, at: assignee?.at };
    case 'lost':
      return { state: 'lost', at: task.lostAt, loss: task.loss };
    case 'withdrawing':
    case 'none':
      return { state: 'none' };
    default:
      return { state: task.state };
  }
}

/** @returns undefined while all is well: the email was sent, is off, or has not been tried yet */
export function toFailureRow(entry: LedgerEntry): FailureRow | undefined {
  const email = toEmailFailure(entry);
  const lost = entry.task.state === 'lost' ? { at: entry.task.lostAt, loss: entry.task.loss } : undefined;
  if (email === undefined && lost === undefined) return undefined;
  return {
    id: entry.id,
    taskType: entry.task.type,
    receivedAt: entry.createdAt,
    from: entry.from,
    queueName: entry.queueName,
    email,
    lost,
  };
}

function toEmailFailure(entry: LedgerEntry): FailureRow['email'] {
  const { email, recording, createdAt } = entry;
  const since = recording.state === 'completed' || recording.state === 'deleted' ? recording.completedAt : createdAt;
  const lastError = emailError(entry);
  if (email.state === 'failed') return { state: 'failed', lastError: lastError ?? 'unknown', since };
  const isWaiting = email.state === 'pending' || email.state === 'sending';
  return isWaiting && lastError !== undefined ? { state: 'waiting', lastError, since } : undefined;
}

/** The Sync Map of what went wrong, in chronological order. */
export const FAILURES_MAP = 'failures';

/** The Sync Map that holds the rows of a day. Days are those of UTC, whatever the time zone of the business. */
export function historyMapName(at: number): string {
  return `history-${new Date(at).toISOString().slice(0, 10)}`;
}
