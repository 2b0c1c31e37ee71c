import { displayNumber, kindOfCaller } from './caller-number';

const SHOWN_AT_THE_END = 4;
/** At least. */
const HIDDEN = 3;

/**
 * For people who may not see whole numbers: `+1 555-•••-4567`, `+44 20 •••• 4567`. A SIP address or another caller's name
 * keeps its first letter; empty when it was withheld.
 */
export function maskedNumber(number: string): string {
  const kind = kindOfCaller(number);
  if (kind === 'withheld') return '';
  if (kind !== 'number') {
    const name = number.replace(/^(sips?|client):/i, '');
    return `${name.slice(0, 1)}•••`;
  }
  const [country = '', ...groups] = displayNumber(number.trim()).split(' ');
  // The country shows, then the area, where enough is left that does not; of a number nobody can divide neither.
  const head = [[country, groups[0] ?? ''], [country], ['+']].find(
    (one) => one.every((part) => part !== '') && digits(number) - digits(one.join('')) >= HIDDEN + SHOWN_AT_THE_END,
  ) ?? ['+'];
  const rest = number.trim().slice(1 + digits(head.join('')));
  const shown = Math.min(SHOWN_AT_THE_END, Math.max(0, rest.length - HIDDEN));
  const hidden = '•'.repeat(rest.length - shown);
  const parts = [hidden, rest.slice(rest.length - shown)].filter((part) => part !== '');
  const [first, ...area] = head;
  return first === '+1' ? `+1 ${[...area, ...parts].join('-')}` : `${head.join(' ')} ${parts.join(' ')}`;
}

const digits = (text: string) => text.replace(/\D/g, '').length;

/** The same number whole; empty when it was withheld. */
export function shownNumber(number: string): string {
  return kindOfCaller(number) === 'withheld' ? '' : displayNumber(number);
}
