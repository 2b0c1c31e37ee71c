import { addressKey, isAllowedRecipient } from '@callback-and-voicemail/contract';
import type { Environment } from '../runtime/environment';
import { allowedRecipients } from './allowed-recipients';
import type { EmailConfig } from './email-config';

/**
 * Who gets an email that reached nobody. Pure.
 * @returns undefined where nobody is set, or who is set may get no mail: not allowed any more, or not confirmed
 */
export function fallbackAddress(config: EmailConfig, environment: Environment): string | undefined {
  const address = config.ok && config.settings.enabled ? config.settings.fallback_recipient?.address : undefined;
  if (address === undefined || !config.ok) return undefined;
  const isPermitted = isAllowedRecipient(address, allowedRecipients(environment));
  return isPermitted && !config.unconfirmed.includes(addressKey(address)) ? address : undefined;
}
