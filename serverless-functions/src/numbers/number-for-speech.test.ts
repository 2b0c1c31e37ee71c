import fc from 'fast-check';
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { parseTypedNumber, validateCallbackNumber } from './callback-number';
import { digitGroups, numberForSpeech } from './number-for-speech';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

test.each([
  ['+12025550123', '+12125550199', '2 0 2, 5 5 5, 0 1 2 3'],
  ['+12025550123', '+442079460123', '1, 2 0 2, 5 5 5, 0 1 2 3'],
  ['+14165550123', '+12025550123', '1, 4 1 6, 5 5 5, 0 1 2 3'],
  ['+15551234567', '+15550100099', '5 5 5, 1 2 3, 4 5 6 7'],
  ['+442079460123', '+441214960123', '0 2 0, 7 9 4 6, 0 1 2 3'],
  ['+442079460123', '+12025550123', '4 4, 2 0, 7 9 4 6, 0 1 2 3'],
  ['+33199001234', '+33199005678', '0 1, 9 9, 0 0, 1 2, 3 4'],
  ['+390612345678', '+390698765432', '0 6, 1 2 3 4, 5 6 7 8'],
  ['+493023125123', '+498999998123', '0 3 0, 2 3 1 2, 5 1 2 3'],
  ['+79161234567', '+74951234567', '8, 9 1 6, 1 2 3, 4 5, 6 7'],
  ['+34911234567', 'sip:support@example.com', '3 4, 9 1 1, 2 3, 4 5, 6 7'],
])('%s is read to a caller of %s as %s', (number, dialed, speech) => {
  expect(numberForSpeech(number, dialed)).toBe(speech);
});

test('every digit is read, in its order, and nothing but digits', () => {
  const digits = fc.stringMatching(/^[1-9]\d{7,14}$/);
  fc.assert(
    fc.property(digits, (number) => {
      const groups = digitGroups(`+${number}`, 'sip:support@example.com');
      expect(groups.join('')).toBe(number);
      expect(Math.max(...groups.map((group) => group.length))).toBeLessThanOrEqual(4);
      expect(numberForSpeech(`+${number}`, '+12025550123')).toMatch(/^\d( \d)*(, \d( \d)*)*$/);
    }),
    { numRuns: 500 },
  );
});

test('what is read to a caller, and typed as it was read, is understood as the same number', () => {
  for (const [country, national] of Object.entries(examples) as [CountryCode, string][]) {
    const number = `+${getCountryCallingCode(country)}${national}`;
    // Any other number of that country: one's own is not called back.
    const dialed = number.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
    const typed = digitGroups(number, dialed).join('');
    expect([typed, parseTypedNumber(typed, dialed, getCountries())]).toEqual([
      typed,
      validateCallbackNumber(number, getCountries()),
    ]);
  }
});

test('what holds no digits is read as nothing', () => {
  expect(numberForSpeech('', '')).toBe('');
  expect(numberForSpeech('anonymous', '+12025550123')).toBe('');
  const anything = fc.string({ unit: 'binary' });
  fc.assert(fc.property(anything, anything, (a, b) => /^[\d ,]*$/.test(numberForSpeech(a, b))));
});
