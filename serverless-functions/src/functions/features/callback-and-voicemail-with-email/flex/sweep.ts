import { flexFunction } from '../../../../http/flex-function';
import { recordHealthThrottled } from '../../../../notification/email-health';
import { sendEmail } from '../../../../notification/send-email';
import { runDailyReconciliation } from '../../../../reconciliation/daily-run';
import { OUTBOX_SWEEP_BOUNDS, sweep } from '../../../../sweep/sweep';

/** Each signed-in agent's plugin requests this periodically. Processes open entries that are due; returns counts. */
export const handler = flexFunction(
  'flex/sweep',
  async (invocation) => {
    const [result] = await Promise.all([
      sweep(invocation, OUTBOX_SWEEP_BOUNDS),
      recordHealthThrottled(() => invocation.twilio.sync, invocation.log, invocation.environment, 'sweep'),
    ]);
    // Nobody waits for it.
    await runDailyReconciliation(invocation);
    return { json: result };
  },
  { sendEmail },
);
