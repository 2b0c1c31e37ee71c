/**
 * Cuts a text to at most `length` UTF-16 units without splitting what people see as one character: an emoji of several
 * code points, a letter with its accents, a Thai or Devanagari syllable. Texts that others wrote may hold any of them.
 * @param ellipsis marks the cut, and counts
 */
export function cutText(text: string, length: number, ellipsis = ''): string {
  if (text.length <= length) return text;
  return `${text.slice(0, characterStart(text, length - ellipsis.length))}${ellipsis}`;
}

/** A longer one is cut: a thousand accents on a letter are no character. */
const LONGEST_GRAPHEME = 64;
let segmenter: Intl.Segmenter | undefined;

function graphemeSegmenter(): Intl.Segmenter | undefined {
  if (typeof Intl.Segmenter !== 'function') return undefined;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

/**
 * Where the character begins that holds the UTF-16 unit at `index`: the text can be cut there. It looks at that place
 * alone: going through all characters of 20,000 letters took seconds.
 */
export function characterStart(text: string, index: number): number {
  if (index <= 0 || index >= text.length) return Math.max(0, Math.min(index, text.length));
  const around = text.slice(0, index + LONGEST_GRAPHEME);
  const start = graphemeSegmenter()?.segment(around).containing(index)?.index;
  if (start !== undefined) return start;
  const isInPair = /[\udc00-\udfff]/.test(text.charAt(index)) && /[\ud800-\udbff]/.test(text.charAt(index - 1));
  return isInPair ? index - 1 : index;
}

/** What people see as single characters; code points where the browser cannot tell them apart. For short texts. */
export function graphemes(text: string): string[] {
  const known = graphemeSegmenter();
  return known === undefined ? [...text] : [...known.segment(text)].map(({ segment }) => segment);
}
