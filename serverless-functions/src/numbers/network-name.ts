/** What networks send where they have no name: the kind of line, the carrier's own word, or a prefix of any of them. */
const LINE_KINDS = new Set([
  ...['wireless', 'cell', 'cellular', 'mobile', 'cell phone', 'mobile phone', 'landline', 'telephone', 'phone', 'voip'],
  ...['toll free', 'pay phone', 'payphone', 'international', 'out of area', 'not available', 'name unavailable'],
  ...[
    'unavailable',
    'unassigned',
    'unlisted',
    'not found',
    'no name',
    'no caller id',
    'caller id',
    'caller',
    'incoming',
  ],
  ...[
    'unknown',
    'unknown name',
    'private',
    'anonymous',
    'restricted',
    'blocked',
    'withheld',
    'invalid',
    'n/a',
    'none',
    'na',
  ],
  ...[
    'user',
    'subscriber',
    'customer',
    'v',
    'o',
    'p',
    'spam',
    'spam likely',
    'scam likely',
    'spam risk',
    'telemarketer',
  ],
]);

/** Two-letter codes of US states and territories and Canadian provinces, as they follow a city: `SAN FRANCISCO CA`. */
const STATE_CODES = new Set(
  (
    'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI ' +
    'SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AB BC MB NB NL NS NT NU ON PE QC SK YT'
  ).split(' '),
);

const STATE_NAMES = new Set(
  (
    'alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana ' +
    'iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska ' +
    'nevada,new hampshire,new jersey,new mexico,new york,north carolina,north dakota ohio oklahoma oregon pennsylvania,' +
    'rhode island,south carolina,south dakota tennessee texas utah vermont washington,west virginia wisconsin wyoming ' +
    'canada usa,united states ontario quebec alberta manitoba,british columbia,nova scotia'
  )
    .split(/,|(?<!\b(?:new|north|south|west|rhode|united|british|nova)) /)
    .map((name) => name.trim()),
);

/**
 * True for a name that is no person's and no company's: networks fill the place with the kind of line, the city and state
 * of the exchange, or the number (NANP caller names, 15 characters in capitals). Shown as a name it would hide the number.
 */
export function isNetworkName(name: string): boolean {
  const words = name
    .replace(/[\s"_.,*:;-]+/g, ' ')
    .trim()
    .toLowerCase();
  if (!/\p{L}/u.test(words)) return true;
  const withoutNoun = words.replace(/ (?:caller|call|number|name|user|subscriber|customer|line)$/, '');
  if (LINE_KINDS.has(words) || LINE_KINDS.has(withoutNoun)) return true;
  if (STATE_NAMES.has(words)) return true;
  // Such as V13125551234 or "Call from 3125550123": a number with a word before it.
  if (/^(?:v|tel|phone|call from|caller)? ?[+(]?\d[\d ()]{5,}$/.test(words)) return true;
  return isCityAndState(name);
}

/** `SAN FRANCISCO CA`, `Austin, TX`, `TORONTO ON`: an initial after a name in mixed case is a person's. */
function isCityAndState(name: string): boolean {
  const words = name.trim();
  const state = words.slice(-2);
  const before = words.slice(0, -2).trimEnd();
  const city = before.replace(/,$/, '');
  if (before.length === words.length - 2 || !STATE_CODES.has(state.toUpperCase())) return false;
  if (!/^[\p{L} .'-]{3,}$/u.test(city) || state !== state.toUpperCase()) return false;
  return before.endsWith(',') || city === city.toUpperCase();
}
