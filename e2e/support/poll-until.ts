/** Polls what no page shows: the account, the mailbox. */
export async function pollUntil<T>(probe: () => Promise<T | undefined | false>, timeoutMs = 20_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${String(probe)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
