import { cutText } from '@callback-and-voicemail/contract';
import { redactAddresses } from './redact-addresses';
import { redactKeys } from './redact-keys';

/** A mail server's answer is a line or two. */
const MAX_CHARACTERS = 120;
/** More than that is not looked at. */
const MAX_READ = 2_000;

/**
 * What a mail server answered, for people who need not know whose mailbox it is about: one line, without addresses and
 * keys. Anybody who runs a mail server may have written it. Pure.
 * @returns undefined when nothing is left
 */
export function serverWords(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = redactAddresses(redactKeys(text.slice(0, MAX_READ)));
  return line === '' ? undefined : cutText(line, MAX_CHARACTERS + 1, '…');
}
