import { affectsRecipients, truncateChanges } from './settings-changes';

test.each([
  ['recipients', true],
  ['archive', true],
  ['rules.one', true],
  ['rules.order', true],
  ['holidays', true],
  ['subject', false],
  ['enabled', false],
])('%s changes who gets mail: %p', (field, expected) => {
  expect(affectsRecipients([{ field }])).toBe(expected);
});

test('a note is cut to the room there is: long values, then all values, then even the names', () => {
  const long = Array.from({ length: 40 }, (_, n) => ({ field: `rules.${n}`, to: 'x'.repeat(500) }));
  expect(truncateChanges(long.slice(0, 2), 100, 1_000)[0]!.to).toBe(`${'x'.repeat(100)}…`);
  expect(truncateChanges(long, 100, 1_500)).toEqual(long.map(({ field }) => ({ field })));
  expect(truncateChanges(long, 100, 100)).toEqual([{ field: 'all' }]);
});
