import { characterStart } from '@callback-and-voicemail/contract';

/** Cuts a text to at most `bytes` of UTF-8 without splitting what people see as a character; an ellipsis marks the cut. */
export function truncateBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let size = Buffer.byteLength('…');
  let fitting = 0;
  for (const character of text.slice(0, bytes)) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    fitting += character.length;
  }
  return `${text.slice(0, characterStart(text, fitting))}…`;
}
