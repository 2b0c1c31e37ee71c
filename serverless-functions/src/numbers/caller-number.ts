import parsePhoneNumber from 'libphonenumber-js/min';

/**
 * What Twilio gives for a caller who withheld the number: letters typed on a keypad (ANONYMOUS, RESTRICTED,
 * UNAVAILABLE, BLOCKED, UNKNOWN, with and without a leading 1), a word, or nothing.
 */
const KEYPAD_WORDS = new Set(['266696687', '7378742833', '17378742833', '86282452253', '2562533', '8656696']);
const WORDS = /^(anonymous|restricted|blocked|unknown|unavailable|private|withheld)$/i;

/** True when there is no number to call back. */
export function isWithheld(from: string): boolean {
  const trimmed = from.trim();
  return trimmed === '' || WORDS.test(trimmed) || KEYPAD_WORDS.has(trimmed.replace(/^\+/, ''));
}

/** True when calling back is possible at all: a telephone number, neither withheld nor a SIP or client address. */
export function canBeCalledBack(from: string): boolean {
  return !isWithheld(from) && /^\+[1-9]\d{6,14}$/.test(from.trim());
}

/** For people: `+1 555 123 4567`, `withheld number`, or the SIP address as it is. */
export function displayNumber(number: string): string {
  if (isWithheld(number)) return 'withheld number';
  return parsePhoneNumber(number)?.formatInternational() ?? number;
}
