import type { RequestHandler } from 'express';
import type { SandboxWorld } from '../world/world';
import { createConditions, type MailConditions } from './conditions';
import type { Mailbox } from './mailbox';
import { createMailgun, type Mailgun, type MailgunOptions } from './mailgun';
import { createSendGrid, type SendGrid, type SendGridOptions } from './sendgrid';
import { type Smtp, type SmtpOptions, startSmtp } from './smtp';
import { createTwilioEmail, type TwilioEmail, type TwilioEmailOptions } from './twilio-email';

/** What each provider knows of its customer; the account's own credentials are those of Twilio's Email API. */
export interface MailAccounts {
  mailgun?: Omit<MailgunOptions, SharedName>;
  sendgrid?: Omit<SendGridOptions, SharedName>;
  twilio?: Omit<TwilioEmailOptions, SharedName>;
}
type SharedName = 'world' | 'mailbox' | 'conditions';

export interface MailProviders {
  /** Of all of them. */
  conditions: MailConditions;
  mailgun: Mailgun;
  sendgrid: SendGrid;
  twilioEmail: TwilioEmail;
  /** What answers at each of their hosts. */
  hosts: Record<string, RequestHandler>;
  /** Starts the one that does not speak HTTP. */
  startSmtp(options?: Omit<SmtpOptions, SharedName>): Promise<Smtp>;
}

/** The mail providers of one world, with one mailbox. */
export function createMailProviders(world: SandboxWorld, mailbox: Mailbox, accounts: MailAccounts = {}): MailProviders {
  const shared = { world, mailbox, conditions: createConditions() };
  const mailgun = createMailgun({ domains: {}, ...accounts.mailgun, ...shared });
  const sendgrid = createSendGrid({ keys: [], ...accounts.sendgrid, ...shared });
  const twilioEmail = createTwilioEmail({ ...accounts.twilio, ...shared });
  return {
    conditions: shared.conditions,
    mailgun,
    sendgrid,
    twilioEmail,
    hosts: {
      'api.mailgun.net': mailgun,
      'api.eu.mailgun.net': mailgun,
      'api.sendgrid.com': sendgrid,
      'api.eu.sendgrid.com': sendgrid,
      'comms.twilio.com': twilioEmail,
    },
    startSmtp: (options) => startSmtp({ ...options, ...shared }),
  };
}
