import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { closeHarnesses, type Harness, openHarnessOverHttp } from '../../e2e/support/harness';
import {
  failByChance,
  findMistakes,
  reportVoicemails,
  unsent,
  withHourlyLimit,
} from '../../e2e/support/many-voicemails';
import { createRng } from '../../e2e/support/rng';
import { isSoak, testSeed } from '../../e2e/support/sampling';
import { QUEUE_NAME } from '../../serverless-functions/src/notification/email-queue';
import { freePort, type RedisServer, startRedis } from './support/redis-server';
import { type WorkerProcess, waitUntil, workerProcesses } from './support/worker-processes';

const MINUTE = 60_000;
let redis: RedisServer;
let workers: ReturnType<typeof workerProcesses> | undefined;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());
afterEach(async () => {
  await workers?.stopAll();
  workers = undefined;
  await closeHarnesses();
});

/** The product, whose Functions leave their mails to workers. */
async function openProduct(queue: string, variables: Record<string, string> = {}) {
  const environment = { NOTIFICATION_QUEUE: queue, ...withHourlyLimit(1_000_000), ...variables };
  const harness = await openHarnessOverHttp({ environment, settings: { send_when: 'recorded' } });
  workers = workerProcesses(harness, environment);
  return { harness, ...workers };
}

const report = (harness: Harness, count: number, pass: (ms: number) => Promise<void> = harness.advance, times = 1) =>
  reportVoicemails(harness, { count, perSecond: 30, times }, pass);
const untilSent = (harness: Harness, ids: readonly string[]) =>
  waitUntil(
    async () => (await unsent(harness, ids)).length === 0,
    () => JSON.stringify(harness.mailbox.list().length),
  );

test('a Function leaves the mail to the worker: one mail, also when Twilio reports the recording twice', async () => {
  const { harness, start, pass } = await openProduct(redis.url);
  const ids = await report(harness, 1, harness.advance, 2);
  expect(harness.mailbox.list()).toHaveLength(0);
  expect(harness.functionLogs().filter((line) => line.includes('email queued'))).not.toHaveLength(0);
  await start();
  await pass(1_000);
  await untilSent(harness, ids);
  expect(await findMistakes(harness, ids, 1)).toEqual([]);
});

test('without Redis, the mail is found in the ledger', async () => {
  const { harness, start } = await openProduct(`redis://127.0.0.1:${await freePort()}`);
  const ids = await report(harness, 3);
  expect(harness.functionLogs().filter((line) => line.includes('email not queued'))).not.toHaveLength(0);
  await start();
  await untilSent(harness, ids);
  expect(await findMistakes(harness, ids, 3)).toEqual([]);
});

test('a worker also sends the mail that says that a voicemail was handled, once', async () => {
  const environment = { NOTIFICATION_QUEUE: redis.url };
  const settings = { send_when: 'recorded' as const, closing_email: true };
  const harness = await openHarnessOverHttp({ environment, settings });
  workers = workerProcesses(harness, environment);
  await harness.leaveVoicemail();
  await harness.advance(MINUTE);
  await workers.start();
  const count = (n: number) =>
    waitUntil(
      () => harness.mailbox.list().length === n,
      () => `${harness.mailbox.list().length} of ${n} mails`,
    );
  await count(1);
  const sam = harness.signIn('sam', ['agent'], 'Available');
  await workers.pass(1_000);
  harness.world.taskRouter.complete(harness.accept(sam, harness.productTasks()[0]!.sid));
  await workers.pass(5 * MINUTE);
  await count(2);
  await workers.pass(5 * MINUTE);
  expect(harness.mailbox.list().map(({ subject }) => subject.startsWith('Re: '))).toEqual([true, false]);
});

test('what is in Redis and is no job of ours costs no request, and does not come back', async () => {
  const { harness, start, pass } = await openProduct(redis.url);
  const ids = await report(harness, 1);
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const queue = new Queue<unknown>(QUEUE_NAME, { connection });
  try {
    const hostile = [{ entryId: '../Maps/failures' }, { entryId: 'email-settings' }, { entryId: ['x'] }, {}, null, 'x'];
    for (const data of hostile) await queue.add('send', data, { attempts: 1_000, removeOnComplete: true });
    const worker = await start();
    await untilSent(harness, ids);
    await waitUntil(
      async () => {
        // Sync's limit is one of virtual seconds: a worker that met it would wait for ever.
        await pass(1_000);
        return (await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'failed')) === 0;
      },
      () => JSON.stringify(worker.logs().slice(-3)),
    );
    expect(worker.logs().filter(({ event }) => event === 'job not ours')).toHaveLength(hostile.length);
    const wanted = harness.requestsSince(0).map(({ path }) => path);
    expect(wanted.filter((path) => /Documents\/(%2E|\.|undefined|x$)|\/Maps\/failures$/.test(path))).toEqual([]);
  } finally {
    await queue.close();
    connection.disconnect();
  }
});

test('without the domain of the Functions, a worker says that its mails have no links', async () => {
  const { start } = await openProduct(redis.url);
  const [warning] = (await start({ DOMAIN_NAME: '' })).logs().filter(({ variable }) => variable === 'DOMAIN_NAME');
  expect(warning).toMatchObject({ level: 'warn', advice: expect.stringMatching(/links/) });
});

test('a worker that is asked to stop finishes the mail it is sending', async () => {
  const { harness, start } = await openProduct(redis.url);
  const worker = await start();
  let exit: Promise<number | null> | undefined;
  harness.beforeRequest({ host: 'api.mailgun.net', method: 'POST', path: /messages/ }, () => {
    exit = worker.terminate();
  });
  const ids = await report(harness, 1);
  await waitUntil(
    () => exit !== undefined,
    () => JSON.stringify(worker.logs()),
  );
  expect(await exit).toBe(0);
  expect(await unsent(harness, ids)).toEqual([]);
  expect(await findMistakes(harness, ids, 1)).toEqual([]);
});

test.each(['before', 'after'])('a worker is killed just %s the provider has taken the mail: one mail', async (when) => {
  const { harness, start, pass } = await openProduct(redis.url);
  const worker = await start();
  const remove = harness.injectFault({
    host: 'api.mailgun.net',
    method: 'POST',
    kind: when === 'before' ? 'no-answer' : 'done-then-no-answer',
  });
  let isBegun = false;
  harness.beforeRequest({ host: 'api.mailgun.net', method: 'POST', path: /messages/ }, () => {
    isBegun = true;
  });
  const ids = await report(harness, 1);
  await waitUntil(
    () => isBegun && harness.mailbox.list().length === (when === 'before' ? 0 : 1),
    () => JSON.stringify(worker.logs()),
  );
  await worker.kill();
  remove();
  const other = await start();
  // The lease ends, and what the provider knows has had time to become known.
  for (let minutes = 0; minutes < 20; minutes += 5) {
    await pass(5 * MINUTE);
    await waitUntil(
      async () => (await areIdle([other])) && isSettled(harness, ids),
      () => JSON.stringify(other.logs()),
    );
  }
  expect(await unsent(harness, ids)).toEqual([]);
  expect(await findMistakes(harness, ids, 1)).toEqual([]);
});

const { count, limit } = isSoak ? { count: 1_000, limit: 100 } : { count: 100, limit: 50 };
const MAX_HOURS = 24;

/** Three processes beside the harness take minutes on two cores. */
if (isSoak) jest.setTimeout(3_600_000);
if (isSoak)
  test(`${count} voicemails, three workers killed in turn, every fifth request fails: one mail each`, async () => {
    const { harness, start, pass } = await openProduct(redis.url, withHourlyLimit(limit));
    failByChance(harness, createRng(testSeed()), 0.2);
    const ids = await report(harness, count);
    const three = [await start(), await start(), await start()];
    let left: string[] = [...ids];
    for (let n = 0; left.length > 0 && n < MAX_HOURS * 6; n += 1) {
      const requests = harness.requestCount();
      await pass(10 * MINUTE);
      // In the midst of what the time that passed made due.
      await waitUntil(
        () => harness.requestCount() > requests + 20,
        () => `${left.length} left`,
      );
      await three[n % 3]!.kill();
      three[n % 3] = await start();
      await waitUntil(
        async () => (await areIdle(three)) && isSettled(harness, left),
        () => `${left.length} left`,
      );
      left = await unsent(harness, left);
    }
    expect(left).toEqual([]);
    expect(await findMistakes(harness, ids, limit)).toEqual([]);
  });

const areIdle = async (workers: readonly WorkerProcess[]): Promise<boolean> =>
  (await Promise.all(workers.map((one) => one.health()))).every(({ active }) => active === 0);

/** Nothing is due or under way, as far as nobody has died meanwhile. */
async function isSettled(harness: Harness, ids: readonly string[]): Promise<boolean> {
  const now = harness.clock.now();
  for (const id of ids) {
    const entry = await harness.document(id);
    if (entry === undefined) return false;
    const email = entry.email as { state: string; runAt?: number; lease?: { until: number } };
    if (email.state === 'pending' && email.runAt! <= now) return false;
    if (email.state === 'sending' && email.lease!.until <= now) return false;
  }
  return true;
}
