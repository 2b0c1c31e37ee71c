import { createProviders } from '../email-providers/create-providers';
import type { EmailProvider } from '../email-providers/provider';
import { type Environment, splitAddresses } from '../runtime/environment';
import { type MailAccount, readMailAccount } from './mail-account';
import { ProviderOrder } from './provider-order';

/** The deployment's providers and sender. */
export interface Mailer extends Pick<MailAccount, 'from' | 'domain'> {
  /** In the order of the configuration; at least one. */
  providers: readonly EmailProvider[];
  order: ProviderOrder;
  /** Nobody reads the sender that is used without MAIL_FROM. */
  replyTo: string | undefined;
  listId: string;
}

/** @returns undefined while variables are missing or malformed */
export function createMailer(environment: Environment): Mailer | undefined {
  const account = readMailAccount(environment);
  if (account === undefined) return undefined;
  const { MAIL_FROM: ownSender, ADMIN_EMAIL: administrators = '' } = environment.values;
  const providers = createProviders(account.providers);
  return {
    providers,
    order: new ProviderOrder(environment, providers),
    from: account.from,
    domain: account.domain,
    replyTo: ownSender === undefined ? splitAddresses(administrators).join(', ') || undefined : undefined,
    listId: `voicemail.${account.domain}`,
  };
}
