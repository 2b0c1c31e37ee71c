import { parameter, textField, wholeNumber } from './form-fields';

test('a field that was not sent, or is no text, is empty', () => {
  const fields = { Name: 'Ana', Count: 7, List: ['a', 'b'] };
  expect(['Name', 'Count', 'List', 'Other'].map((name) => textField(fields, name))).toEqual(['Ana', '', '', '']);
});

test('takes the first parameter that has a value', () => {
  const fields = { from: 'undefined', From: '+12025550101', to: ' ', To: 'null', attempts: 2 };
  expect(parameter(fields, 'from', 'From')).toBe('+12025550101');
  expect(parameter(fields, 'to', 'To')).toBe('');
  expect(parameter(fields, 'attempts')).toBe('2');
  expect(parameter(fields)).toBe('');
});

test.each([
  ['0', 0],
  ['524288', 524_288],
  ['', Number.NaN],
  ['-1', Number.NaN],
  ['1.5', Number.NaN],
  ['1e3', Number.NaN],
  ['9'.repeat(16), Number.NaN],
  [7, Number.NaN],
  [undefined, Number.NaN],
])('%p is read as %p', (value, expected) => {
  expect(wholeNumber(value)).toBe(expected);
});
