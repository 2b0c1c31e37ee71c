import { type CountryCode, type ParsedNumber, parseExact } from './numbering-plan';

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
  return isNextToOthers(parsed, country) ? undefined : country;
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

/** Numbers that share not even one say nothing. */
const MIN_SHARED_DIGITS = 1;
/** Ranges are known with other lengths as well: a premium number with a digit too few stays one. */
const LENGTH_DIFFERENCES = [0, 1, 2, 3, -1];

/** Whether the known numbers that share the most digits with it, of nearly any length, are dear or another country's. */
function isNextToOthers({ countryCallingCode, nationalNumber }: ParsedNumber, country: CountryCode): boolean {
  for (let shared = nationalNumber.length - 1; shared >= MIN_SHARED_DIGITS; shared -= 1) {
    const relatives = [...'0123456789'].flatMap((digit) =>
      LENGTH_DIFFERENCES.flatMap((difference) => {
        const digits = `${nationalNumber.slice(0, shared)}${digit}${nationalNumber.slice(shared + 1)}`;
        const relative = parseExact(`+${countryCallingCode}${withLength(digits, digits.length + difference)}`);
        return relative?.isValid() ? [relative] : [];
      }),
    );
    if (relatives.length > 0)
      return relatives.some((one) => SPECIAL_TYPES.has(one.getType() ?? '') || one.country !== country);
  }
  return false;
}

const withLength = (digits: string, length: number) => digits.slice(0, length).padEnd(length, '0');
