/** Hebrew, Arabic, Syriac, Thaana, N'Ko and the other scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Text of others to stand inside of ours: with a direction of its own, or the number or period after it would move to its
 * other end (Unicode Bidirectional Algorithm, first strong isolate). Text without letters from right to left stays as it is.
 */
export function isolateText(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
