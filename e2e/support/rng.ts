/**
 * Chance that can be had again: mulberry32, a counter behind a mixing function. Everything random of one batch of
 * callers comes of its seed and its number, and each caller has a source of their own, so that what one does changes
 * nothing of what another does.
 */
export interface Rng {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** One of the names, by weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** A separate source, for one caller or one subject. */
  fork(): Rng;
}

/** @param seed any number; the same one gives the same throws for ever */
export function createRng(seed: number): Rng {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let hash = Math.imul(state ^ (state >>> 15), state | 1);
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61);
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>) {
      const entries = Object.entries(weights) as [Name, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return entries.at(-1)![0];
    },
    fork: () => createRng(Math.floor(next() * 2 ** 32)),
  };
}

/** The source of one batch: neighbouring seeds and batches have nothing in common. */
export function rngForBatch(seed: number, batch: number): Rng {
  return createRng(Math.imul(seed, 0x9e3779b1) ^ Math.imul(batch + 1, 0x85ebca6b));
}
