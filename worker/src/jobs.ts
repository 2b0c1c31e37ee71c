import type { EmailQueue } from '../../serverless-functions/src/notification/email-queue';

/** Sends the mail of one entry, if it is due. @throws an error when it should be tried again soon */
export type Work = (entryId: string) => Promise<void>;

/** Entries whose mails are to be sent, and those who send them. */
export interface Jobs extends EmailQueue {
  counts(): Promise<JobCounts>;
  /** Begins no further job, and waits until those under way are done. */
  close(): Promise<void>;
}

export interface JobCounts {
  /** Mails that this process is sending. */
  active: number;
  /** Mails in the queue, for now or for later. */
  waiting: number;
  /** Absent where there is none. */
  redis?: 'up' | 'down';
}
