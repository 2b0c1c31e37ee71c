import type { EmailProblem, EmailRecipient } from '@callback-and-voicemail/contract';
import type { RecipientOutcome, WaitingRecipient } from '../ledger/entry';
import type { EmailOutcome } from '../ledger/outcomes';
import { isReached } from '../ledger/settled-recipients';
import type { EmailJob } from './email-job';
import type { MailRecording } from './mail-recording';
import type { Mailer } from './mailer';

/** Kept back from a send, so that what came of it can be written into the ledger. */
export const LEDGER_WRITE_RESERVE_MS = 1_500;

/** One attempt, as far as it has come. */
export interface Sending {
  job: EmailJob;
  mailer: Mailer;
  /** Those without a mail, as far as is known. */
  recipients: EmailRecipient[];
  /** What earlier attempts settled. */
  earlier: readonly RecipientOutcome[];
  messageId: string;
  /** An earlier attempt may have sent the email to some of `recipients`. */
  deliveryUncertain: boolean;
  recording?: MailRecording;
}

export const waitingFor = (recipients: readonly EmailRecipient[], problem: EmailProblem): WaitingRecipient[] =>
  recipients.map(({ address }) => ({ address, problem }));

/** The outcome once every recipient is settled. */
export function settledOutcome(
  { job, earlier, deliveryUncertain }: Sending,
  settled: RecipientOutcome[],
  sent: { providerId?: string; attachedBytes?: number; mayBeDuplicate?: boolean } = {},
): EmailOutcome {
  const all = [...earlier, ...settled];
  const refused = all.find(({ state }) => state === 'refused');
  if (!all.some(isReached))
    return { result: 'failed', lastError: refused?.problem ?? 'recipient-refused', recipients: settled };
  return {
    result: 'sent',
    providerId: sent.providerId,
    recipients: settled,
    possibleDuplicate: sent.mayBeDuplicate === true && deliveryUncertain,
    others: job.others?.length,
    attachedBytes: sent.attachedBytes,
  };
}
