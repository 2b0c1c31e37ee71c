import type { PromptName } from '../../../serverless-functions/src/caller-experience';
import { closeHarnesses } from '../harness';
import { isSoak, testSeed } from '../sampling';
import { playBatch } from './batch';
import { formatViolations } from './format-violations';
import { findViolations } from './invariants';

/** `npm run test:soak` plays 10,000 callers, an ordinary run 320 others each time. */
const CALLERS_PER_BATCH = isSoak ? 200 : 80;
const BATCHES = isSoak ? 50 : 4;
const SHARDS = 4;

/** Every end of a call, and the usual failures; rare ones have separate tests. */
const EXPECTED_PROMPTS: readonly PromptName[] = [
  ...(['callbackBooked', 'callbackChanged', 'callbackAlreadyBooked', 'callbackInstead'] as const),
  ...(['thanks', 'heardNothing', 'lineClosed', 'numberAbroad', 'numberNotUnderstood', 'numberGivenUp'] as const),
  ...(['troubleStillInLine', 'notReadyStillInLine', 'nobodySignedIn', 'anotherCallback'] as const),
];
const MIN_BATCHES_FOR_COVERAGE = 12;

/**
 * Random callers in virtual time, in batches that can be played alone; `findViolations` says what must hold. The seed is
 * Jest's own: `npx jest --seed=1 e2e/functions/random-callers -t "batch 7 "` plays one batch of the seed 1.
 *
 * A batch is the same each time, except for what happens within one millisecond: the machine decides the order of
 * requests of one moment.
 * @param shard from 1; the batches are spread over several files so that they share the cores
 */
export function testRandomCallers(shard: number, file: string): void {
  const seed = testSeed();
  const batches = Array.from({ length: BATCHES }, (_, n) => n).filter((n) => n % SHARDS === shard - 1);
  afterEach(closeHarnesses);
  const missingPrompts = new Set<string>(EXPECTED_PROMPTS);
  test.each(batches)(`batch %i of seed ${seed}: every promise is kept once, and nothing else is done`, async (n) => {
    const batch = await playBatch(seed, n, CALLERS_PER_BATCH);
    for (const { heard } of batch.calls) for (const { prompt } of heard) missingPrompts.delete(prompt);
    const violations = await findViolations(batch);
    if (violations.length > 0) throw new Error(await formatViolations(batch, violations, file));
  });
  // Callers who hear nothing but music would find nothing.
  if (batches.length >= MIN_BATCHES_FOR_COVERAGE)
    test('callers came to every end there is', () => expect([...missingPrompts]).toEqual([]));
}
