/** How long something may take, and who may end it before. */
export interface TimeLimit {
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Begins to count.
 * @returns a signal that aborts after that time or with the other signal, and `end`, which lets go of both
 */
export function startTimeLimit({ timeoutMs, signal }: TimeLimit): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('timeout')), timeoutMs);
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
