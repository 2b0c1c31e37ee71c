import { type EmailRecipient, recipientsFor } from '@callback-and-voicemail/contract';
import type { EmailJob } from './email-job';

/**
 * Who is to get the email of a voicemail, whether or not they may now.
 * @returns undefined when nobody is to get it: with rules, having no recipient is intended; without, they are missing
 */
export function chosenRecipients({
  entry: { queueName, to, createdAt },
  settings,
  rules,
  timeZone,
}: Pick<EmailJob, 'settings' | 'rules' | 'timeZone'> & {
  entry: Pick<EmailJob['entry'], 'queueName' | 'to' | 'createdAt'>;
}): EmailRecipient[] | undefined {
  const { recipients } = recipientsFor(settings, rules, { queue: queueName, number: to, at: createdAt, timeZone });
  return recipients.length === 0 && rules.rules.some(({ enabled }) => enabled) ? undefined : recipients;
}
