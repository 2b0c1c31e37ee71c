import { parseExact, parseNumber } from './numbering-plan';

/** More digits in one breath are hard to follow. */
const MAX_GROUP_DIGITS = 4;

/**
 * The digits of a number in the groups it is written in: as in its own country when the caller dialed a number of the
 * same one, else with the country code.
 * @param number in E.164
 * @param dialed the number the caller dialed, in E.164
 */
export function digitGroups(number: string, dialed: string): string[] {
  const parsed = parseExact(number.trim());
  const home = parseNumber(dialed.trim());
  const isDomestic = parsed?.country === home?.country && parsed?.countryCallingCode === home?.countryCallingCode;
  const written = (isDomestic ? parsed?.formatNational() : parsed?.formatInternational()) ?? number;
  return (written.match(/\d+/g) ?? []).flatMap(splitEvenly);
}

/** For a voice of any language: `2 0 2, 5 5 5, 0 1 2 3`. Empty when there are no digits. */
export function numberForSpeech(number: string, dialed: string): string {
  return digitGroups(number, dialed)
    .map((group) => [...group].join(' '))
    .join(', ');
}

/** A long group in parts as even as can be: eight digits are four and four, five are three and two. */
function splitEvenly(group: string): string[] {
  const parts = Math.ceil(group.length / MAX_GROUP_DIGITS);
  const size = Math.ceil(group.length / parts);
  return Array.from({ length: parts }, (_, n) => group.slice(n * size, (n + 1) * size)).filter((part) => part !== '');
}
