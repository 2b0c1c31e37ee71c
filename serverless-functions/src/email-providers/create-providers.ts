import type { ProviderConfiguration } from './configuration';
import { createMailgunProvider } from './mailgun';
import type { EmailProvider } from './provider';
import { createSendGridProvider } from './sendgrid';
import { createSmtpProvider } from './smtp';
import { createTwilioEmailProvider } from './twilio-email';

/** The providers of these configurations, in their order. Their clients are loaded at their first use (ADR 0040). */
export function createProviders(configurations: readonly ProviderConfiguration[]): EmailProvider[] {
  return configurations.map(createProvider);
}

function createProvider(configuration: ProviderConfiguration): EmailProvider {
  switch (configuration.name) {
    case 'mailgun':
      return createMailgunProvider(configuration);
    case 'sendgrid':
      return createSendGridProvider(configuration);
    case 'smtp':
      return createSmtpProvider(configuration);
    case 'twilio':
      return createTwilioEmailProvider(configuration);
  }
}
