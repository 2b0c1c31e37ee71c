import fc from 'fast-check';
import { allowedCountries, countryForNumber } from './callback-countries';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

test.each([
  ['+12025550123', ['US']],
  ['+14165550123', ['CA']],
  ['+18763123456', ['JM']],
  ['+17872345678', ['PR']],
  ['+18005550199', ['US']],
  ['+442079460123', ['GB']],
  ['+441534123456', ['JE']],
  ['+79161234567', ['RU']],
  ['+77011234567', ['KZ']],
  ['+4915228817386', ['DE']],
  ['+80012345678', []],
  ['+8816312345678', []],
  ['+15551234567', []],
  ['sip:support@example.com', []],
  ['12025550123', []],
  ['', []],
])('without a list, a call to %s may be returned to %j', (dialed, countries) => {
  expect(allowedCountries(undefined, dialed)).toEqual(countries);
  expect(allowedCountries(' ', dialed)).toEqual(countries);
});

test.each([
  ['US,CA', ['US', 'CA']],
  ['us; ca  gb', ['US', 'CA', 'GB']],
  ['CA,CA', ['CA']],
  ['US,UK', ['US']],
  ['UK', []],
  ['ZZ, constructor, __proto__', []],
  ['*', []],
])('the list %j allows %j, whatever was dialed', (configured, countries) => {
  expect(allowedCountries(configured, '+442079460123')).toEqual(countries);
});

test('no list and no number dialed makes anything throw, and a list allows nothing it does not name', () => {
  const anyText = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(anyText, anyText, (configured, dialed) => {
      const allowed = allowedCountries(configured, dialed);
      const named = configured.toUpperCase();
      if (/[^\s,;]/.test(configured)) expect(allowed.every((country) => named.includes(country))).toBe(true);
      else expect(allowed).toEqual([countryForNumber(dialed)].filter(Boolean));
    }),
  );
});
