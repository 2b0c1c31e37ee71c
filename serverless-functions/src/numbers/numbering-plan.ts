import type { CountryCode, numberingLibrary } from './numbering-library';

export type { CountryCode };

type Library = typeof numberingLibrary;
export type ParsedNumber = NonNullable<ReturnType<Library['parsePhoneNumber']>>;

/** Loaded at its first use: most requests look at no number, and the plans are half of a Function (ADR 0040). */
const library = (): Library => require('./numbering-library').numberingLibrary;

/**
 * Reads digits as a number: in international form with a leading `+`, else as dialed in `country`.
 * @returns undefined if it is not a number; the result may be invalid
 */
export function parseNumber(digits: string, country?: CountryCode): ParsedNumber | undefined {
  // Never looks for a number inside of other text, and never lets 300 digits through to the patterns.
  if (!/^\+?\d{2,40}$/.test(digits)) return undefined;
  return library().parsePhoneNumber(digits, { defaultCountry: country, extract: false });
}

/** For showing and reading out: a number in E.164 of which the library left nothing out, such as a carrier's code. */
export function parseExact(number: string): ParsedNumber | undefined {
  const parsed = parseNumber(number);
  return parsed?.number === number ? parsed : undefined;
}

/** True for `US` and every other country that has a numbering plan; `UK` is none. */
export const isCountry = (code: string): code is CountryCode => library().isSupportedCountry(code);

/** Whether so many digits are no whole number in `country`, or more than one; undefined when their count is right. */
export function lengthProblem(digits: string, country: CountryCode | undefined): 'too-short' | 'too-long' | undefined {
  const problem = country && library().validatePhoneNumberLength(digits, country);
  if (problem === 'TOO_SHORT') return 'too-short';
  return problem === 'TOO_LONG' ? 'too-long' : undefined;
}
