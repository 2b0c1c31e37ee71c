/**
 * Zones that never change their clocks, because they are named by an offset and not by a place. The tz database keeps
 * them for compatibility (iana.org/time-zones, files `backward` and `etcetera`); in a place with summer time they are
 * an hour off for half of the year, and rules by time of day with them.
 */
const MEANT_BY_NAME: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  MST: 'America/Denver',
  // Not in the database; engines take them all the same, BST for Dhaka and IST for Kolkata.
  CST: 'America/Chicago',
  PST: 'America/Los_Angeles',
  AST: 'America/Halifax',
  NST: 'America/St_Johns',
  BST: 'Europe/London',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  ECT: 'Europe/Paris',
  ART: 'Africa/Cairo',
  AET: 'Australia/Sydney',
  ACT: 'Australia/Darwin',
};

/** The likeliest place for each offset, in whole hours east of UTC. */
const MEANT_BY_OFFSET: Readonly<Record<number, string>> = {
  [-11]: 'Pacific/Pago_Pago',
  [-10]: 'Pacific/Honolulu',
  [-9]: 'America/Anchorage',
  [-8]: 'America/Los_Angeles',
  [-7]: 'America/Denver',
  [-6]: 'America/Chicago',
  [-5]: 'America/New_York',
  [-4]: 'America/Halifax',
  [-3]: 'America/Sao_Paulo',
  [-2]: 'America/Noronha',
  [-1]: 'Atlantic/Azores',
  0: 'Europe/London',
  1: 'Europe/Berlin',
  2: 'Europe/Athens',
  3: 'Europe/Moscow',
  4: 'Asia/Dubai',
  5: 'Asia/Karachi',
  6: 'Asia/Dhaka',
  7: 'Asia/Bangkok',
  8: 'Asia/Singapore',
  9: 'Asia/Tokyo',
  10: 'Australia/Sydney',
  11: 'Pacific/Noumea',
  12: 'Pacific/Auckland',
  13: 'Pacific/Tongatapu',
  14: 'Pacific/Kiritimati',
};

/**
 * The zone that is meant by a name without summer time: `America/New_York` for `EST`, `Etc/GMT+5`, `UTC-5` and `-05:00`.
 * @returns undefined for a zone of a place, for UTC itself, and for what is neither
 */
export function zoneMeantBy(name: string): string | undefined {
  const upper = name.trim().toUpperCase();
  if (Object.hasOwn(MEANT_BY_NAME, upper)) return MEANT_BY_NAME[upper];
  const [, prefix, sign, hours = ''] = /^(ETC\/GMT|GMT|UTC)?([+-])(\d{1,2})(?::?\d{2})?$/.exec(upper) ?? [];
  if (sign === undefined || (prefix !== undefined && Number(hours) === 0)) return undefined;
  // POSIX counts west of Greenwich: Etc/GMT+5 is five hours behind.
  const east = (sign === '+') === (prefix !== 'ETC/GMT') ? Number(hours) : -Number(hours);
  return MEANT_BY_OFFSET[east];
}
