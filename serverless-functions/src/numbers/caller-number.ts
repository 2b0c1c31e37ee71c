import { cutText } from '@callback-and-voicemail/contract';
import { toSingleLine } from '../runtime/text';
import { isNetworkName } from './network-name';
import { parseExact } from './numbering-plan';

/**
 * What a caller is to Twilio: a telephone number in E.164, someone who withheld it, a SIP address, a browser or app of
 * Twilio's own (`client:`), or something unreadable.
 */
export type CallerKind = 'number' | 'withheld' | 'sip' | 'client' | 'nonsense';

/** A parameter of Twilio's may be missing. */
type From = string | null | undefined;

/** Longer than any number or address; what is longer is not looked at. */
const MAX_CALLER_LENGTH = 256;

/**
 * What Twilio gives for a caller who withheld the number: letters typed on a keypad, with and without a leading 1.
 * They look like E.164, and +1 737 874 2833 would even be a number in Texas.
 */
const WITHHELD_KEYPAD_DIGITS = new Set([
  '266696687', // ANONYMOUS
  '7378742833', // RESTRICTED
  '86282452253', // UNAVAILABLE
  '2562533', // BLOCKED
  '8656696', // UNKNOWN
  '7748283', // PRIVATE
]);

/** The same said in words, by Twilio, by carriers, and by a parameter that was not there. */
const WITHHELD_WORDS = new Set([
  ...['anonymous', 'restricted', 'unavailable', 'blocked', 'unknown', 'private', 'withheld', 'undefined', 'null'],
  ...['no caller id', 'no number', 'number withheld', 'caller id blocked', 'not available', 'out of area'],
  ...['anonymous', 'restricted', 'blocked', 'unknown', 'private', 'withheld'].flatMap((word) => [
    `${word} caller`,
    `${word} number`,
  ]),
]);

/** Says who called, without a look at numbering plans: +1 555 … is a number here. */
export function classifyCaller(from: From): CallerKind {
  if ((from?.length ?? 0) > MAX_CALLER_LENGTH) return 'nonsense';
  const caller = (from ?? '').trim();
  if (isWithheldText(caller)) return 'withheld';
  if (/^\+[1-9]\d{6,14}$/.test(caller)) return 'number';
  if (/^client:\S/i.test(caller)) return 'client';
  return classifyAddress(caller);
}

/** `sip:ana@example.com`, `<sip:…>`, `"Ana" <sip:…>`. One who withholds is named so (RFC 3323), as user or in front. */
function classifyAddress(caller: string): CallerKind {
  const [, name = '', scheme, user, host] =
    /^(?:([^<>]*)<)?(sips?:)?(?:([^\s@<>]*)@)?([^\s@<>;?]+)(?:[>;?].*)?$/i.exec(caller) ?? [];
  if (host === undefined || (scheme === undefined && user === undefined)) return 'nonsense';
  const isNamedWithheld = name.trim() !== '' && isWithheldText(name);
  if (isNamedWithheld || (user !== undefined && isWithheldText(user)) || /^anonymous\.invalid$/i.test(host))
    return 'withheld';
  return scheme === undefined ? 'nonsense' : 'sip';
}

/** Nothing, zeros, a keypad word or a spoken one. */
function isWithheldText(text: string): boolean {
  const words = text
    .replaceAll(/[\s"_-]+/g, ' ')
    .trim()
    .toLowerCase();
  const digits = words.replace(/^\+/, '');
  return (
    /^0*$/.test(digits) ||
    WITHHELD_WORDS.has(words) ||
    WITHHELD_KEYPAD_DIGITS.has(digits) ||
    WITHHELD_KEYPAD_DIGITS.has(digits.replace(/^1/, ''))
  );
}

/** True when there is no number to call back. */
export function isWithheld(from: From): boolean {
  return classifyCaller(from) === 'withheld';
}

const MAX_NAME = 60;

/**
 * A caller's name as the telephone network knows it (`CallerName`, with Twilio's lookup on): others' words, so one line of
 * plain characters.
 * @returns undefined when there is none that says more than a number
 */
export function cleanCallerName(name: unknown, from: From): string | undefined {
  if (typeof name !== 'string' || isWithheld(from)) return undefined;
  const line = cutText(toSingleLine(name).replace(/\s+/g, ' ').trim(), MAX_NAME).trim();
  return isWithheldText(line) || isNetworkName(line) ? undefined : line;
}

/** Longer than any telephone number, and than the SIP addresses that people use. */
const MAX_DISPLAYED = 64;

/**
 * For people: `+1 555-123-4567` as the plugin and Flex write it, `+44 20 7946 0123`, `withheld number`, or the SIP address
 * as it is. Callers choose their SIP address, so a long one is cut.
 */
export function displayNumber(number: string): string {
  const kind = classifyCaller(number);
  if (kind === 'withheld') return 'withheld number';
  // A SIP address with digits in it is not a telephone number, though a number could be found in it.
  const written = kind === 'number' ? parseExact(number.trim())?.formatInternational() : undefined;
  return (
    written?.replace(/^\+1 (\d{3}) (\d{3}) (\d{4})$/, '+1 $1-$2-$3') ??
    cutText(toSingleLine(number), MAX_DISPLAYED, '…')
  );
}
