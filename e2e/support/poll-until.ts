import { HANG_TIMEOUT_MS } from './browser';

const INTERVAL_MS = 50;

/**
 * Polls what no page shows: the account, the mailbox, the store.
 * @throws Error when the probe stays empty for far longer than a loaded machine needs
 */
export async function pollUntil<T>(probe: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const deadline = Date.now() + HANG_TIMEOUT_MS;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not within ${HANG_TIMEOUT_MS} ms: ${String(probe)}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
