import type { Environment } from '../runtime/environment';

/** Replaces the digits that are redacted. */
export const REDACTED = '••••';

/** A payment card has 12 to 19 digits (ISO/IEC 7812-1); with 12, telephone numbers would be taken for cards. */
const MIN_LONG_RUN = 13;
/** Country code and number have at most 15 digits (ITU-T E.164), after `00` or `011`. */
const MAX_INTERNATIONAL_NUMBER = 18;
/** A card's code, a PIN or a password of digits has this many at least. */
const MIN_SECRET = 3;
/** How far before the digits the word may stand: "my PIN code is now 1 2 3 4". */
const SECRET_REACH_WORDS = 5;

/** Twilio's own transcription writes English only, and some digits as words. */
const SPOKEN_DIGITS: Readonly<Record<string, string>> = {
  zero: '0',
  oh: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
};
const REPEATED: Readonly<Record<string, number>> = { double: 2, triple: 3 };
/** Words for what authenticates somebody, in the languages that callers are served in. */
const SECRET_WORDS =
  /^(?:pin|pins|cvv2?|cvc2?|passcode|password|ssn|clave|contraseña|senha|passwort|geheimzahl|prüfnummer|prüfziffer)$|暗証|パスワード/iu;
/** Two words that mean one together. */
const SECRET_PAIRS = new Set([
  ...['security code', 'access code', 'pass code', 'pin code', 'social security', 'verification code'],
  ...['código seguridad', 'código segurança', 'code secret', 'mot passe', 'codice sicurezza', 'codice segreto'],
]);
const SMALL_WORDS = new Set(['de', 'di', 'do', 'da', 'del', 'della', 'the', 'my']);

interface Word {
  /** Its digits; empty for any other word. */
  digits: string;
  text: string;
  start: number;
  end: number;
}

/** A transcript as it is kept, shown and mailed: redacted, unless REDACT_TRANSCRIPTS is `off`. */
export function redactTranscript({ values }: Environment, transcript: string): string {
  return values.REDACT_TRANSCRIPTS === 'off' ? transcript : redactDigits(transcript);
}

/**
 * A transcript without what nobody should read in a mail: payment cards and other long runs of digits, American social
 * security numbers, and digits after a word such as "PIN" or "security code". Telephone numbers stay: they are what a
 * voicemail is about. The time it takes grows with the length of the text.
 */
export function redactDigits(transcript: string): string {
  const words = readWords(transcript);
  let result = '';
  let copiedTo = 0;
  for (let first = 0; first < words.length; ) {
    const after = endOfRun(transcript, words, first);
    if (after === first) {
      first += 1;
      continue;
    }
    const run = words.slice(first, after);
    if (isSensitive(transcript, words, first, run)) {
      result += transcript.slice(copiedTo, run[0]!.start) + REDACTED;
      copiedTo = run[run.length - 1]!.end;
    }
    first = after;
  }
  return result + transcript.slice(copiedTo);
}

function readWords(text: string): Word[] {
  const words: Word[] = [];
  let times = 1;
  for (const match of text.matchAll(/\p{Nd}+|\p{L}[\p{L}\p{M}\p{Nd}]*/gu)) {
    const word = match[0].toLowerCase();
    const repeated = Object.hasOwn(REPEATED, word) ? REPEATED[word] : undefined;
    const spoken = Object.hasOwn(SPOKEN_DIGITS, word) ? SPOKEN_DIGITS[word]! : '';
    const digits = /^\p{Nd}/u.test(word) ? word : spoken.repeat(times);
    times = repeated ?? 1;
    words.push({ digits, text: word, start: match.index, end: match.index + match[0].length });
  }
  return words;
}

/** @returns the index after the last word of the run of digits that begins there; the same index when none does */
function endOfRun(text: string, words: readonly Word[], first: number): number {
  let after = first;
  while (after < words.length) {
    const word = words[after]!;
    const isPartOfRun = word.digits !== '' || (Object.hasOwn(REPEATED, word.text) && words[after + 1]?.digits !== '');
    if (!isPartOfRun) break;
    if (after > first && !/^[\s\-–.,/()]{0,3}$/u.test(text.slice(words[after - 1]!.end, word.start))) break;
    after += 1;
  }
  return after;
}

function isSensitive(text: string, words: readonly Word[], first: number, run: readonly Word[]): boolean {
  const groups = run.map(({ digits }) => digits).filter((digits) => digits !== '');
  const digits = groups.join('');
  const length = [...digits].length;
  const isInternational =
    /\+\s?\(?$/u.test(text.slice(Math.max(0, run[0]!.start - 3), run[0]!.start)) || /^(?:00|011)/.test(digits);
  if (length >= MIN_LONG_RUN && !(isInternational && length <= MAX_INTERNATIONAL_NUMBER)) return true;
  if (groups.map((group) => group.length).join() === '3,2,4') return true;
  return (
    length >= MIN_SECRET &&
    !isInternational &&
    followsSecretWord(words.slice(Math.max(0, first - SECRET_REACH_WORDS), first))
  );
}

function followsSecretWord(before: readonly Word[]): boolean {
  const texts = before.map(({ text }) => text).filter((text) => !SMALL_WORDS.has(text));
  return texts.some((text, index) => SECRET_WORDS.test(text) || SECRET_PAIRS.has(`${texts[index - 1]} ${text}`));
}
