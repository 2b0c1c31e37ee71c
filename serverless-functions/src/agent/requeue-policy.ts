import type { Invocation } from '../invocation';
import type { LedgerEntry } from '../ledger/entry';
import { readSettings } from '../notification/settings';

/** Whether agents may requeue, as configured on the server: the plugin's own values are for display. */
export interface RequeuePolicy {
  allowRequeue: boolean;
  maxAttempts: number;
}

/** @returns the defaults when the settings cannot be read. Never throws. */
export async function readRequeuePolicy({ twilio, environment }: Invocation): Promise<RequeuePolicy> {
  const reading = await readSettings(() => twilio.sync, environment);
  return reading.ok
    ? { allowRequeue: reading.settings.allow_requeue, maxAttempts: reading.settings.max_attempts }
    : { allowRequeue: true, maxAttempts: 3 };
}

/** True when the policy allows another attempt. */
export function mayRequeue({ callbackAttempts = 0 }: LedgerEntry, policy: RequeuePolicy): boolean {
  return policy.allowRequeue && callbackAttempts + 1 < policy.maxAttempts;
}
