import { createMailgunRecords, type MailgunConfiguration } from '../email-providers/mailgun-records';
import type { DeliveryRecords } from '../email-providers/provider';
import type { Environment } from '../runtime/environment';

/** The deployment's account with its provider, and its sender. */
export interface MailAccount {
  mailgun: MailgunConfiguration;
  from: string;
  /** Right of the @ in Message-IDs. */
  domain: string;
}

/** Without angle brackets; the same for every try of one voicemail. */
export const messageIdFor = (entryId: string, { domain }: Pick<MailAccount, 'domain'>) => `${entryId}@${domain}`;

const MAILGUN_US = 'https://api.mailgun.net';

/** @returns undefined while variables are missing or malformed */
export function readMailAccount({ values, problems: faults }: Environment): MailAccount | undefined {
  const { MAILGUN_API_KEY: apiKey, MAILGUN_DOMAIN: domain } = values;
  // A malformed host or sender is not replaced by a default: mail could go to the wrong region or from a wrong sender.
  const malformed = faults.some(({ variable }) => variable === 'MAILGUN_API_BASE_URL' || variable === 'MAIL_FROM');
  if (apiKey === undefined || domain === undefined || malformed) return undefined;
  return {
    mailgun: { apiKey, domain, baseUrl: values.MAILGUN_API_BASE_URL ?? MAILGUN_US },
    from: values.MAIL_FROM ?? `Voicemail <voicemail@${domain}>`,
    domain,
  };
}

/** For Functions that send nothing: what became of mails, without the provider's client. */
export const openDeliveryRecords = ({ mailgun }: MailAccount): DeliveryRecords => createMailgunRecords(mailgun);
