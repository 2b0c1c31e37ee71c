import type { Deadline } from '../runtime/deadline';
import { errorCode } from '../runtime/errors';
import type { Log } from '../runtime/log';
import { type EmailQueue, QUEUE_NAME, toJob } from './email-queue';

/** Redis answers within milliseconds. Without it, the worker finds the mail in the ledger. */
const TIMEOUT_MS = 1_000;

/**
 * Adds jobs from a Function: a connection for each request, since Twilio may stop the process after its answer. The
 * client is loaded at its first use.
 * @param url `redis://…` or `rediss://…`
 */
export function createRedisQueue(url: string, deadline: Deadline, log: Log): EmailQueue {
  return {
    async add(entryId, dueAt) {
      try {
        await deadline.within(TIMEOUT_MS, (signal) => addJob(url, entryId, dueAt, signal));
        log.info('email queued', { entry: entryId });
      } catch (error) {
        log.warn('email not queued', { entry: entryId, code: errorCode(error) });
      }
    },
  };
}

async function addJob(url: string, entryId: string, dueAt: number, signal: AbortSignal): Promise<void> {
  const { Queue, Redis } = await import('./bullmq-client');
  const connection = new Redis(url, {
    connectTimeout: TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  const errors: unknown[] = [];
  // Without a listener, an error of the connection ends the process.
  connection.on('error', (error) => errors.push(error));
  signal.addEventListener('abort', () => connection.disconnect(), { once: true });
  try {
    await connection.connect();
    const queue = new Queue(QUEUE_NAME, { connection, skipVersionCheck: true, skipWaitingForReady: true });
    queue.on('error', (error) => errors.push(error));
    const { data, options } = toJob(entryId, dueAt, Date.now());
    await queue.add('send', data, options);
    await queue.close();
  } catch (error) {
    throw errors[0] ?? error;
  } finally {
    connection.disconnect();
  }
}
