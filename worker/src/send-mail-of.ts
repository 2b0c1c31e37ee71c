import { type Invocation, startInvocation } from '../../serverless-functions/src/invocation';
import { CorruptEntry } from '../../serverless-functions/src/ledger/ledger';
import type { EmailQueue } from '../../serverless-functions/src/notification/email-queue';
import { sendEmail } from '../../serverless-functions/src/notification/send-email';
import type { Environment } from '../../serverless-functions/src/runtime/environment';
import { errorCode } from '../../serverless-functions/src/runtime/errors';
import type { Log } from '../../serverless-functions/src/runtime/log';
import { sendDueEmail } from '../../serverless-functions/src/sweep/send-due-email';

/** What the worker's invocations are made of. */
export interface WorkerContext {
  environment: Environment;
  /** `https://host` of the Functions, where mails link to; empty where it is not known: then they have no links. */
  origin: string;
  log: Log;
}

/** A recording of 25 MB takes long over a slow line. */
const MAIL_BUDGET_MS = 30_000;
/** As much longer than the budget as a Function's lease is longer than its life: the owner of an expired one is done. */
const MAIL_LEASE_MS = 45_000;

/** Sends the mail of one entry, if it is due. @throws TwilioError when Sync is out of reach */
export async function sendMailOf(
  { environment, origin, log }: WorkerContext,
  queue: EmailQueue,
  entryId: string,
): Promise<void> {
  const invocation: Invocation = {
    ...startInvocation(environment, origin, log, sendEmail, MAIL_BUDGET_MS),
    emailQueue: queue,
    leaseMs: MAIL_LEASE_MS,
  };
  try {
    await sendDueEmail(invocation, entryId);
  } catch (error) {
    log.warn('email left for later', { entry: entryId, code: errorCode(error) });
    // The sweep sets it aside.
    if (!(error instanceof CorruptEntry)) throw error;
  } finally {
    invocation.deadline.end();
  }
}
