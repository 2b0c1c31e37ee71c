import type { TwilioEmailConfiguration } from './configuration';
import type { EmailProvider } from './provider';

export function createTwilioEmailProvider(_configuration: TwilioEmailConfiguration): EmailProvider {
  throw new Error('to be written');
}
