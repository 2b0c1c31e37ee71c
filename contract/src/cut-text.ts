/**
 * Cuts a text to at most `length` UTF-16 units without splitting what people see as one character: an emoji of several
 * code points, a letter with its accents, a Thai or Devanagari syllable. Texts that others wrote may hold any of them.
 * @param ellipsis marks the cut, and counts
 */
export function cutText(text: string, length: number, ellipsis = ''): string {
  if (text.length <= length) return text;
  const room = length - ellipsis.length;
  let cut = '';
  for (const character of graphemes(text.slice(0, room + LONGEST_GRAPHEME))) {
    if (cut.length + character.length > room) break;
    cut += character;
  }
  return `${cut}${ellipsis}`;
}

/** A longer one is cut: a thousand accents on a letter are no character. */
const LONGEST_GRAPHEME = 64;
let segmenter: Intl.Segmenter | undefined;

/** What people see as single characters; code points where the browser cannot tell them apart. */
export function graphemes(text: string): string[] {
  if (typeof Intl.Segmenter !== 'function') return [...text];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}
