import { emailSettingsSchema, notificationRulesSchema } from '@callback-and-voicemail/contract';
import { affectsRecipients, canonicalJson, diffSettings, truncateChanges } from './settings-changes';

const settings = emailSettingsSchema.parse({ version: 1, enabled: true, recipients: [{ address: 'a@example.com' }] });
const rule = (id: string, address = 'r@example.com') => ({ id, recipients: [{ address }] });
const rulesOf = (...rules: object[]) => notificationRulesSchema.parse({ version: 1, rules });
const before = { settings, rules: rulesOf(rule('one'), rule('two')) };
const fields = (after: typeof before) => diffSettings(before, after).map(({ field }) => field);

test('the same in another order of keys is no change, and neither is what the server notes', () => {
  const same = { name: undefined, ...before.rules.rules[0]! };
  expect(
    diffSettings(before, {
      settings: { ...settings, saved: { by: 'sue', at: 'now' } },
      rules: { ...before.rules, rules: [same, before.rules.rules[1]!] },
    }),
  ).toEqual([]);
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: 1 })).toBe('{"a":1,"b":[{"c":2,"d":1}]}');
});

test('each field that changed, from and to; absent where there is none', () => {
  expect(
    diffSettings(before, {
      settings: { ...settings, enabled: false, organization: 'Clinic' },
      rules: { ...before.rules, match: 'all' },
    }),
  ).toEqual([
    { field: 'enabled', from: 'true', to: 'false' },
    { field: 'organization', to: '"Clinic"' },
    { field: 'rules.match', from: '"first"', to: '"all"' },
  ]);
});

test('rules one by one: added, removed, edited, moved', () => {
  expect(fields({ settings, rules: rulesOf(rule('one'), rule('two'), rule('three')) })).toEqual(['rules.three']);
  expect(fields({ settings, rules: rulesOf(rule('two')) })).toEqual(['rules.one']);
  expect(fields({ settings, rules: rulesOf(rule('one', 'x@example.com'), rule('two')) })).toEqual(['rules.one']);
  expect(fields({ settings, rules: rulesOf(rule('two'), rule('one')) })).toEqual(['rules.order']);
});

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
