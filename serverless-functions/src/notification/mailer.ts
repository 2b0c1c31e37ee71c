import { createMailgunProvider } from '../email-providers/mailgun';
import type { EmailProvider } from '../email-providers/provider';
import type { Environment } from '../runtime/environment';
import { type MailAccount, readMailAccount } from './mail-account';

/** The deployment's provider and sender. */
export interface Mailer extends Pick<MailAccount, 'from' | 'domain'> {
  provider: EmailProvider;
}

/** @returns undefined while variables are missing or malformed */
export function createMailer(environment: Environment): Mailer | undefined {
  const account = readMailAccount(environment);
  return account && { provider: createMailgunProvider(account.mailgun), from: account.from, domain: account.domain };
}
