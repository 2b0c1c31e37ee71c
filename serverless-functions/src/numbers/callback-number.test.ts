import fc from 'fast-check';
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { type NumberProblem, parseTypedNumber, type TypedNumber, validateCallbackNumber } from './callback-number';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });
const RUNS = { numRuns: process.env.SOAK === '1' ? 30_000 : 1_000 };

const US = '+12025550100';
const GB = '+442079460100';
const ALL: readonly CountryCode[] = getCountries();
const outcome = (result: TypedNumber) => (result.ok ? `${result.number} ${result.country}` : result.problem);
/** A number of each country, to be dialed. */
const LINES = {
  ...{ US, GB, CA: '+14165550100', DE: '+493023125100', ES: '+34911234500', FR: '+33199001200', MX: '+525512345600' },
  ...{ BR: '+551123456700', AU: '+61255501200', IN: '+911123456700', JP: '+81312345600', ZA: '+27111234500' },
  ...{ IT: '+390612345600', RU: '+74951234500', KZ: '+77172123400', JE: '+441534123400', GG: '+441481256700' },
  ...{ IM: '+441624756700', JM: '+18769123400', PR: '+17872345600', AR: '+541123456700', AD: '+376712300' },
  ...{ SG: '+6561234500', CN: '+861012345600', NL: '+31201234500', AT: '+431512345', SE: '+46313900601' },
};

describe("a caller's own number, or one from the store", () => {
  test.each<[string, CountryCode]>([
    ['+12025550123', 'US'],
    ['+14165550123', 'CA'],
    ['+442079460123', 'GB'],
    ['+447400123456', 'GB'],
    ['+447911123456', 'GG'],
    ['+390612345678', 'IT'],
    ['+393123456789', 'IT'],
    ['+5491123456789', 'AR'],
    ['+5511912345678', 'BR'],
    ['+819012345678', 'JP'],
    ['+815012345678', 'JP'],
    ['+6561234567', 'SG'],
    ['+376712345', 'AD'],
    ['+67720123', 'SB'],
  ])('%s is fine in %s', (number, country) => {
    expect(validateCallbackNumber(number, [country])).toEqual({ ok: true, number, country });
    expect(validateCallbackNumber(number, [])).toEqual({ ok: false, problem: 'country-not-allowed' });
    const others = ALL.filter((other) => other !== country);
    expect(validateCallbackNumber(number, others)).toEqual({ ok: false, problem: 'country-not-allowed' });
  });

  test.each([
    ['+4989123456789012', 16],
    ['+498912345678901', 15],
    ['+436641234567890', 15],
    ['+62812345678901', 14],
  ])('%s keeps every digit', (number, digits) => {
    const result = validateCallbackNumber(number, ['DE', 'AT', 'ID']);
    // Sixteen digits are a number to German exchanges, but not E.164.
    if (digits > 15) expect(result).toEqual({ ok: false, problem: 'not-a-number' });
    else expect(result).toMatchObject({ ok: true, number });
  });

  test.each<[string, NumberProblem, string[]]>([
    ['nobody', 'withheld', ['', ' ', '+', '0', 'anonymous', '+266696687', '+17378742833', '+86282452253', 'undefined']],
    ['an address', 'not-a-number', ['sip:ana@example.com', 'sip:+12025550123@example.com', 'client:ana']],
    ['no E.164', 'not-a-number', ['12025550123', '+1 202 555 0123', '+1202555012x', '+1e23456789', '+999123456789']],
    [
      'of no use',
      'not-a-number',
      ['+15551234567', '+12025550', '+120255501234', '+442079460', '+1911', '+44999', '+112'],
    ],
    ['a satellite', 'country-not-allowed', ['+870301234567', '+881612345678', '+882161234567', '+883510012345']],
    ['of no country', 'country-not-allowed', ['+80012345678', '+80812345678', '+979123456789']],
    ['American premium', 'premium', ['+19005551234', '+12129761234', '+14169761234']],
    ['British premium', 'premium', ['+449098790123', '+448712345678', '+448431234567']],
    [
      'other premium',
      'premium',
      ['+499001234567', '+33899123456', '+34803123456', '+39899123456', '+611900123456', '+351707123456'],
    ],
    ['shared cost', 'premium', ['+39848123456', '+34901123456']],
    ['personal', 'premium', ['+447012345678', '+15002345678', '+15332345678', '+16222345678']],
    ['a pager', 'not-callable', ['+447640123456']],
    ['directory assistance or a short code', 'not-callable', ['+12125551212', '+12129111234']],
    [
      "a satellite in a country's own plan",
      'satellite',
      ['+16007001234', '+61147112345', '+79541234567', '+62868123456', '+8613491234567'],
    ],
    [
      'disputed or of another territory',
      'high-cost',
      [
        '+212528812345',
        '+79401234567',
        '+79781234567',
        '+73652123456',
        '+903921234567',
        '+78401234567',
        '+905336812345',
        '+905428612345',
        '+37744123456',
        '+37353312345',
      ],
    ],
    ['traffic pumping', 'high-cost', ['+17124320123', '+16054751234', '+16417151234', '+12183391234']],
    ['in an area of another country', 'not-a-number', ['+441481123456']],
    ['unknown, beside premium', 'not-a-number', ['+49199123456', '+49137123456', '+49700123456']],
    [
      'no area code there can be',
      'not-a-number',
      ['+12225551234', '+12905551234', '+13705551234', '+15355551234', '+18805551234', '+17105551234', '+12842341234'],
    ],
    ['an emergency number within an area', 'not-callable', ['+496221112', '+496221110', '+39011113']],
  ])('%s: %s', (_what, problem, numbers) => {
    for (const number of numbers)
      expect([number, outcome(validateCallbackNumber(number, ALL))]).toEqual([number, problem]);
  });

  test.each<[string, string, CountryCode]>([
    ...['861', '621', '679', '565'].map((area): [string, string, CountryCode] => [
      'an American area code newer than the metadata',
      `+1${area}2345678`,
      'US',
    ]),
    ['toll free', '+18005550199', 'US'],
    ['toll free', '+18335550199', 'US'],
    ['toll free', '+448081570123', 'GB'],
    ['toll free', '+498001234567', 'DE'],
    ['priced as an area code', '+443001234567', 'GB'],
    ['priced as an area code', '+443331234567', 'GB'],
    ['priced as an area code', '+443451234567', 'GB'],
    ['priced as an area code', '+443069990123', 'GB'],
    ['priced as an area code', '+33809123456', 'FR'],
    ['priced as an area code', '+41581234567', 'CH'],
    ['priced as an area code', '+31881234567', 'NL'],
  ])('%s is called: %s', (_what, number, country) => {
    expect(validateCallbackNumber(number, [country])).toEqual({ ok: true, number, country });
    expect(validateCallbackNumber(number, [])).toMatchObject({ ok: false });
  });

  test('a new American area code is Canadian where only Canada is allowed, and nothing elsewhere', () => {
    expect(outcome(validateCallbackNumber('+18612345678', ['CA']))).toBe('+18612345678 CA');
    expect(outcome(validateCallbackNumber('+18612345678', ['JM', 'BS']))).toBe('not-a-number');
    expect(outcome(validateCallbackNumber('+18005550199', ['CA']))).toBe('+18005550199 CA');
  });

  test("one of the business's own numbers is refused, given or typed", () => {
    expect(outcome(validateCallbackNumber(US, ['US'], ['+12025550199', US]))).toBe('ours');
    expect(outcome(parseTypedNumber('2025550100', US, ['US']))).toBe('ours');
    expect(outcome(parseTypedNumber('12025550199', US, ['US'], ['+12025550199']))).toBe('ours');
    expect(outcome(parseTypedNumber('8612345678', '+18612345678', ['US']))).toBe('ours');
  });

  test('the old prefix of Mexican mobiles, which carriers still send, is left out', () => {
    expect(validateCallbackNumber('+5215512345678', ['MX'])).toMatchObject({ ok: true, number: '+525512345678' });
  });

  test('no emergency number is called in any country, however it is spelt', () => {
    const shortCodes = [
      '000',
      '100',
      '101',
      '102',
      '108',
      '110',
      '111',
      '112',
      '113',
      '115',
      '118',
      '119',
      '911',
      '999',
    ];
    const accepted: string[] = [];
    for (const country of ALL)
      for (const code of shortCodes)
        for (const prefix of ['', '0', '1', '8']) {
          const digits = `${prefix}${code}`;
          const whole = `${getCountryCallingCode(country)}${digits}`;
          if (validateCallbackNumber(`+${whole}`, ALL).ok) accepted.push(`+${whole}`);
          if (parseTypedNumber(whole, US, ALL).ok) accepted.push(whole);
          const line = LINES[country as keyof typeof LINES];
          if (line && parseTypedNumber(digits, line, ALL).ok) accepted.push(`${country} ${digits}`);
        }
    expect(accepted).toEqual([]);
  });
});

describe('a typed number', () => {
  test('the lines of these tests are numbers of their countries', () => {
    for (const [country, line] of Object.entries(LINES))
      expect([line, outcome(validateCallbackNumber(line, ALL))]).toEqual([line, `${line} ${country}`]);
  });

  // What is typed on a call to a line of that country, with nothing but that country allowed.
  test.each<[keyof typeof LINES, string, string[]]>([
    ['US', '+12125550123', ['2125550123', '12125550123', '01112125550123', '0012125550123']],
    ['CA', '+14165550123', ['4165550123', '14165550123', '01114165550123', '0014165550123']],
    ['PR', '+17872345678', ['7872345678', '17872345678']],
    ['JM', '+18763123456', ['8763123456', '18763123456']],
    ['GB', '+442079460123', ['02079460123', '2079460123', '442079460123', '00442079460123', '011442079460123']],
    ['GB', '+442079460123', ['004402079460123', '4402079460123']],
    ['GB', '+441134960123', ['01134960123', '1134960123', '00441134960123']],
    ['JE', '+447797123456', ['07797123456', '447797123456']],
    ['GG', '+447781123456', ['07781123456', '00447781123456']],
    ['IM', '+447624123456', ['07624123456', '00447624123456']],
    ['DE', '+493023125123', ['03023125123', '493023125123', '00493023125123']],
    ['DE', '+4915228817386', ['015228817386', '004915228817386', '01149015228817386']],
    ['FR', '+33199001234', ['0199001234', '199001234', '33199001234', '0033199001234']],
    ['ES', '+34911234567', ['911234567', '34911234567', '0034911234567']],
    ['IT', '+390612345678', ['0612345678', '390612345678', '00390612345678']],
    ['IT', '+393123456789', ['3123456789', '00393123456789']],
    ['MX', '+525512345678', ['5512345678', '525512345678', '5215512345678', '00525512345678', '0445512345678']],
    ['MX', '+525512345678', ['0455512345678', '015512345678', '005215512345678']],
    ['BR', '+5511912345678', ['11912345678', '011912345678', '01511912345678', '5511912345678', '005511912345678']],
    ['AR', '+5491123456789', ['0111523456789', '91123456789', '005491123456789']],
    ['AU', '+61491570006', ['0491570006', '491570006', '61491570006', '001161491570006', '0061491570006']],
    ['IN', '+919123456789', ['9123456789', '09123456789', '919123456789', '00919123456789']],
    ['JP', '+819012345678', ['09012345678', '9012345678', '819012345678', '010819012345678']],
    ['ZA', '+27821234567', ['0821234567', '821234567', '27821234567', '0027821234567']],
    ['RU', '+79161234567', ['89161234567', '9161234567', '79161234567', '81079161234567', '0079161234567']],
    ['KZ', '+77011234567', ['87011234567', '7011234567', '77011234567']],
    ['AD', '+376312345', ['312345', '376312345', '00376312345']],
    ['SG', '+6591234567', ['91234567', '6591234567', '006591234567']],
    ['CN', '+8613912345678', ['13912345678', '8613912345678', '008613912345678']],
    ['NL', '+31201234567', ['0201234567', '201234567', '0031201234567']],
    ['AT', '+436641234567890', ['06641234567890', '436641234567890', '00436641234567890']],
    ['SE', '+46313900600', ['0313900600', '46313900600', '0046313900600']],
  ])('%s: %s', (country, number, spellings) => {
    for (const keys of spellings)
      expect([keys, outcome(parseTypedNumber(keys, LINES[country], [country]))]).toEqual([
        keys,
        `${number} ${country}`,
      ]);
  });

  test('understands mobiles of every country with 00, 011, the bare code, and as dialed at home', () => {
    for (const [country, national] of Object.entries(examples) as [CountryCode, string][]) {
      const whole = `${getCountryCallingCode(country)}${national}`;
      // Tristan da Cunha's 270 people have numbers as short as short codes.
      if (whole.length < 8) continue;
      const expected = validateCallbackNumber(`+${whole}`, ALL);
      expect([country, expected.ok]).toEqual([country, true]);
      // Some small places share the mobiles of a larger one: Åland's are Finnish.
      const allowed = expected.ok ? [expected.country] : [];
      // The line is no number of any country, so that the digits alone decide.
      for (const keys of [`00${whole}`, `011${whole}`, whole])
        expect([country, keys, parseTypedNumber(keys, '', allowed)]).toEqual([country, keys, expected]);
      const dialed = `+${whole.replace(/.$/, (digit) => String((Number(digit) + 1) % 10))}`;
      expect([country, parseTypedNumber(national, dialed, allowed)]).toEqual([country, expected]);
    }
  });

  test('a number of the shared plan is taken for the country it is of', () => {
    expect(outcome(parseTypedNumber('4165550123', US, ['US', 'CA']))).toBe('+14165550123 CA');
    expect(outcome(parseTypedNumber('07797123456', GB, ['GB', 'JE']))).toBe('+447797123456 JE');
    expect(outcome(parseTypedNumber('87011234567', LINES.RU, ['RU', 'KZ']))).toBe('+77011234567 KZ');
    expect(outcome(parseTypedNumber('87011234567', LINES.RU, ['RU']))).toBe('country-not-allowed');
    expect(outcome(parseTypedNumber('07797123456', GB, ['GB']))).toBe('country-not-allowed');
  });

  test('of several meanings the national one wins, then a prefix, then the bare code of an allowed country', () => {
    // 0113 496 0123 is Leeds; after 011 it would be Spain.
    expect(outcome(parseTypedNumber('01134960123', GB, ['GB', 'ES']))).toBe('+441134960123 GB');
    // 649 is Turks and Caicos to an American, and Auckland as +64 9: only what is allowed is taken.
    expect(outcome(parseTypedNumber('6492311234', US, ['US', 'TC', 'NZ']))).toBe('+16492311234 TC');
    expect(outcome(parseTypedNumber('6492311234', US, ['US', 'NZ']))).toBe('+6492311234 NZ');
    expect(outcome(parseTypedNumber('6492311234', US, ['US']))).toBe('country-not-allowed');
    expect(outcome(parseTypedNumber('2025550123', US, ['US', 'EG']))).toBe('+12025550123 US');
    expect(outcome(parseTypedNumber('447400123456', US, ['US', 'GB']))).toBe('+447400123456 GB');
    expect(outcome(parseTypedNumber('447400123456', US, ['US']))).toBe('too-long');
  });

  test('where national numbers begin with 0, the own country code without it is a country code', () => {
    // Else 0491 5123456789, in Leer; and in Italy, which has no such 0, a mobile and not 06 123456 in Rome.
    expect(outcome(parseTypedNumber('4915123456789', LINES.DE, ['DE']))).toBe('+4915123456789 DE');
    expect(outcome(parseTypedNumber('04915123456', LINES.DE, ['DE']))).toBe('+494915123456 DE');
    expect(outcome(parseTypedNumber('3906123456', LINES.IT, ['IT']))).toBe('+393906123456 IT');
    // 0318 004725 without its 0, since +31 800 4725 is toll free.
    expect(outcome(parseTypedNumber('318004725', LINES.NL, ['NL']))).toBe('+31318004725 NL');
  });

  test('where the line has no country, the first allowed one is home', () => {
    expect(outcome(parseTypedNumber('2025550123', 'sip:support@example.com', ['US', 'GB']))).toBe('+12025550123 US');
    expect(outcome(parseTypedNumber('02079460123', '+80012345678', ['GB']))).toBe('+442079460123 GB');
    expect(outcome(parseTypedNumber('2025550123', '', []))).toBe('not-a-number');
  });

  // Calls of the kind toll fraud is made of; with the countries of the line alone.
  test.each<['US' | 'GB' | 'DE', string, string]>([
    ['US', '19005551234', 'premium'],
    ['US', '9005551234', 'premium'],
    ['US', '0119005551234', 'not-a-number'],
    ['US', '2129761234', 'premium'],
    ['US', '15002345678', 'premium'],
    ['US', '0118821612345', 'country-not-allowed'],
    ['US', '011870301234567', 'country-not-allowed'],
    ['US', '011881612345678', 'country-not-allowed'],
    ['US', '011883510012345', 'country-not-allowed'],
    ['US', '011979123456789', 'country-not-allowed'],
    ['US', '01180812345678', 'country-not-allowed'],
    ['US', '01180012345678', 'country-not-allowed'],
    ['US', '870301234567', 'too-long'],
    ...[
      '876',
      '809',
      '829',
      '849',
      '284',
      '473',
      '649',
      '268',
      '242',
      '246',
      '441',
      '664',
      '758',
      '767',
      '868',
    ].flatMap((area): ['US', string, string][] => {
      const line = { '284': '4961234', '268': '4641234', '649': '2311234', '441': '3701234' }[area] ?? '3123456';
      return [['US', `1${area}${line}`, 'refused'] as ['US', string, string], ['US', `${area}${line}`, 'refused']];
    }),
    ['US', '18763123456', 'country-not-allowed'],
    ['US', '18092345678', 'country-not-allowed'],
    ['US', '14165550123', 'country-not-allowed'],
    ['US', '0115351234567', 'country-not-allowed'],
    ['US', '01137121234567', 'country-not-allowed'],
    ['US', '011252612345678', 'country-not-allowed'],
    ['US', '252612345678', 'too-long'],
    ['US', '00447400123456', 'country-not-allowed'],
    ['US', '011447012345678', 'country-not-allowed'],
    ['GB', '09098790123', 'premium'],
    ['GB', '9098790123', 'premium'],
    ['GB', '00449098790123', 'premium'],
    ['GB', '08431234567', 'premium'],
    ['GB', '08712345678', 'premium'],
    ['GB', '07012345678', 'premium'],
    ['GB', '00870301234567', 'country-not-allowed'],
    ['GB', '0018763123456', 'country-not-allowed'],
    ['GB', '0019005551234', 'country-not-allowed'],
    ['GB', '0037121234567', 'country-not-allowed'],
    ['DE', '09001234567', 'premium'],
    ['DE', '01371234567', 'premium'],
    ['DE', '06221112', 'not-callable'],
    ['DE', '00881612345678', 'country-not-allowed'],
  ])('on a %s line, %s is refused: %s', (country, keys, problem) => {
    const result = parseTypedNumber(keys, LINES[country], [country]);
    if (problem === 'refused') expect(result.ok).toBe(false);
    else expect(outcome(result)).toBe(problem);
  });

  test.each([
    ['', 'too-short'],
    ['*', 'too-short'],
    ['#', 'too-short'],
    ['2025550123*', 'too-short'],
    ['911', 'too-short'],
    ['112', 'too-short'],
    ['5550123', 'too-short'],
    ['202555012', 'too-short'],
    ['20255501234', 'too-long'],
    ['2'.repeat(21), 'too-long'],
    ['1112223333', 'not-a-number'],
    ['5551234567', 'not-a-number'],
    ['+12025550123', 'not-a-number'],
    ['202 555 0123', 'not-a-number'],
    ['202555012A', 'not-a-number'],
    ['٢٠٢٥٥٥٠١٢٣', 'not-a-number'],
    ['7378742833', 'withheld'],
  ])('on an American line, refuses %j as %s', (keys, problem) => {
    expect(outcome(parseTypedNumber(keys, US, ['US']))).toBe(problem);
  });

  test.each(['2', '*'])('refuses 100,000 times %s as too long', (key) => {
    expect(outcome(parseTypedNumber(key.repeat(100_000), US, ['US']))).toBe('too-long');
  });

  test.each(['20255*2025550123', '**2025550123', '1*2*3*2025550123#', '2025550123#', ' 2025550123 ', '2025550123#99'])(
    'a star starts over and a hash ends: %s',
    (keys) => {
      expect(outcome(parseTypedNumber(keys, US, ['US']))).toBe('+12025550123 US');
    },
  );
});

describe('any input', () => {
  // Created once: fast-check lists all characters of Unicode for each.
  const anyText = fc.string({ unit: 'binary' });
  const anyLine = fc.oneof(fc.constantFrom(...Object.values(LINES)), anyText);
  const anyCountries = fc.oneof(fc.subarray([...ALL]), fc.constant([...ALL]));
  const prefix = fc.constantFrom('', '0', '1', '8', '00', '011', '0011', '810', '*', '+');
  const callingCode = fc.constantFrom('', ...new Set(ALL.map((country) => String(getCountryCallingCode(country)))));
  const exampleNumber = fc.constantFrom(...Object.values(examples as Record<string, string>));
  const anyKeys = fc.oneof(
    anyText,
    fc.stringMatching(/^[\d*#+]{0,30}$/),
    fc.tuple(prefix, callingCode, fc.stringMatching(/^\d{4,13}$/)).map((parts) => parts.join('')),
    fc.tuple(prefix, callingCode, exampleNumber).map((parts) => parts.join('')),
    fc.constantFrom(...Object.values(LINES)).map((line) => line.slice(1)),
  );

  const expectSound = (result: TypedNumber, allowed: readonly CountryCode[]) => {
    if (!result.ok) return;
    expect(result.number).toMatch(/^\+[1-9]\d{7,14}$/);
    expect(allowed).toContain(result.country);
    expect(validateCallbackNumber(result.number, allowed)).toEqual(result);
  };

  test('a typed number that is accepted is E.164, of an allowed country, and passes the check again', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyKeys, anyLine, anyCountries, (keys, dialed, allowed) => {
        const result = parseTypedNumber(keys, dialed, allowed);
        accepted += result.ok ? 1 : 0;
        expectSound(result, allowed);
      }),
      RUNS,
    );
    expect(accepted).toBeGreaterThan(RUNS.numRuns / 30);
  });

  test('an accepted number is E.164, of an allowed country, and passes the check again', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyKeys,
          anyKeys.map((keys) => `+${keys}`),
        ),
        anyCountries,
        (number, allowed) => expectSound(validateCallbackNumber(number, allowed), allowed),
      ),
      RUNS,
    );
  });

  test('rejects a number with a plus that is not its first character', () => {
    const number = '12025550123';
    for (let place = 0; place <= number.length; place += 1) {
      const spelt = `${number.slice(0, place)}+${number.slice(place)}`;
      expect([spelt, validateCallbackNumber(spelt, ALL).ok]).toEqual([spelt, place === 0]);
      expect([spelt, validateCallbackNumber(`+${spelt}`, ALL).ok]).toEqual([spelt, false]);
      expect([spelt, outcome(parseTypedNumber(spelt, US, ALL))]).toEqual([spelt, 'not-a-number']);
    }
  });

  test('German numbers of any length up to fifteen digits keep them all', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{3,9}$/), (subscriber) => {
        const number = `+4989${subscriber}`;
        const result = validateCallbackNumber(number, ['DE']);
        if (result.ok) expect(result.number).toBe(number);
        const typed = parseTypedNumber(`089${subscriber}`, LINES.DE, ['DE']);
        expect(typed).toEqual(result.ok ? result : expect.objectContaining({ ok: false }));
      }),
    );
  });
});
