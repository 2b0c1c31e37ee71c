import { addressKey, type EmailRecipient } from '@callback-and-voicemail/contract';
import type { Recipient } from '../email-providers/provider';
import type { EmailJob } from './email-job';

/** Recipients as messages have them. What an address is does not depend on the rule by which it gets the mail. */
export function asMailed(
  { settings, rules }: Pick<EmailJob, 'settings' | 'rules'>,
  recipients: readonly EmailRecipient[],
): Recipient[] {
  const named = [
    ...settings.recipients,
    ...(settings.archive === undefined ? [] : [settings.archive]),
    ...rules.rules.flatMap((rule) => rule.recipients),
  ];
  const desks = new Set(named.filter((one) => one.service_desk).map(({ address }) => addressKey(address)));
  return recipients.map(({ address, name }) => ({
    address,
    name,
    ...(desks.has(addressKey(address)) ? { omitAutoSubmitted: true } : {}),
  }));
}
