import type { TwilioEndpoint } from '../twilio/hosts';
import type { MailgunConfiguration } from './mailgun-records';

export interface SendGridConfiguration {
  apiKey: string;
  /** `https://api.sendgrid.com` or `https://api.eu.sendgrid.com`; keys belong to one of the two. */
  baseUrl: string;
}

export interface SmtpConfiguration {
  /** `smtps://…` for TLS from the beginning, `smtp://…` for STARTTLS; with user and password. */
  url: string;
}

export interface TwilioEmailConfiguration {
  /** The account and its token, or an API key and its secret. */
  user: string;
  password: string;
  endpoint: TwilioEndpoint;
}

/** What one provider needs to send. */
export type ProviderConfiguration =
  | ({ name: 'mailgun' } & MailgunConfiguration)
  | ({ name: 'sendgrid' } & SendGridConfiguration)
  | ({ name: 'smtp' } & SmtpConfiguration)
  | ({ name: 'twilio' } & TwilioEmailConfiguration);
