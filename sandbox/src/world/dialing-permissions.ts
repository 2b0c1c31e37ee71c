import type { DialingPermission } from './types';

export interface DialableCountry {
  isoCode: string;
  name: string;
  continent: string;
  codes: readonly string[];
}

/** Some of the countries that Voice's dialing permissions know, by its names. */
export const DIALABLE_COUNTRIES: readonly DialableCountry[] = [
  { isoCode: 'AU', name: 'Australia', continent: 'OCEANIA', codes: ['+61'] },
  { isoCode: 'BR', name: 'Brazil', continent: 'SOUTH_AMERICA', codes: ['+55'] },
  { isoCode: 'DE', name: 'Germany', continent: 'EUROPE', codes: ['+49'] },
  { isoCode: 'ES', name: 'Spain', continent: 'EUROPE', codes: ['+34'] },
  { isoCode: 'FR', name: 'France', continent: 'EUROPE', codes: ['+33'] },
  { isoCode: 'GB', name: 'United Kingdom', continent: 'EUROPE', codes: ['+44'] },
  { isoCode: 'IN', name: 'India', continent: 'ASIA', codes: ['+91'] },
  { isoCode: 'JP', name: 'Japan', continent: 'ASIA', codes: ['+81'] },
  { isoCode: 'LV', name: 'Latvia', continent: 'EUROPE', codes: ['+371'] },
  { isoCode: 'MX', name: 'Mexico', continent: 'NORTH_AMERICA', codes: ['+52'] },
  { isoCode: 'TH', name: 'Thailand', continent: 'ASIA', codes: ['+66'] },
  // One of Twilio's own examples (OpenAPI voice v1).
  { isoCode: 'US', name: 'United States/Canada', continent: 'NORTH_AMERICA', codes: ['+1'] },
];

/** Assumed of a new account in the United States: its own country's ordinary numbers. */
export function defaultDialingPermissions(): Map<string, DialingPermission> {
  return new Map([['US', { lowRisk: true, highRiskSpecial: false, highRiskTollfraud: false }]]);
}
