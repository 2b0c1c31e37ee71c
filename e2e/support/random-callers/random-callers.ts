import { closeStages } from '../stage';
import { playBatch } from './batch';
import { tellViolations } from './tell-violations';
import { whatDoesNotHold } from './what-must-hold';

/** Together with `BATCHES` 10,000 callers. */
const CALLERS_IN_A_BATCH = 80;
const BATCHES = 125;
const SHARDS = 4;
const SEED = 20_261_122;

/**
 * 10,000 random callers in virtual time, in batches that can be played alone; see `whatDoesNotHold` for what must hold.
 * CALLERS_SEED gives other callers, CALLERS_BATCH plays one batch, CALLERS_BATCHES so many in all.
 *
 * A batch is the same each time but for what happens in one and the same millisecond: the order in which requests of
 * one moment arrive is the machine's.
 * @param shard from 1: which of the files this is, so that they share the cores
 */
export function testRandomCallers(shard: number, file: string): void {
  const { CALLERS_SEED, CALLERS_BATCH, CALLERS_BATCHES } = process.env;
  const seed = Number(CALLERS_SEED ?? SEED);
  const all = Array.from({ length: Number(CALLERS_BATCHES ?? BATCHES) }, (_, n) => n);
  const batches = CALLERS_BATCH === undefined ? all.filter((n) => n % SHARDS === shard - 1) : [Number(CALLERS_BATCH)];
  jest.setTimeout(120_000);
  afterEach(closeStages);
  test.each(batches)(`batch %i of seed ${seed}: every promise is kept, once, and nothing else is done`, async (n) => {
    const batch = await playBatch(seed, n, CALLERS_IN_A_BATCH);
    if (process.env.CALLERS_STATS) stats(batch);
    const violations = await whatDoesNotHold(batch);
    if (violations.length > 0) throw new Error(await tellViolations(batch, violations, file));
  });
}

function stats(batch: Awaited<ReturnType<typeof playBatch>>): void {
  const count: Record<string, number> = {};
  const add = (name: string) => {
    count[name] = (count[name] ?? 0) + 1;
  };
  for (const call of batch.calls) {
    for (const p of new Set(call.heard.map(({ prompt }) => prompt))) add(p);
    if (call.reachedRecording) add('RECORDING');
  }
  for (const t of batch.tasks.values()) add(`task ${t.attributes.taskType ?? 'waiting'} ${t.status} ${t.reason ?? ''}`);
  for (const s of batch.story)
    add(
      s.text
        .replace(/WT.*/, '')
        .replace(/FAULT begins.*/, 'FAULT begins')
        .replace(/FAULT ends.*/, 'FAULT ends'),
    );
  process.stderr.write(
    `batch ${batch.number} ${batch.weather} ${JSON.stringify(batch.settings)} requests ${batch.stage.requestCount()} webhooks ${batch.stage.voice.webhooks.length} mails ${batch.stage.mailbox.list().length}\n${JSON.stringify(count, null, 1)}\n`,
  );
}
