/** Why a range of ordinary-looking numbers is not called. */
export type RefusedRange = 'satellite' | 'high-cost';

/**
 * Satellite telephones inside of countries' own plans, which the metadata takes for mobiles or VoIP: their operators by
 * libphonenumber's carrier data (resources/carrier/en: China Satcom, Globalstar), Australia's 0147 by ACMA's plan, and
 * Canada's 600 by CNAC.
 */
const SATELLITE = /^\+(?:1600|6114[57]|7954|86(?:1349|1740[0-5])|62868)/;

/**
 * Ranges of territories whose numbers two sides claim, or that are reached by another country's code: their calls cost a
 * multiple of the country's, and are the ones operators dispute. Western Sahara; Abkhazia, South Ossetia; Crimea, Donetsk,
 * Luhansk; Northern Cyprus; Transnistria; Nagorno-Karabakh; Kosovo before +383.
 */
const DISPUTED = new RegExp(
  `^\\+(?:${[
    '212528[89]',
    '7(?:840|940|850)|995(?:34|44)',
    '7(?:365|869|978|856|857|949|959)',
    '90(?:392|533[68]|5428|5488)',
    '373(?:21[0569]|533|55[257]|77[4-9])',
    '374(?:47|97)',
    '3774[45]|38128|38129|38138|38139|3864[39]',
  ].join('|')})`,
);

/**
 * Exchanges of the rural Midwest that live on access charges for calls made to them ("traffic pumping", 47 CFR 61.3(bbb)):
 * conference and radio lines, which no caller calls from.
 */
const TRAFFIC_PUMPING =
  /^\+1(?:218(?:339|844|862)|605(?:313|468|472|475|477|562)|641(?:715|793)|712(?:338|432|451|770|775|832))\d{4}$/;

/** @param number in E.164 @returns undefined for a number of none of these ranges */
export function refusedRange(number: string): RefusedRange | undefined {
  if (SATELLITE.test(number)) return 'satellite';
  return DISPUTED.test(number) || TRAFFIC_PUMPING.test(number) ? 'high-cost' : undefined;
}
