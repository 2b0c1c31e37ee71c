import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import type { ProviderConfiguration } from '../email-providers/configuration';
import { combineRecords, openRecords } from '../email-providers/delivery-records';
import { domainOfSender } from '../email-providers/mailbox';
import type { DeliveryRecords } from '../email-providers/provider';
import { isEntryId } from '../ledger/entry-id';
import { configuredProviders, type Environment } from '../runtime/environment';

/** The deployment's accounts with its mail providers, and its sender. */
export interface MailAccount {
  /** In the order in which they are tried; at least one. */
  providers: readonly ProviderConfiguration[];
  from: string;
  /** Right of the @ in Message-IDs. */
  domain: string;
}

/** Without angle brackets; the same for every try of one voicemail, and with every provider. */
export const messageIdFor = (entryId: string, { domain }: Pick<MailAccount, 'domain'>) => `${entryId}@${domain}`;

/** Reads what `messageIdFor` wrote. @returns undefined for a Message-ID of others, or of a mail about no entry */
export function entryIdOf(messageId: string, { domain }: Pick<MailAccount, 'domain'>): string | undefined {
  const id = messageId.endsWith(`@${domain}`) ? messageId.slice(0, -domain.length - 1) : '';
  return isEntryId(id) ? id : undefined;
}

const MAILGUN_US = 'https://api.mailgun.net';
const SENDGRID_GLOBAL = 'https://api.sendgrid.com';

/** @returns undefined while variables are missing or malformed */
export function readMailAccount(environment: Environment): MailAccount | undefined {
  const { MAIL_FROM: ownSender, MAILGUN_DOMAIN: mailgunDomain } = environment.values;
  const providers = configuredProviders(environment).map((name) => configurationOf(name, environment));
  const from = ownSender ?? (mailgunDomain === undefined ? undefined : `Voicemail <voicemail@${mailgunDomain}>`);
  if (providers.length === 0 || from === undefined) return undefined;
  return { providers, from, domain: mailgunDomain ?? domainOfSender(from) };
}

/** `configuredProviders` has checked that the variables are there. */
function configurationOf(name: EmailProviderName, { values }: Environment): ProviderConfiguration {
  switch (name) {
    case 'mailgun':
      return {
        name,
        apiKey: values.MAILGUN_API_KEY!,
        domain: values.MAILGUN_DOMAIN!,
        baseUrl: values.MAILGUN_API_BASE_URL ?? MAILGUN_US,
      };
    case 'sendgrid':
      return { name, apiKey: values.SENDGRID_API_KEY!, baseUrl: values.SENDGRID_API_BASE_URL ?? SENDGRID_GLOBAL };
    case 'smtp':
      return { name, url: values.SMTP_URL! };
    case 'twilio': {
      const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = values;
      const endpoint = { edge: values.TWILIO_EDGE, stubUrl: values.TWILIO_STUB_URL };
      return key !== undefined && secret !== undefined
        ? { name, user: key, password: secret, endpoint }
        : { name, user: values.ACCOUNT_SID!, password: values.AUTH_TOKEN!, endpoint };
    }
  }
}

/** For Functions that send nothing: what became of mails, without the providers' clients. */
export const openDeliveryRecords = ({ providers }: MailAccount): DeliveryRecords =>
  combineRecords(providers.map(openRecords));
