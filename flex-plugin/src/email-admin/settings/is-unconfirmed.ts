import type { EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { addressKey } from '@callback-and-voicemail/contract/email-settings';

/** True for an address that gets no mail until another supervisor confirms it. */
export function isUnconfirmed({ unconfirmed = [] }: Partial<EmailSettingsResponse>, address: string): boolean {
  return unconfirmed.some((one) => addressKey(one.address) === addressKey(address));
}
