import { toSingleLine } from '../runtime/text';

/** Enough of a provider's words to search for. */
const MAX_DETAIL_CHARACTERS = 300;

/** Mailgun's keys: `key-…`, and long hexadecimal numbers, also with hyphens in between; Twilio's tokens are such too. */
const looksLikeKey = (word: string) =>
  /^key-./i.test(word) || (/^[0-9a-f]{24}/i.test(word) && /^[0-9a-f-]+$/i.test(word));

/** A provider's words in one line, without anything that looks like a key. */
export function redactKeys(text: string): string {
  return (
    toSingleLine(text)
      // SendGrid's keys: `SG.` and two parts.
      .replace(/SG\.[\w.-]+/g, '…')
      .replace(/[0-9a-z-]+/gi, (word) => (looksLikeKey(word) ? '…' : word))
      .trim()
      .slice(0, MAX_DETAIL_CHARACTERS)
  );
}
