import type { PromptName } from '@callback-and-voicemail/contract';
import { closeStages } from '../stage';
import { playBatch } from './batch';
import { tellViolations } from './tell-violations';
import { whatDoesNotHold } from './what-must-hold';

/** Together with `BATCHES` 10,000 callers. */
const CALLERS_IN_A_BATCH = Number(process.env.NCALL ?? 200);
const BATCHES = 50;
const SHARDS = 4;
const SEED = 20_261_122;

/** Every end of a call, and the usual kinds of trouble they are told of; rare ones have tests of their own. */
const EVERYWHERE: readonly PromptName[] = [
  ...(['callbackBooked', 'callbackChanged', 'callbackAlreadyBooked', 'callbackInstead'] as const),
  ...(['thanks', 'heardNothing', 'lineClosed', 'numberNotAllowed', 'numberNotUnderstood', 'numberGivenUp'] as const),
  ...(['troubleStillInLine', 'notReadyStillInLine', 'nobodySignedIn'] as const),
];
const ENOUGH_BATCHES = 12;

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
  jest.setTimeout(Number(process.env.JT ?? 300_000));
  afterEach(closeStages);
  const everywhere = new Set<string>(EVERYWHERE);
  test.each(batches)(`batch %i of seed ${seed}: every promise is kept, once, and nothing else is done`, async (n) => {
    const batch = await playBatch(seed, n, CALLERS_IN_A_BATCH);
    for (const { heard } of batch.calls) for (const { prompt } of heard) everywhere.delete(prompt);
    const violations = await whatDoesNotHold(batch);
    if (violations.length > 0) throw new Error(await tellViolations(batch, violations, file));
  });
  // Callers who hear nothing but music would find nothing.
  if (batches.length >= ENOUGH_BATCHES)
    test('callers came to every end there is', () => expect([...everywhere]).toEqual([]));
}
