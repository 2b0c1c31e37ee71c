import fc from 'fast-check';
import { cutText, graphemes } from './cut-text';

const FAMILY = '👨‍👩‍👧';

test.each([
  ['Ana', 3, 'Ana'],
  ['Ana Ruiz', 3, 'Ana'],
  [`ab${FAMILY}`, 5, 'ab'],
  [`ab${FAMILY}c`, 2 + FAMILY.length, `ab${FAMILY}`],
  ['🇪🇸🇲🇽', 4, '🇪🇸'],
  ['🇪🇸🇲🇽', 6, '🇪🇸'],
  ['e\u0301e\u0301', 3, 'e\u0301'],
  ['นี้นี้', 4, 'นี้'],
])('%s cut to %d is %s', (text, length, expected) => {
  expect(cutText(text, length)).toBe(expected);
});

test('an ellipsis counts', () => {
  expect(cutText('abcdef', 4, '…')).toBe('abc…');
  expect(cutText('abcd', 4, '…')).toBe('abcd');
});

test('what is left is whole characters from the beginning, and no longer than allowed', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(text, fc.nat(40), (whole, length) => {
      const cut = cutText(whole, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(graphemes(whole).slice(0, graphemes(cut).length).join('')).toBe(cut);
    }),
  );
});

test('cuts a long text as fast as a short one', () => {
  const long = '{'.repeat(1_000_000);
  const before = process.cpuUsage();
  for (let n = 0; n < 20; n += 1) expect(cutText(long, 20_000)).toHaveLength(20_000);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});
