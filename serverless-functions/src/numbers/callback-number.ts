import { countryForNumber } from './callback-countries';
import { classifyCaller, isWithheld } from './caller-number';
import { type CountryCode, lengthProblem, type ParsedNumber, parseNumber } from './numbering-plan';
import { type RefusedRange, refusedRange } from './refused-ranges';
import { countryOfUnlistedNumber } from './unlisted-number';

export { numberForSpeech } from './number-for-speech';
export type { CountryCode };

/** Why a number is not called. */
export type NumberProblem =
  | 'withheld'
  | 'not-a-number'
  | 'country-not-allowed'
  /** One of the business's own. */
  | 'ours'
  /** Premium, shared cost, and personal numbers, which are priced like them. */
  | 'premium'
  | RefusedRange
  /** Emergency and other short codes, pagers, voicemail boxes. */
  | 'not-callable';
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
 * The types of number that cost the one who calls them what ordinary numbers do, or nothing: toll free ones, and those of
 * a whole company (UAN), such as Britain's 03, which are priced like area codes by rule (libphonenumber-js#88).
 */
const CALLABLE_TYPES = new Set(['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP', 'TOLL_FREE', 'UAN']);
/** Personal numbers (UK 070, US 500, Italy 199) are priced like premium ones. */
const PREMIUM_TYPES = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER']);

/** Ranges that the metadata takes for ordinary: North America's exchange 976, Portugal's 707 and 708. */
const PREMIUM_RANGE = /^\+(?:1\d{3}976\d{4}|35170[78]\d{6})$/;
/** Numbers of North America in areas: N11 (short codes: 911 within an area), and directory assistance. */
const NORTH_AMERICAN_SPECIALS = /^\+1(?:\d{3}[2-9]11\d{4}|\d{3}5551212)$/;

/** Emergency and other short codes that ring within an area too: 030 110 is Berlin's police, 011 113 Turin's. */
const SHORT_CODE_IN_AREA = /^0\d+\D+(?:000|1\d\d|911|999)$/;

/** Mexico dropped these prefixes of mobiles and of trunk calls (2019), and old address books and carriers still have them. */
const OLD_MEXICAN = { international: /^\+521(?=\d{10}$)/, national: /^(?:044|045|01|1)(?=\d{10}$)/ };

/**
 * Checks a number before it is promised, stored, or dialed: a caller's own, or one read from the store again.
 * @param number in E.164, as Twilio gives it
 * @param allowed the countries of `allowedCountries`
 * @param own the business's own numbers, in E.164: calling one back would ring the business
 */
export function validateCallbackNumber(
  number: string,
  allowed: readonly CountryCode[],
  own: readonly string[] = [],
): ValidatedNumber {
  const kind = classifyCaller(number);
  if (kind === 'withheld') return rejected('withheld');
  if (kind !== 'number') return rejected('not-a-number');
  const parsed = parseNumber(number.trim().replace(OLD_MEXICAN.international, '+52'));
  return parsed?.isValid() ? validateKnownNumber(parsed, allowed, own) : validateUnlistedNumber(parsed, allowed, own);
}

/**
 * Understands a number typed on a keypad. `*` starts over, `#` ends. Of several meanings the first that is a number
 * allowed is taken: as dialed in the country of the dialed number, with or without its prefixes; after `00` or `011`,
 * which callers from elsewhere know; with an allowed country's code and nothing before it. A number of an allowed country
 * that may not be called ends the search, so that a premium number is not read as another one.
 * @param keys what Twilio's `Digits` holds: of any length, and not to be trusted
 * @param dialed the number the caller dialed, in E.164; if its country is unknown, the first allowed country is used
 * @param own the business's further numbers; the dialed one is its own in any case
 */
export function parseTypedNumber(
  digitsPressed: string,
  dialed: string,
  allowed: readonly CountryCode[],
  own: readonly string[] = [],
): TypedNumber {
  if (digitsPressed.length > MAX_KEYS) return rejected('too-long');
  const digits = (digitsPressed.split('#', 1)[0] ?? '').split('*').at(-1)?.trim() ?? '';
  if (digits === '') return rejected('too-short');
  if (!/^\d+$/.test(digits)) return rejected('not-a-number');
  if (digits.length > MAX_DIGITS) return rejected('too-long');
  const homeCountry = countryForNumber(dialed) ?? allowed[0];
  let isForeign = false;
  const meanings = interpretations(digits, homeCountry);
  const ownNumbers = [dialed.trim(), ...own];
  for (const { interpretation, isBare } of meanings) {
    const verdict = validateKnownNumber(parseNumber(interpretation, homeCountry), allowed, ownNumbers);
    if (isFinal(verdict)) return verdict;
    // Nearly every slip of the finger is a bare number of somewhere: of countries not allowed it is no meaning at all.
    isForeign ||= !verdict.ok && verdict.problem === 'country-not-allowed' && !isBare;
  }
  // Only now a number of a new range, and never a bare one: nearly any digits may be one.
  for (const { interpretation } of meanings.filter(({ isBare }) => !isBare && !isForeign)) {
    const verdict = validateUnlistedNumber(parseNumber(interpretation, homeCountry), allowed, ownNumbers);
    if (isFinal(verdict)) return verdict;
  }
  return rejected(isForeign ? 'country-not-allowed' : (lengthProblem(digits, homeCountry) ?? 'not-a-number'));
}

/** Ends the search for another meaning. */
const isFinal = (verdict: ValidatedNumber) =>
  verdict.ok || (verdict.problem !== 'not-a-number' && verdict.problem !== 'country-not-allowed');

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
  if (homeCountry === undefined || bare?.country !== homeCountry || !bare.isValid() || !isSubscriber(bare))
    return false;
  return parseNumber(digits, homeCountry)?.formatNational().replaceAll(/\D/g, '') !== digits;
}

/** One of a range that the metadata knows. */
function validateKnownNumber(
  parsed: ParsedNumber | undefined,
  allowed: readonly CountryCode[],
  own: readonly string[],
): ValidatedNumber {
  if (!isE164(parsed) || !parsed.isValid()) return rejected('not-a-number');
  const { number } = parsed;
  if (isWithheld(number)) return rejected('withheld');
  const country = countryAmong(parsed, allowed);
  // Numbers of no country (satellites, +800, +979) are allowed nowhere.
  if (country === undefined) return rejected('country-not-allowed');
  if (own.includes(number)) return rejected('ours');
  const problem = typeProblem(parsed) ?? specialProblem(parsed);
  return problem === undefined ? { ok: true, number, country } : rejected(problem);
}

/** One of a range that is newer than the metadata. */
function validateUnlistedNumber(
  parsed: ParsedNumber | undefined,
  allowed: readonly CountryCode[],
  own: readonly string[],
): ValidatedNumber {
  const country = isE164(parsed) ? countryOfUnlistedNumber(parsed.number, allowed) : undefined;
  if (parsed === undefined || country === undefined) return rejected('not-a-number');
  const { number } = parsed;
  if (isWithheld(number)) return rejected('withheld');
  if (own.includes(number)) return rejected('ours');
  const problem = specialProblem(parsed);
  return problem === undefined ? { ok: true, number, country } : rejected(problem);
}

/** Fewer than eight digits with the country code are short codes nearly everywhere; more than 15 are not E.164. */
const isE164 = (parsed: ParsedNumber | undefined): parsed is ParsedNumber =>
  parsed !== undefined && /^\+[1-9]\d{7,14}$/.test(parsed.number);

/** North America's toll free numbers are of all its countries, though the metadata has them in one. */
function countryAmong(parsed: ParsedNumber, allowed: readonly CountryCode[]): CountryCode | undefined {
  const { country } = parsed;
  if (country !== undefined && allowed.includes(country)) return country;
  const isShared = parsed.countryCallingCode === '1' && parsed.getType() === 'TOLL_FREE';
  return isShared && allowed.includes('CA') ? 'CA' : undefined;
}

function typeProblem(parsed: ParsedNumber): NumberProblem | undefined {
  const type = parsed.getType() ?? '';
  if (PREMIUM_TYPES.has(type)) return 'premium';
  return CALLABLE_TYPES.has(type) ? undefined : 'not-callable';
}

function specialProblem(parsed: ParsedNumber): NumberProblem | undefined {
  const { number } = parsed;
  if (PREMIUM_RANGE.test(number)) return 'premium';
  if (NORTH_AMERICAN_SPECIALS.test(number) || SHORT_CODE_IN_AREA.test(parsed.formatNational())) return 'not-callable';
  return refusedRange(number);
}

/** A callable number of a single line, as nearly all that are typed. */
const isSubscriber = (parsed: ParsedNumber) =>
  (typeProblem(parsed) ?? specialProblem(parsed)) === undefined && !/^(?:TOLL_FREE|UAN)$/.test(parsed.getType() ?? '');

const rejected = <P extends string>(problem: P) => ({ ok: false as const, problem });
