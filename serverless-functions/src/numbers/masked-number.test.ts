import * as fc from 'fast-check';
import { fullNumber, maskNumber } from './masked-number';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

test.each([
  ['+15551234567', '+1 555-•••-4567'],
  ['+442071234567', '+44 20 •••• 4567'],
  ['+266696687', ''],
  ['anonymous', ''],
  ['', ''],
  ['sip:ana@example.com', 'a•••'],
])('%s is shown as %p', (number, masked) => {
  expect(maskNumber(number)).toBe(masked);
});

test('shows the whole number if allowed', () => {
  expect(fullNumber('+15551234567')).toBe('+1 555-123-4567');
  expect(fullNumber('+266696687')).toBe('');
});

test('of no number more than the country, the area and four digits are left', () => {
  void fc.assert(
    fc.property(fc.stringMatching(/^\+[1-9]\d{6,14}$/), (number) => {
      const masked = maskNumber(number);
      if (masked !== '') expect(masked.replace(/[^•]/g, '').length).toBeGreaterThanOrEqual(3);
      expect(number.endsWith(masked.replace(/^.*•/, '').replace(/\D/g, ''))).toBe(true);
    }),
  );
});
