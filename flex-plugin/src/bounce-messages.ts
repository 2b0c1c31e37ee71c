import type { BounceReason } from '@callback-and-voicemail/contract/bounce-reasons';
import type { StringKey } from './strings/strings';

const BOUNCE_MESSAGES: Record<BounceReason, StringKey> = {
  'mailbox-full': 'BounceMailboxFull',
  'no-such-address': 'BounceNoSuchAddress',
  'mailbox-disabled': 'BounceDisabled',
  'too-large': 'BounceTooLarge',
  refused: 'BounceRefused',
  suppressed: 'BounceSuppressed',
  unknown: 'BounceUnknown',
};

/** Why a mail was not delivered. Functions of another version may send a reason that is not known here. */
export const bounceMessage = (reason: BounceReason): StringKey => BOUNCE_MESSAGES[reason] ?? 'BounceUnknown';
