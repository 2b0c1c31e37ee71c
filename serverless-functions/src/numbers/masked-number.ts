import { graphemes } from '@callback-and-voicemail/contract';
import { classifyCaller, displayNumber } from './caller-number';

const VISIBLE_SUFFIX_DIGITS = 4;
/** At least. */
const MIN_HIDDEN_DIGITS = 3;

/**
 * For people who may not see whole numbers: `+1 555-•••-4567`, `+44 20 •••• 4567`. A SIP address or another caller's name
 * keeps its first letter; empty when it was withheld.
 */
export function maskNumber(number: string): string {
  const kind = classifyCaller(number);
  if (kind === 'withheld') return '';
  if (kind !== 'number') {
    const name = number.replace(/^(sips?|client):/i, '');
    return `${graphemes(name.slice(0, 64))[0] ?? ''}•••`;
  }
  const [country = '', ...groups] = displayNumber(number.trim()).split(/[ -]/);
  // Shows country and area if enough digits stay hidden; an unparsable number shows neither.
  const head = [[country, groups[0] ?? ''], [country], ['+']].find(
    (one) =>
      one.every((part) => part !== '') &&
      countDigits(number) - countDigits(one.join('')) >= MIN_HIDDEN_DIGITS + VISIBLE_SUFFIX_DIGITS,
  ) ?? ['+'];
  const rest = number.trim().slice(1 + countDigits(head.join('')));
  const shown = Math.min(VISIBLE_SUFFIX_DIGITS, Math.max(0, rest.length - MIN_HIDDEN_DIGITS));
  const hidden = '•'.repeat(rest.length - shown);
  const parts = [hidden, rest.slice(rest.length - shown)].filter((part) => part !== '');
  const [first, ...area] = head;
  return first === '+1' ? `+1 ${[...area, ...parts].join('-')}` : `${head.join(' ')} ${parts.join(' ')}`;
}

const countDigits = (text: string) => text.replace(/\D/g, '').length;

/** The same number whole; empty when it was withheld. */
export function fullNumber(number: string): string {
  return classifyCaller(number) === 'withheld' ? '' : displayNumber(number);
}
