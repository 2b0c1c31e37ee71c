import { LEASE_MS, type LedgerEntry } from './entry';

/** What agents do to an entry: pure, like `entry.ts`. */

/** Enough to tell an old task from the new one while TaskRouter remembers both: five minutes after its end. */
const MAX_FORMER_SIDS = 10;
const MAX_LISTENERS = 20;

/** The task is put back: a new one is made in its place by `owner`, one attempt further. */
export function withRequeue(entry: LedgerEntry, fromTaskSid: string, owner: string, now: number): LedgerEntry {
  if (entry.task.sid !== fromTaskSid || entry.task.state !== 'created') return entry;
  return {
    ...entry,
    callbackAttempts: (entry.callbackAttempts ?? 0) + 1,
    task: {
      ...entry.task,
      state: 'pending',
      sid: undefined,
      createdAt: undefined,
      closed: undefined,
      previousSids: [...(entry.task.previousSids ?? []), fromTaskSid].slice(-MAX_FORMER_SIDS),
      lease: { owner, until: now + LEASE_MS },
      attempts: 1,
      runAt: now,
    },
  };
}

/** TaskRouter refused the new task: the old one is the one again. */
export function withRequeueUndone(entry: LedgerEntry, taskSid: string, now: number): LedgerEntry {
  if (entry.task.state !== 'pending' || entry.task.previousSids?.at(-1) !== taskSid) return entry;
  return {
    ...entry,
    callbackAttempts: Math.max(0, (entry.callbackAttempts ?? 0) - 1),
    task: {
      ...entry.task,
      state: 'created',
      sid: taskSid,
      createdAt: now,
      previousSids: entry.task.previousSids.slice(0, -1),
      lease: undefined,
    },
  };
}

/** True when that worker is named among those who have listened, or nobody else would be. */
export function hasListened({ listenedBy = [] }: LedgerEntry, workerSid: string): boolean {
  return listenedBy.length >= MAX_LISTENERS || listenedBy.some((one) => one.workerSid === workerSid);
}

/** A worker has listened; each is named once. */
export function withListener(
  entry: LedgerEntry,
  { workerSid, worker }: { workerSid: string; worker: string },
  now: number,
): LedgerEntry {
  if (hasListened(entry, workerSid)) return entry;
  return { ...entry, listenedBy: [...(entry.listenedBy ?? []), { worker, workerSid, at: now }] };
}

/** True while nobody has noted that this worker holds the entry's task. */
export function needsHandler({ task, assignee: handledBy }: LedgerEntry, workerSid: string): boolean {
  if (task.sid === undefined || task.state !== 'created') return false;
  return handledBy?.taskSid !== task.sid || handledBy.workerSid !== workerSid;
}

/** The worker who holds the task has looked at it. */
export function withHandler(
  entry: LedgerEntry,
  { workerSid, worker }: { workerSid: string; worker: string },
  now: number,
): LedgerEntry {
  const { sid } = entry.task;
  if (sid === undefined || !needsHandler(entry, workerSid)) return entry;
  return { ...entry, assignee: { worker, workerSid, taskSid: sid, at: now } };
}

/** The recording and its words are gone at Twilio; a mail that was still to be sent is not. */
export function withRecordingDeleted(entry: LedgerEntry): LedgerEntry {
  if (entry.recording.state !== 'completed') return entry;
  const { email } = entry;
  const isOpen = email.state === 'pending' || email.state === 'sending';
  return {
    ...entry,
    recording: { ...entry.recording, state: 'deleted' },
    transcript: { ...entry.transcript, state: 'none', text: undefined },
    email: isOpen ? { ...email, state: 'off', lease: undefined, lastError: 'recording-deleted' } : email,
  };
}
