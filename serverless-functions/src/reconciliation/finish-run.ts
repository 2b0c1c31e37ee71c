import type { ReconciliationRecord } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import type { QueueScope } from '../runtime/queue-scope';
import { appendRecord } from './chain-store';
import { type Run, totalsOf } from './run';

/**
 * Appends a run that has come to its end to the chain.
 * @param by a worker's SID, `sweep` or `scheduler`
 * @throws TwilioError when Sync is out of reach
 */
export function finishRun(
  invocation: Invocation,
  run: Run,
  scope: QueueScope,
  by: string,
): Promise<ReconciliationRecord> {
  return appendRecord(invocation, {
    at: new Date().toISOString(),
    by,
    from: new Date(run.from).toISOString(),
    to: new Date(run.to).toISOString(),
    queues: scope,
    totals: totalsOf(run),
    digest: run.digest,
  });
}
