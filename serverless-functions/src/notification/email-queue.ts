/** Where mails wait that a worker sends. The ledger is the truth: what is missing here is found there. */
export interface EmailQueue {
  /**
   * Adds an entry whose email is due then, unless it is there already. Never throws: an entry that could not be added is
   * found by the worker's next look at the ledger.
   * @param dueAt milliseconds since 1970
   */
  add(entryId: string, dueAt: number): Promise<void>;
}

/** The queue's name in Redis. */
export const QUEUE_NAME = 'voicemail-emails';

const SECOND = 1_000;
/** After that, a mail that nobody has begun counts as left behind. */
const MINUTE = 60 * SECOND;

/**
 * Names what is to be done: the same for the same entry and second, so that duplicates vanish. A new name each minute
 * after that, since a worker that died may hold the old one. BullMQ takes no colon: https://docs.bullmq.io/guide/jobs/job-ids
 */
export function jobIdFor(entryId: string, dueAt: number, now: number): string {
  const minutesLate = Math.floor(Math.max(0, now - dueAt) / MINUTE);
  return [entryId, Math.floor(dueAt / SECOND), ...(minutesLate > 0 ? [minutesLate] : [])].join('_');
}

/** Only for outages of Sync: what the provider says is retried by the ledger. */
const JOB_ATTEMPTS = 5;
const JOB_RETRY_MS = 5 * SECOND;

/** What a job of the queue holds and how it is kept: the ledger knows what became of it, so nothing of it stays. */
export const toJob = (entryId: string, dueAt: number, now: number) => ({
  data: { entryId },
  options: {
    jobId: jobIdFor(entryId, dueAt, now),
    delay: Math.max(0, dueAt - now),
    attempts: JOB_ATTEMPTS,
    backoff: { type: 'exponential', delay: JOB_RETRY_MS, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: true,
  },
});
