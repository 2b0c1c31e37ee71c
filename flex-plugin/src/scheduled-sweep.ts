/** Every signed-in agent's plugin starts outbox sweeps (ADR 0006). */
export const SWEEP_INTERVAL_MS = 5 * 60_000;

/**
 * Starts a sweep every five minutes, with jitter. Failures are ignored: the next sweep tries again.
 * @param sweep one request
 * @param random 0 to 1
 * @returns a function that stops the schedule
 */
export function startScheduledSweep(sweep: () => Promise<void>, random: () => number = Math.random): () => void {
  let timer: ReturnType<typeof setTimeout>;
  // A random first delay spreads agents who sign in at the same time.
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
