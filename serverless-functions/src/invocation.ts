import { Ledger } from './ledger/ledger';
import type { SendEmail } from './notification/email-job';
import type { EmailQueue } from './notification/email-queue';
import { Deadline } from './runtime/deadline';
import type { Environment } from './runtime/environment';
import type { Log } from './runtime/log';
import { createTwilioClients, type TwilioClients } from './twilio/clients';

/** What one request works with. Made at its start, ended with its answer; nothing of it outlives the request. */
export interface Invocation {
  environment: Environment;
  /** `https://host` of this deployment: `<Play>` and REST take no relative URLs. */
  origin: string;
  twilio: TwilioClients;
  ledger: Ledger;
  deadline: Deadline;
  log: Log;
  /** Names this invocation in leases. */
  owner: string;
  /** The business's zone. */
  timeZone: string;
  /** Only in Functions that send email: the others ship without an email client and skip the email step. */
  sendEmail?: SendEmail;
  /** Takes the mails that this invocation leaves to the worker. */
  emailQueue?: EmailQueue;
  /** How long its claims last; left out: as long as those of a Function. */
  leaseMs?: number;
}

/** @param budgetMs how long it may take; left out: as long as a Function */
export function startInvocation(
  environment: Environment,
  origin: string,
  log: Log,
  sendEmail?: SendEmail,
  budgetMs?: number,
): Invocation {
  const deadline = new Deadline(budgetMs);
  const twilio = createTwilioClients(environment, deadline);
  return {
    environment,
    origin,
    twilio,
    ledger: new Ledger(() => twilio.sync, log),
    deadline,
    log,
    owner: crypto.randomUUID(),
    timeZone: environment.values.BUSINESS_TIME_ZONE ?? 'UTC',
    sendEmail,
  };
}
