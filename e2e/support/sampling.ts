import { createRng } from './rng';

/** Set by `npm run test:soak`, which runs all cases of generated tests. */
export const isSoak = process.env.SOAK === '1';

/** Jest's seed: random in each ordinary run, so that coverage grows with time. `--seed=123` repeats a run. */
export const testSeed = (): number => jest.getSeed();

/**
 * All cases in a soak run; otherwise `count` of them in their own order, chosen by the seed of the run.
 * @param name of the selection: two selections of one run are independent of each other
 */
export function sampleCases<T>(cases: readonly T[], count: number, name: string): readonly T[] {
  if (isSoak || cases.length <= count) return cases;
  const rng = createRng([...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), testSeed()));
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(rng.between(0, cases.length - 1));
  return cases.filter((_case, index) => chosen.has(index));
}
