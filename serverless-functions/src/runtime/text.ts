const NO_JOINERS = /[^\u200c\u200d]+/g;

/**
 * One line: control, bidirectional and other invisible characters become spaces. For text that others wrote. The joiners
 * stay: Persian and Hindi words and emoji of several people need them. U+E000 and U+E001 go as well: between them stand
 * the placeholders of a mail (`placeholder` in email-providers/provider.ts), which nobody else may write.
 */
export function toSingleLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\ue000\ue001]+/gu, (run) => run.replace(NO_JOINERS, ' ')).trim();
}

/** Text in lines, each as `toSingleLine` has it. */
export function toCleanLines(text: string): string[] {
  return text.split(/\r\n|\r|\n|\u2028|\u2029/).map(toSingleLine);
}

/** Escapes text for HTML content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
