import { type CallerExperience, experienceFor } from '@callback-and-voicemail/contract';
import { CALLER_EXPERIENCE } from '@callback-and-voicemail/contract/configuration';
import { Ledger } from './ledger/ledger';
import type { SendEmail } from './notification/email-job';
import { Deadline } from './runtime/deadline';
import type { Environment } from './runtime/environment';
import type { Log } from './runtime/log';
import { createTwilioClients, type SdkClientFactory, type TwilioClients } from './twilio/clients';

/** What one request works with. Made at its start, ended with its answer; nothing of it outlives the request. */
export interface Invocation {
  environment: Environment;
  twilio: TwilioClients;
  ledger: Ledger;
  deadline: Deadline;
  log: Log;
  /** Names this invocation in leases. */
  owner: string;
  /** The business's zone. */
  timeZone: string;
  /** Only where a Function may send mail: the others ship without a mail client and leave the mail step alone. */
  sendEmail?: SendEmail;
}

export function startInvocation(
  environment: Environment,
  createSdkClient: SdkClientFactory,
  log: Log,
  sendEmail?: SendEmail,
): Invocation {
  const deadline = new Deadline();
  const twilio = createTwilioClients(createSdkClient, environment, deadline);
  return {
    environment,
    twilio,
    ledger: new Ledger(() => twilio.sync, log),
    deadline,
    log,
    owner: crypto.randomUUID(),
    timeZone: environment.values.BUSINESS_TIME_ZONE ?? 'UTC',
    sendEmail,
  };
}

/** What a caller hears and may do, by the number dialled and the queue, as configured. */
export function callerExperienceFor(call: { dialed: string; queueName: string }): CallerExperience {
  return experienceFor(CALLER_EXPERIENCE, call);
}
