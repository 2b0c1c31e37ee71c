import type { EmailRecipient } from '@callback-and-voicemail/contract';
import type { RecipientOutcome } from '../ledger/entry';
import type { EmailOutcome } from '../ledger/outcomes';
import { isDoubtAccepted } from '../ledger/schedule';
import type { EmailJob } from './email-job';
import { LEDGER_WRITE_RESERVE_MS, type Sending, settledOutcome, waitingFor } from './sending';

/** How long the provider may take to say whether it has a mail. */
const PROVIDER_QUERY_TIMEOUT_MS = 3_000;
/** How long after a lost answer the provider's "no" is not believed. */
const PROVIDER_RECORDS_LAG_MS = 10 * 60_000;

/**
 * After a lost answer, asks the providers who has the email.
 * @returns undefined when somebody is to be sent it now; `recipients` are those who have none, as far as anything tells
 */
export async function outcomeOfEarlierAttempt(sending: Sending): Promise<EmailOutcome | undefined> {
  const { job, mailer, messageId, deliveryUncertain, recipients } = sending;
  // A provider's report may have settled all of them meanwhile.
  if (recipients.length === 0) return settledOutcome(sending, []);
  if (!deliveryUncertain) return undefined;
  const time = Math.min(PROVIDER_QUERY_TIMEOUT_MS, job.deadline.remaining() - LEDGER_WRITE_RESERVE_MS);
  const answers = await Promise.all(
    mailer.providers.map((provider) =>
      job.deadline.within(time, () => provider.findAccepted(messageId, time)).catch(() => undefined),
    ),
  );
  // A provider may list addresses in lower case, however they were written.
  const accepted = new Set(answers.flatMap((addresses) => addresses ?? []).map((address) => address.toLowerCase()));
  const hasIt = ({ address }: EmailRecipient) => accepted.has(address.toLowerCase());
  const found = recipients.filter(hasIt);
  const settled = found.map(({ address }): RecipientOutcome => ({ address, state: 'accepted' }));
  sending.recipients = recipients.filter((recipient) => !hasIt(recipient));
  if (sending.recipients.length === 0) return settledOutcome(sending, settled);
  sending.earlier = [...sending.earlier, ...settled];
  // Providers' records lag behind their sending: only a "no" that has had time to become a "yes" is one.
  if (Date.now() - (job.entry.email.deliveryUncertainSince ?? 0) >= PROVIDER_RECORDS_LAG_MS) {
    // Each of them said so, and none could not say.
    if (answers.every((addresses) => addresses !== undefined)) sending.deliveryUncertain = false;
    return sending.deliveryUncertain && isLeftToPerson(job) ? unconfirmedOutcome(sending, settled) : undefined;
  }
  return {
    result: 'later',
    lastError: 'unconfirmed',
    lastErrorDetail: 'waiting-for-provider',
    deliveryUncertain,
    notAttempted: true,
    settled,
    waiting: waitingFor(sending.recipients, 'unconfirmed'),
  };
}

/** A person who had it sent again since the answer was lost has decided. */
const isLeftToPerson = ({ settings, entry: { email } }: EmailJob) =>
  settings.unconfirmed_emails === 'ask' && !isDoubtAccepted(email);

/** Nobody can say who has it: it is not sent again before a person wants that. */
const unconfirmedOutcome = ({ recipients }: Sending, settled: RecipientOutcome[]): EmailOutcome => ({
  result: 'failed',
  lastError: 'unconfirmed',
  lastErrorDetail: 'left-to-person',
  recipients: settled,
  waiting: waitingFor(recipients, 'unconfirmed'),
});
