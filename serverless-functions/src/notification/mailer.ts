import { createMailgunProvider } from '../email-providers/mailgun';
import type { EmailProvider } from '../email-providers/provider';
import { type Environment, splitAddresses } from '../runtime/environment';
import { type MailAccount, readMailAccount } from './mail-account';

/** The deployment's provider and sender. */
export interface Mailer extends Pick<MailAccount, 'from' | 'domain'> {
  provider: EmailProvider;
  /** Nobody reads the sender that is used without MAIL_FROM. */
  replyTo: string | undefined;
  listId: string;
}

/** @returns undefined while variables are missing or malformed */
export function createMailer(environment: Environment): Mailer | undefined {
  const account = readMailAccount(environment);
  if (account === undefined) return undefined;
  const { MAIL_FROM: ownSender, ADMIN_EMAIL: administrators = '' } = environment.values;
  return {
    provider: createMailgunProvider(account.mailgun),
    from: account.from,
    domain: account.domain,
    replyTo: ownSender === undefined ? splitAddresses(administrators).join(', ') || undefined : undefined,
    listId: `voicemail.${account.domain}`,
  };
}
