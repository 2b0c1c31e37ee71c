import type { Invocation } from '../invocation';
import { createRedisQueue } from '../notification/redis-queue';
import { hasWorker, redisUrl } from '../runtime/environment';

/**
 * Where a worker sends the mails, the invocation of a Function writes them into the ledger and tells the worker
 * (ADR 0130). Without Redis, Twilio's events and the worker's own look at the ledger do.
 */
export function leaveMailsToWorker(invocation: Invocation): Invocation {
  const { environment, deadline, log } = invocation;
  if (!hasWorker(environment)) return invocation;
  const url = redisUrl(environment);
  return {
    ...invocation,
    sendEmail: undefined,
    emailQueue: url === undefined ? undefined : createRedisQueue(url, deadline, log),
  };
}
