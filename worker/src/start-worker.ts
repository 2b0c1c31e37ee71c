import { canLink } from '../../serverless-functions/src/notification/listen-link';
import {
  describeProblem,
  type Environment,
  readEnvironment,
  redisUrl,
} from '../../serverless-functions/src/runtime/environment';
import type { Log } from '../../serverless-functions/src/runtime/log';
import { functionsOrigin } from '../../serverless-functions/src/runtime/origin';
import { serveCallerExperience } from './caller-experience-file';
import { isSignedByTwilio, recordingWebhooks, takeRecordingWebhooks } from './event-streams';
import { type Answer, createHttpServer, listen } from './http-server';
import type { Jobs } from './jobs';
import { lookForMails, sweepOnce } from './look';
import { MemoryJobs } from './memory-jobs';
import { readOptions, type WorkerOptions } from './options';
import { RedisJobs } from './redis-jobs';
import { sendMailOf, type WorkerContext } from './send-mail-of';

export interface RunningWorker {
  /** Where its HTTP server listens. */
  port: number;
  /** Begins nothing further, finishes what is under way, and ends. */
  stop(): Promise<void>;
}

/** After so many looks that failed, the worker counts as ill. */
const LOOKS_UNTIL_ILL = 3;

/**
 * Starts a worker.
 * @param variables those of the Functions, and the worker's own
 * @throws Error when a variable is malformed or missing, or the port is taken
 */
export async function startWorker(
  variables: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<RunningWorker> {
  const options = readOptions(variables);
  const environment = readEnvironment(variables);
  requireComplete(environment, log);
  serveCallerExperience(options.callerExperience);
  const context: WorkerContext = { environment, origin: functionsOrigin(variables.DOMAIN_NAME ?? ''), log };
  const jobs = createJobs(context, options);
  if (!canLink(context.origin, environment))
    log.warn('environment', {
      variable: 'DOMAIN_NAME',
      advice: 'Set it: without it, mails have no links to listen by.',
    });
  let lookedAt = Date.now();
  const server = createHttpServer({
    health: async () => healthOf(await jobs.counts(), lookedAt, options),
    eventStreams: (path, signature, body) => takeEvents(context, jobs, options, { path, signature, body }),
  });
  const port = await listen(server, options.host, options.port);
  const stopLooking = repeat(options.lookSeconds, async () => {
    if (await lookForMails(context, jobs)) lookedAt = Date.now();
  });
  const stopSweeping =
    options.sweepSeconds === 0 ? async () => undefined : repeat(options.sweepSeconds, () => sweepOnce(context, jobs));
  log.info('started', { workers: options.concurrency, port });
  return {
    port,
    async stop() {
      server.close();
      await Promise.all([stopLooking(), stopSweeping(), jobs.close()]);
      server.closeAllConnections();
      log.info('stopped');
    },
  };
}

/** Sync and the account are needed; a problem with mail variables is one line, since they may be put right. */
function requireComplete({ problems }: Environment, log: Log): void {
  for (const problem of problems)
    log.warn('environment', { variable: problem.variable, advice: describeProblem(problem) });
  const needed = problems.find(({ requiredFor }) => requiredFor === 'voicemail');
  if (needed !== undefined) throw new Error(describeProblem(needed));
}

function createJobs(context: WorkerContext, { concurrency, mailsPerSecond }: WorkerOptions): Jobs {
  const url = redisUrl(context.environment);
  const work = (entryId: string) => sendMailOf(context, jobs, entryId);
  const jobs: Jobs =
    url === undefined
      ? new MemoryJobs(work, { concurrency, mailsPerSecond })
      : new RedisJobs(work, { url, concurrency, mailsPerSecond }, context.log);
  return jobs;
}

function healthOf(
  counts: Awaited<ReturnType<Jobs['counts']>>,
  lookedAt: number,
  { lookSeconds }: WorkerOptions,
): Answer {
  const isWell = Date.now() - lookedAt <= LOOKS_UNTIL_ILL * lookSeconds * 1_000 + LOOK_TAKES_MS;
  const ledgerReadAt = new Date(lookedAt).toISOString();
  return {
    status: isWell ? 200 : 503,
    body: { status: isWell ? 'ok' : 'ledger-unreachable', ledgerReadAt, ...counts },
  };
}

/** At most, as a request to a Function. */
const LOOK_TAKES_MS = 10_000;

async function takeEvents(
  context: WorkerContext,
  jobs: Jobs,
  { publicUrl }: WorkerOptions,
  { path, signature, body }: { path: string; signature: string | undefined; body: string },
): Promise<Answer> {
  if (publicUrl === undefined) return { status: 404 };
  const { AUTH_TOKEN: authToken } = context.environment.values;
  const url = `${new URL(publicUrl).origin}${path}`;
  if (!isSignedByTwilio(authToken, signature, url, body)) return { status: 403 };
  const webhooks = recordingWebhooks(body);
  if (webhooks === undefined) return { status: 400 };
  return { status: await takeRecordingWebhooks(context, jobs, webhooks) };
}

/** Does it now, and again that long after it is done. @returns ends it, after what is under way */
function repeat(seconds: number, work: () => Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  let running: Promise<unknown> = Promise.resolve();
  const run = () => {
    running = work().finally(() => {
      if (!isOver) timer = setTimeout(run, seconds * 1_000);
    });
  };
  run();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await running;
  };
}
