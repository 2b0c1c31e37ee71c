import type { SendGridConfiguration } from './configuration';
import type { EmailProvider } from './provider';

export function createSendGridProvider(_configuration: SendGridConfiguration): EmailProvider {
  throw new Error('to be written');
}
