import type { Stage } from './stage';

/** What a scheduler does: runs the outbox every five minutes. */
export async function everyFiveMinutes(stage: Stage, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await stage.pass(5 * 60_000);
    await stage.runOutbox();
  }
}
