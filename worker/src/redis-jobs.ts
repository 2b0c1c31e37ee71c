import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { isEntryId } from '../../serverless-functions/src/ledger/entry-id';
import { QUEUE_NAME, toJob } from '../../serverless-functions/src/notification/email-queue';
import { errorCode } from '../../serverless-functions/src/runtime/errors';
import type { Log } from '../../serverless-functions/src/runtime/log';
import type { JobCounts, Jobs, Work } from './jobs';
import { MemoryJobs } from './memory-jobs';

interface RedisOptions {
  url: string;
  concurrency: number;
  mailsPerSecond?: number;
}

/** Redis answers within milliseconds. */
const TIMEOUT_MS = 1_000;
const RECONNECT_MS = 1_000;

/** What a job of the queue holds. */
type JobData = ReturnType<typeof toJob>['data'];

/**
 * Jobs that any number of workers share. BullMQ gives each to one of them, and again to another one when that has died
 * (https://docs.bullmq.io/guide/jobs/stalled). While Redis is away, this process sends what it finds in the ledger.
 */
export class RedisJobs implements Jobs {
  private readonly connections: Redis[];
  private readonly queue: Queue<JobData>;
  private readonly worker: Worker<JobData>;
  private readonly withoutRedis: MemoryJobs;
  private active = 0;

  constructor(
    work: Work,
    { url, concurrency, mailsPerSecond }: RedisOptions,
    private readonly log: Log,
  ) {
    this.withoutRedis = new MemoryJobs(work, { concurrency, mailsPerSecond });
    const retryStrategy = () => RECONNECT_MS;
    const toAdd = new Redis(url, {
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy,
    });
    // BullMQ waits for jobs with commands that block: https://docs.bullmq.io/guide/connections
    const toTake = new Redis(url, { connectTimeout: TIMEOUT_MS, maxRetriesPerRequest: null, retryStrategy });
    this.connections = [toAdd, toTake];
    this.queue = new Queue(QUEUE_NAME, { connection: toAdd, skipVersionCheck: true, skipWaitingForReady: true });
    this.worker = new Worker(QUEUE_NAME, ({ data }) => this.doWork(work, data), {
      connection: toTake,
      concurrency,
      ...(mailsPerSecond === undefined ? {} : { limiter: { max: mailsPerSecond, duration: 1_000 } }),
    });
    const note = (error: Error) => log.warn('redis', { code: errorCode(error) });
    toAdd.on('error', note);
    toTake.on('error', note);
    this.queue.on('error', note);
    this.worker.on('error', note);
  }

  async add(entryId: string, dueAt: number): Promise<void> {
    const { data, options } = toJob(entryId, dueAt, Date.now());
    try {
      await this.queue.add('send', data, options);
    } catch (error) {
      this.log.warn('email not queued', { entry: entryId, code: errorCode(error) });
      await this.withoutRedis.add(entryId, dueAt);
    }
  }

  async counts(): Promise<JobCounts> {
    const own = await this.withoutRedis.counts();
    try {
      const { waiting = 0, delayed = 0 } = await this.queue.getJobCounts('waiting', 'delayed');
      return { redis: 'up', active: own.active + this.active, waiting: own.waiting + waiting + delayed };
    } catch {
      return { redis: 'down', active: own.active + this.active, waiting: own.waiting };
    }
  }

  /** @param data anybody who can write to Redis may have put it there */
  private async doWork(work: Work, data: Partial<JobData> | null): Promise<void> {
    const entryId = data?.entryId;
    if (!isEntryId(entryId)) {
      this.log.warn('job not ours');
      return;
    }
    this.active += 1;
    try {
      await work(entryId);
    } finally {
      this.active -= 1;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.worker.close(), this.withoutRedis.close()]);
    await this.queue.close().catch(() => undefined);
    for (const connection of this.connections) connection.disconnect();
  }
}
