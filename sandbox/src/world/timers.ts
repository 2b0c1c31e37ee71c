/** `setTimeout` takes a signed 32 bit number of milliseconds; a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Runs `work` after `delayMs`, however long, without keeping the process alive for it.
 * @returns a function that cancels it
 */
export function setLongTimeout(delayMs: number, work: () => void): () => void {
  const due = Date.now() + delayMs;
  let handle: ReturnType<typeof setTimeout>;
  const wait = (remaining: number) => {
    handle = setTimeout(
      () => {
        const remainingMs = due - Date.now();
        if (remaining > MAX_TIMEOUT_MS && remainingMs > 0) wait(remainingMs);
        else work();
      },
      Math.min(remaining, MAX_TIMEOUT_MS),
    );
    if (typeof handle === 'object' && 'unref' in handle) handle.unref();
  };
  wait(delayMs);
  return () => clearTimeout(handle);
}
