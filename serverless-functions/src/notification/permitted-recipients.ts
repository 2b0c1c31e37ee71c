import {
  addressKey,
  type EmailProblem,
  type EmailRecipient,
  isAllowedRecipient,
} from '@callback-and-voicemail/contract';
import { allowedRecipients } from './allowed-recipients';
import type { EmailJob } from './email-job';

/**
 * The chosen recipients that may get mail now, or why none may. The settings may be older than the list of allowed
 * domains, or were not saved in the panel.
 */
export function permittedRecipients(
  {
    entry,
    environment,
    unconfirmed,
    log,
  }: Pick<EmailJob, 'environment' | 'unconfirmed' | 'log'> & { entry: { id: string } },
  chosen: readonly EmailRecipient[],
): { recipients: EmailRecipient[]; problem?: EmailProblem } {
  if (chosen.length === 0) return { recipients: [], problem: 'no-recipients' };
  const domains = allowedRecipients(environment);
  const allowed = chosen.filter(({ address }) => isAllowedRecipient(address, domains));
  if (allowed.length < chosen.length)
    log.warn('recipients not allowed', { entry: entry.id, recipients: chosen.length - allowed.length });
  if (allowed.length === 0) return { recipients: [], problem: 'recipients-not-allowed' };
  const recipients = allowed.filter(({ address }) => !unconfirmed.includes(addressKey(address)));
  if (recipients.length < allowed.length)
    log.info('recipients not confirmed', { entry: entry.id, recipients: allowed.length - recipients.length });
  return recipients.length === 0 ? { recipients, problem: 'recipients-unconfirmed' } : { recipients };
}
