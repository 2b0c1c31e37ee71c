import { parseOrThrow } from '../schema';
import { notificationRulesSchema } from './rules';
import { canonicalJson, diffSettings } from './settings-diff';
import { defaultSettings } from './stored-settings';

const settings = defaultSettings([{ address: 'a@example.com' }]);
const rule = (id: string, address = 'r@example.com') => ({ id, recipients: [{ address }] });
const rulesOf = (...rules: object[]) => parseOrThrow(notificationRulesSchema, { version: 1, rules });
const before = { settings, rules: rulesOf(rule('one'), rule('two')) };
const fields = (after: typeof before) => diffSettings(before, after).map(({ field }) => field);

test('ignores the order of keys and the server’s notes', () => {
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
