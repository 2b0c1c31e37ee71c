/** Polls what no page shows: the account, the mailbox. */
export async function until<T>(what: () => Promise<T | undefined | false>, patience = 20_000): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${patience} ms: ${String(what)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
