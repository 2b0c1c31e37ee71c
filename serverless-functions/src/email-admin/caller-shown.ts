import type { EmailSettings } from '@callback-and-voicemail/contract';
import { maskedNumber, shownNumber } from '../numbers/masked-number';

/** A caller as the settings allow them to be shown; empty when they withheld their number. */
export function callerOf(from: string, { show_callers: whole }: Pick<EmailSettings, 'show_callers'>): string {
  return whole ? shownNumber(from) : maskedNumber(from);
}
