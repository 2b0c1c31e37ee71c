import { type CountryCode, type ParsedNumber, parseExact, parseNumber } from './numbering-plan';

/** Shorter ones are short codes and slips of the finger. */
const MIN_NATIONAL_DIGITS = 8;

/** What a new range next to one of these would be. */
const SPECIAL_TYPES = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER']);

/**
 * The country of a number that the metadata does not know yet: its length is right, and nothing around it is dear. New area
 * codes are in use months before a deployment has the metadata with them.
 * @param number in E.164
 * @returns undefined for a number of no allowed country, and for one that is better refused
 */
export function countryOfUnlistedNumber(number: string, allowed: readonly CountryCode[]): CountryCode | undefined {
  // Read without the country it was typed in, which would decide whose it is; and nothing left out, such as a carrier code.
  const parsed = parseExact(number);
  if (parsed === undefined || parsed.isValid() || !parsed.isPossible()) return undefined;
  if (parsed.nationalNumber.length < MIN_NATIONAL_DIGITS) return undefined;
  if (parsed.countryCallingCode === '1') return northAmericanCountry(parsed.nationalNumber, allowed);
  // Of countries that share a code, new ranges are the first one's: the others have a fixed few digits.
  const [country] = parsed.getPossibleCountries();
  if (country === undefined || !allowed.includes(country)) return undefined;
  return isNextToSpecialNumbers(parsed) ? undefined : country;
}

/** Area codes of the plan's other countries, whose unknown exchanges are not American ones (NANPA, "NPA codes by country"). */
const OTHER_COUNTRIES =
  /^(?:242|246|264|268|284|340|345|441|473|649|658|664|670|671|684|721|758|767|784|787|809|829|849|868|869|876|939)/;
/**
 * Codes that are no area: two equal last digits (reserved for services), N9X and 37X and 96X (for the plan's extension),
 * future toll free ones, and the 5XX of personal numbers (NANPA, "Numbering resources").
 */
const NO_AREA =
  /^(?:[2-9](?:9\d|(\d)\1)|37\d|96\d|88\d|822|456|600|700|710|900|95[089]|52\d|53[258]|54[235679]|55\d|5(?:69|78|89))/;

function northAmericanCountry(digits: string, allowed: readonly CountryCode[]): CountryCode | undefined {
  if (!/^[2-9]\d\d[2-9]\d{6}$/.test(digits) || OTHER_COUNTRIES.test(digits) || NO_AREA.test(digits)) return undefined;
  return (['US', 'CA'] as const).find((country) => allowed.includes(country));
}

/** Whether the known numbers that share the most digits with it are dear, or some of them. */
function isNextToSpecialNumbers({ countryCallingCode, nationalNumber }: ParsedNumber): boolean {
  for (let kept = nationalNumber.length - 1; kept > 0; kept -= 1) {
    const types = [...'0123456789'].flatMap((digit) => {
      const relative = parseNumber(
        `+${countryCallingCode}${nationalNumber.slice(0, kept)}${digit}${nationalNumber.slice(kept + 1)}`,
      );
      return relative?.isValid() ? [relative.getType() ?? ''] : [];
    });
    if (types.length > 0) return types.some((type) => SPECIAL_TYPES.has(type));
  }
  return false;
}
