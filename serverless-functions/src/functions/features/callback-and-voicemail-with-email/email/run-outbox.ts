import { requireBearer } from '../../../../http/bearer';
import { jsonFunction } from '../../../../http/handler';
import { recordHealthThrottled } from '../../../../notification/email-health';
import { sendEmail } from '../../../../notification/send-email';
import { runDailyReconciliation } from '../../../../reconciliation/daily-run';
import { OUTBOX_SWEEP_BOUNDS, sweep } from '../../../../sweep/sweep';

/** For a scheduler: retries emails and processes all other entries that are due. Returns counts. */
export const handler = jsonFunction(
  'email/run-outbox',
  async (invocation, { headers }) => {
    requireBearer(invocation.environment.values.OUTBOX_TOKEN, headers);
    const [body] = await Promise.all([
      sweep(invocation, OUTBOX_SWEEP_BOUNDS),
      recordHealthThrottled(() => invocation.twilio.sync, invocation.log, invocation.environment, 'scheduler'),
    ]);
    // Nobody waits for it.
    await runDailyReconciliation(invocation);
    return { status: 200, body };
  },
  sendEmail,
);
