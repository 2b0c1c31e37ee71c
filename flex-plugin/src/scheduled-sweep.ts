/** ADR 0006: what was left open is taken up by whoever is signed in. */
export const SWEEP_INTERVAL_MS = 5 * 60_000;

/**
 * Asks for a sweep every five minutes, not all agents at once, quietly: whoever comes next tries again.
 * @param sweep one request
 * @param random 0 to 1
 * @returns stops it
 */
export function startScheduledSweep(sweep: () => Promise<void>, random: () => number = Math.random): () => void {
  let timer: ReturnType<typeof setTimeout>;
  // The first within five minutes, so that agents who signed in together do not stay together.
  const schedule = (ms: number) => {
    timer = setTimeout(() => {
      sweep()
        .catch(() => undefined)
        .finally(() => schedule(SWEEP_INTERVAL_MS * (0.8 + 0.4 * random())));
    }, ms);
  };
  schedule(SWEEP_INTERVAL_MS * random());
  return () => clearTimeout(timer);
}
