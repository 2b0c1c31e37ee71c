import { countryForNumber } from './callback-countries';
import { classifyCaller, isWithheld } from './caller-number';
import { type CountryCode, lengthProblem, type ParsedNumber, parseNumber } from './numbering-plan';

export { numberForSpeech } from './number-for-speech';
export type { CountryCode };

/** Why a number is not called. */
export type NumberProblem = 'withheld' | 'not-a-number' | 'country-not-allowed' | 'not-callable';
export type ValidatedNumber =
  | {
      ok: true;
      /** In E.164; this is what to dial and to store, since what was given may be spelt otherwise. */
      number: string;
      country: CountryCode;
    }
  | { ok: false; problem: NumberProblem };
export type TypedNumber = ValidatedNumber | { ok: false; problem: 'too-short' | 'too-long' };

/**
 * The types of number that ring one subscriber at an ordinary price. Left out: premium rate and shared cost; personal
 * numbers (UK 070, US 500) and pagers, which are priced like them; UAN and voicemail, which ring no caller; and toll
 * free, which is no private line and pays its owner for each call it receives.
 */
const CALLABLE_TYPES = new Set(['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP']);

/**
 * Numbers of North America that the metadata takes for ordinary ones: exchanges 976 (premium) and N11 (short codes: 911
 * within an area), directory assistance, and Canada's 600 (satellites among them).
 */
const NORTH_AMERICAN_SPECIALS = /^\+1(?:600\d{7}|\d{3}(?:976|[2-9]11)\d{4}|\d{3}5551212)$/;

/** Emergency and other short codes that ring within an area too: 030 110 is Berlin's police, 011 113 Turin's. */
const SHORT_CODE_IN_AREA = /^0\d+\D+(?:000|1\d\d|911|999)$/;

/** Mexico dropped these prefixes of mobiles and of trunk calls (2019), and old address books and carriers still have them. */
const OLD_MEXICAN = { international: /^\+521(?=\d{10}$)/, national: /^(?:044|045|01|1)(?=\d{10}$)/ };

/**
 * Checks a number before it is promised, stored, or dialed: a caller's own, or one read from the store again.
 * @param number in E.164, as Twilio gives it
 * @param allowed the countries of `allowedCountries`
 */
export function validateCallbackNumber(number: string, allowed: readonly CountryCode[]): ValidatedNumber {
  const kind = classifyCaller(number);
  if (kind === 'withheld') return rejected('withheld');
  if (kind !== 'number') return rejected('not-a-number');
  return validateParsedNumber(parseNumber(number.trim().replace(OLD_MEXICAN.international, '+52')), allowed);
}

/**
 * Understands a number typed on a keypad. `*` starts over, `#` ends. Of several meanings the first that is a number
 * allowed is taken: as dialed in the country of the dialed number, with or without its prefixes; after `00` or `011`,
 * which callers from elsewhere know; with an allowed country's code and nothing before it. A number of an allowed country
 * that may not be called ends the search, so that a premium number is not read as another one.
 * @param keys what Twilio's `Digits` holds: of any length, and not to be trusted
 * @param dialed the number the caller dialed, in E.164; where its country is unknown, the first allowed one stands in
 */
export function parseTypedNumber(digitsPressed: string, dialed: string, allowed: readonly CountryCode[]): TypedNumber {
  if (digitsPressed.length > MAX_KEYS) return rejected('too-long');
  const digits = (digitsPressed.split('#', 1)[0] ?? '').split('*').at(-1)?.trim() ?? '';
  if (digits === '') return rejected('too-short');
  if (!/^\d+$/.test(digits)) return rejected('not-a-number');
  if (digits.length > MAX_DIGITS) return rejected('too-long');
  const homeCountry = countryForNumber(dialed) ?? allowed[0];
  let isForeign = false;
  for (const { interpretation, isBare } of interpretations(digits, homeCountry)) {
    const verdict = validateParsedNumber(parseNumber(interpretation, homeCountry), allowed);
    if (verdict.ok || verdict.problem === 'not-callable' || verdict.problem === 'withheld') return verdict;
    // Nearly every slip of the finger is a bare number of somewhere: of countries not allowed it is no meaning at all.
    isForeign ||= verdict.problem === 'country-not-allowed' && !isBare;
  }
  return rejected(isForeign ? 'country-not-allowed' : (lengthProblem(digits, homeCountry) ?? 'not-a-number'));
}

/** Room for several starts with `*`. */
const MAX_KEYS = 100;
/** 15 digits of E.164 after the longest international prefix with a carrier's code (Brazil: 00 and two digits). */
const MAX_DIGITS = 20;

/** What digits may mean, likeliest first. */
function interpretations(
  digits: string,
  homeCountry: CountryCode | undefined,
): { interpretation: string; isBare?: true }[] {
  const international = (after: string) => `+${after}`.replace(OLD_MEXICAN.international, '+52');
  const bare = { interpretation: international(digits), isBare: true as const };
  if (startsWithOwnCountryCode(digits, homeCountry)) return [{ interpretation: bare.interpretation }];
  return [
    { interpretation: homeCountry === 'MX' ? digits.replace(OLD_MEXICAN.national, '') : digits },
    ...['00', '011']
      .filter((prefix) => digits.startsWith(prefix))
      .map((prefix) => ({ interpretation: international(digits.slice(prefix.length)) })),
    bare,
  ];
}

/**
 * 49 151 … on a German line is a mobile with its country code, though it may also be 0491 51… without its 0: where
 * national numbers have a prefix, it is the last thing people leave out.
 */
function startsWithOwnCountryCode(digits: string, homeCountry: CountryCode | undefined): boolean {
  const bare = parseNumber(`+${digits}`);
  if (homeCountry === undefined || bare?.country !== homeCountry || !bare.isValid() || !isCallable(bare)) return false;
  return parseNumber(digits, homeCountry)?.formatNational().replaceAll(/\D/g, '') !== digits;
}

function validateParsedNumber(parsed: ParsedNumber | undefined, allowed: readonly CountryCode[]): ValidatedNumber {
  // Fewer than eight digits with the country code are short codes nearly everywhere; more than 15 are not E.164.
  if (!parsed?.isValid() || !/^\+[1-9]\d{7,14}$/.test(parsed.number)) return rejected('not-a-number');
  const { number, country } = parsed;
  if (isWithheld(number)) return rejected('withheld');
  // Numbers of no country (satellites, +800, +979) are allowed nowhere.
  if (country === undefined || !allowed.includes(country)) return rejected('country-not-allowed');
  return isCallable(parsed) ? { ok: true, number, country } : rejected('not-callable');
}

function isCallable(parsed: ParsedNumber): boolean {
  return (
    CALLABLE_TYPES.has(parsed.getType() ?? '') &&
    !NORTH_AMERICAN_SPECIALS.test(parsed.number) &&
    !SHORT_CODE_IN_AREA.test(parsed.formatNational())
  );
}

const rejected = <P extends string>(problem: P) => ({ ok: false as const, problem });
