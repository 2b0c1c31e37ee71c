// The metadata with every type of number: premium and shared cost need it (+74 KiB in a Function over
// `/min`). The only door to the library, since a Function that had `/min` too would carry two tables (+162 KiB).
import parsePhoneNumber, {
  type CountryCode,
  isSupportedCountry,
  validatePhoneNumberLength,
} from 'libphonenumber-js/max';

export type { CountryCode };
export const numberingLibrary = { parsePhoneNumber, isSupportedCountry, validatePhoneNumberLength };
