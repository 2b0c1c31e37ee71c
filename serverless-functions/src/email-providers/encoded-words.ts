/** A word may have 75 characters (RFC 2047, section 2): so many bytes fit beside its frame, in base64. */
const MAX_BYTES = 45;

/**
 * Text for a header (RFC 2047). Needed for what only looks like an encoded word: mailers pass it on, and mailboxes would
 * show it decoded.
 */
export function asEncodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > MAX_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}
