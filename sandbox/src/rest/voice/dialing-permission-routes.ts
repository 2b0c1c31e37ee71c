import { DIALABLE_COUNTRIES, type DialableCountry } from '../../world/dialing-permissions';
import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import type { Fields } from '../fields';
import { type Order, pageMeta, paginate } from '../page';
import type { Route } from '../route';

const VOICE = 'voice.twilio.com';
const LIST = '/v1/DialingPermissions/Countries';
/** OpenAPI voice v1, PageSize: "the maximum is 1000". */
const LARGEST_PAGE = 1000;

/** Which countries the account may call, to be read. */
export function dialingPermissionRoutes({ account }: World): Route[] {
  const json = ({ isoCode, name, continent, codes }: DialableCountry) => {
    const {
      lowRisk = false,
      highRiskSpecial = false,
      highRiskTollfraud = false,
    } = account.dialingPermissions.get(isoCode) ?? {};
    const url = `https://${VOICE}${LIST}/${isoCode}`;
    return {
      iso_code: isoCode,
      name,
      continent,
      country_codes: codes,
      low_risk_numbers_enabled: lowRisk,
      high_risk_special_numbers_enabled: highRiskSpecial,
      high_risk_tollfraud_numbers_enabled: highRiskTollfraud,
      url,
      links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
    };
  };
  return [
    {
      method: 'GET',
      path: LIST,
      handle({ fields, query, path }) {
        const order: Order<ReturnType<typeof json>> = { rank: ({ iso_code }) => [iso_code] };
        const countries = DIALABLE_COUNTRIES.map(json).filter((country) => isAsked(country, fields));
        const page = paginate(countries, order, fields, query, LARGEST_PAGE);
        return { status: 200, body: { content: page.items, meta: pageMeta(page, VOICE, path, 'content') } };
      },
    },
    {
      method: 'GET',
      path: `${LIST}/{IsoCode}`,
      handle({ params, path }) {
        const country = DIALABLE_COUNTRIES.find(({ isoCode }) => isoCode === params.IsoCode);
        if (!country) throw notFound(path);
        return { status: 200, body: json(country) };
      },
    },
  ];
}

function isAsked(country: Record<string, unknown>, fields: Fields): boolean {
  const equals = (name: string, key: string) => (fields.text(name) ?? country[key]) === country[key];
  const flagged = (name: string, key: string) => (fields.flag(name) ?? country[key]) === country[key];
  const code = fields.text('CountryCode');
  return (
    equals('IsoCode', 'iso_code') &&
    equals('Continent', 'continent') &&
    (code === undefined || (country.country_codes as string[]).includes(code)) &&
    flagged('LowRiskNumbersEnabled', 'low_risk_numbers_enabled') &&
    flagged('HighRiskSpecialNumbersEnabled', 'high_risk_special_numbers_enabled') &&
    flagged('HighRiskTollfraudNumbersEnabled', 'high_risk_tollfraud_numbers_enabled')
  );
}
