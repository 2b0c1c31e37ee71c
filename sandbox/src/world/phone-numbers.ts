import { createHash } from 'node:crypto';
import type { PhoneNumber } from './types';

/**
 * A number of the account that nothing answers. Its sid is made of the number, so that the sids of everything else stay
 * as they are, however many numbers there are.
 */
export function createPhoneNumber(phoneNumber: string): PhoneNumber {
  const now = Date.now();
  return {
    sid: `PN${createHash('md5').update(phoneNumber).digest('hex')}`,
    phoneNumber,
    friendlyName: phoneNumber,
    voiceUrl: '',
    capabilities: { voice: true, sms: false, mms: false, fax: false },
    dateCreated: now,
    dateUpdated: now,
  };
}
