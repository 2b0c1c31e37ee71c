/** Every signed-in agent's plugin starts outbox sweeps (ADR 0006). */
export const SWEEP_INTERVAL_MS = 5 * 60_000;

/**
 * Starts a sweep every five minutes, with jitter. Failures are ignored: the next sweep tries again.
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
