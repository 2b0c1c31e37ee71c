import type { PromptName } from '../../../serverless-functions/src/caller-experience';
import { closeHarnesses } from '../harness';
import { playBatch } from './batch';
import { formatViolations } from './format-violations';
import { findViolations } from './invariants';

/** Together with `BATCHES` 10,000 callers. */
const CALLERS_IN_A_BATCH = 200;
const BATCHES = 50;
const SHARDS = 4;
const SEED = 20_261_122;

/** Every end of a call, and the usual failures; rare ones have separate tests. */
const EXPECTED_PROMPTS: readonly PromptName[] = [
  ...(['callbackBooked', 'callbackChanged', 'callbackAlreadyBooked', 'callbackInstead'] as const),
  ...(['thanks', 'heardNothing', 'lineClosed', 'numberNotAllowed', 'numberNotUnderstood', 'numberGivenUp'] as const),
  ...(['troubleStillInLine', 'notReadyStillInLine', 'nobodySignedIn'] as const),
];
const MIN_BATCHES_FOR_COVERAGE = 12;

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
  jest.setTimeout(300_000);
  afterEach(closeHarnesses);
  const missingPrompts = new Set<string>(EXPECTED_PROMPTS);
  test.each(batches)(`batch %i of seed ${seed}: every promise is kept, once, and nothing else is done`, async (n) => {
    const batch = await playBatch(seed, n, CALLERS_IN_A_BATCH);
    for (const { heard } of batch.calls) for (const { prompt } of heard) missingPrompts.delete(prompt);
    const violations = await findViolations(batch);
    if (violations.length > 0) throw new Error(await formatViolations(batch, violations, file));
  });
  // Callers who hear nothing but music would find nothing.
  if (batches.length >= MIN_BATCHES_FOR_COVERAGE)
    test('callers came to every end there is', () => expect([...missingPrompts]).toEqual([]));
}
