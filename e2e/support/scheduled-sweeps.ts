import type { Harness } from './harness';

/** What a scheduler does: runs the outbox every five minutes. */
export async function runScheduledSweeps(harness: Harness, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}
