import type { SmtpConfiguration } from './configuration';
import type { EmailProvider } from './provider';

export function createSmtpProvider(_configuration: SmtpConfiguration): EmailProvider {
  throw new Error('to be written');
}
