import { type EmailRecipient, recipientsFor } from '@callback-and-voicemail/contract';
import type { LedgerEntry } from '../ledger/entry';
import type { EmailJob } from './email-job';

/**
 * Who is to get the email of a voicemail, whether or not they may now.
 * @returns undefined when nobody is to get it: with rules, having no recipient is intended; without, they are missing
 */
export function chosenRecipients({
  entry: { queueName, to, createdAt, email },
  settings,
  rules,
  timeZone,
}: Pick<EmailJob, 'settings' | 'rules' | 'timeZone'> & {
  entry: Pick<LedgerEntry, 'queueName' | 'to' | 'createdAt'> & { email?: LedgerEntry['email'] };
}): EmailRecipient[] | undefined {
  // Those whom the settings choose could not be reached.
  if (email !== undefined && 'fallback' in email && email.fallback !== undefined) return [{ address: email.fallback }];
  const { recipients } = recipientsFor(settings, rules, { queue: queueName, number: to, at: createdAt, timeZone });
  return recipients.length === 0 && rules.rules.some(({ enabled }) => enabled) ? undefined : recipients;
}
