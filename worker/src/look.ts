import { type Invocation, startInvocation } from '../../serverless-functions/src/invocation';
import { recordHealthThrottled } from '../../serverless-functions/src/notification/email-health';
import type { EmailQueue } from '../../serverless-functions/src/notification/email-queue';
import { errorCode } from '../../serverless-functions/src/runtime/errors';
import { listDueIds } from '../../serverless-functions/src/sweep/send-due-email';
import { OUTBOX_SWEEP_BOUNDS, sweep } from '../../serverless-functions/src/sweep/sweep';
import type { WorkerContext } from './send-mail-of';

/** Looks for due mails in the ledger and gives them to the queue. @returns whether the ledger could be read */
export async function lookForMails(context: WorkerContext, queue: EmailQueue): Promise<boolean> {
  return within(context, queue, async (invocation) => {
    for (const { id, dueAt } of await listDueIds(invocation)) await queue.add(id, dueAt);
  });
}

/** Does what else is due, as the scheduler's request does; mails go to the queue. */
export async function sweepOnce(context: WorkerContext, queue: EmailQueue): Promise<boolean> {
  return within(context, queue, async (invocation) => {
    const { twilio, log, environment } = invocation;
    await Promise.all([
      sweep(invocation, OUTBOX_SWEEP_BOUNDS),
      recordHealthThrottled(() => twilio.sync, log, environment, 'scheduler'),
    ]);
  });
}

/** With the time and the leases of a Function. Never throws. */
async function within(
  { environment, origin, log }: WorkerContext,
  emailQueue: EmailQueue,
  work: (invocation: Invocation) => Promise<void>,
): Promise<boolean> {
  const invocation: Invocation = { ...startInvocation(environment, origin, log), emailQueue };
  try {
    await work(invocation);
    return true;
  } catch (error) {
    log.warn('ledger not read', { code: errorCode(error) });
    return false;
  } finally {
    invocation.deadline.end();
  }
}
