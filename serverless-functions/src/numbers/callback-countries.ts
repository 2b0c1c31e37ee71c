import { type CountryCode, isCountry, parseNumber } from './numbering-plan';

/**
 * The country a number belongs to. Of the countries that share a code (+1, +7, +44) exactly the one whose number it is.
 * @returns undefined for numbers of no country (+800, satellites), and for what is no number
 */
export function countryForNumber(number: string): CountryCode | undefined {
  const trimmed = number.trim();
  return trimmed.startsWith('+') ? parseNumber(trimmed)?.country : undefined;
}

/**
 * The countries callbacks may go to. What is not configured is not allowed, which is the fence against toll fraud: an
 * unknown code allows nothing, and a list of unknown codes allows no callback at all rather than all of them.
 * @param configured `CALLBACK_COUNTRIES`, e.g. `US,CA`; without it, the dialed number's country alone
 * @param dialed the number the caller dialed, in E.164
 */
export function allowedCountries(configured: string | undefined, dialed: string): readonly CountryCode[] {
  const codes = (configured ?? '').split(/[\s,;]+/).filter((code) => code !== '');
  if (codes.length > 0) return [...new Set(codes.map((code) => code.toUpperCase()).filter(isCountry))];
  const country = countryForNumber(dialed);
  return country === undefined ? [] : [country];
}
