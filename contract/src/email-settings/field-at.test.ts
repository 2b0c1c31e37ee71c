import { fieldSchemaAt, maxLengthAt } from './field-at';

test.each([
  ['recipients.12.address', 254],
  ['recipients.0.name', 100],
  ['archive.address', 254],
  ['footer', 500],
  ['rules.3.name', 80],
  ['rules.3.recipients.0.name', 100],
  ['holidays.0.name', 60],
  ['time_zone', undefined],
  ['enabled', undefined],
  ['no_such_field', undefined],
])('the text at %s has at most %p characters', (path, expected) => {
  expect(maxLengthAt(path)).toBe(expected);
});

test('finds the limits of a number', () => {
  expect(fieldSchemaAt('max_attempts')).toMatchObject({ kind: 'number', min: 1, max: 100 });
});
