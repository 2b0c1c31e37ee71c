import type { EmailSettings } from '@callback-and-voicemail/contract';
import { fullNumber, maskNumber } from '../numbers/masked-number';

/** A caller as the settings allow them to be shown; empty when they withheld their number. */
export function displayCaller(
  from: string,
  { show_callers: showFullNumber }: Pick<EmailSettings, 'show_callers'>,
): string {
  return showFullNumber ? fullNumber(from) : maskNumber(from);
}
