import { defaultSettings, emptyRules, type NotificationRule } from '@callback-and-voicemail/contract';
import { isRecipientInScope, isRuleInScope, mergeScoped } from './scoped-settings';

const rule = (id: string, queues?: string[], address = `${id}@x.org`): NotificationRule => ({
  id,
  enabled: true,
  ...(queues === undefined ? {} : { queues }),
  recipients: [{ address }],
});
const of = (...rules: NotificationRule[]) => ({
  settings: defaultSettings([{ address: 'all@x.org' }]),
  rules: { ...emptyRules(), rules },
});
const any = rule('any');
const sales = rule('sales', ['Sales']);
const billing = rule('billing', ['Billing']);
const both = rule('both', ['Sales', 'Billing']);
const more = rule('more', ['Sales']);
const stored = of(sales, any, both, more, billing);
const SCOPE = ['Sales'];

test('a rule is in the scope when it names its queues and no others', () => {
  expect([any, sales, billing, both, rule('none', [])].map((one) => isRuleInScope(SCOPE, one))).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
  expect(isRuleInScope('all', any)).toBe(true);
});

test('changed rules take the places of those before, and new ones come last', () => {
  const changed = { ...more, name: 'Late' };
  const merged = mergeScoped(SCOPE, stored, of(changed, sales, rule('new', ['Sales'])));
  expect(merged?.rules.rules.map(({ id }) => id)).toEqual(['more', 'any', 'both', 'sales', 'billing', 'new']);
  expect(merged?.rules.rules[0]).toEqual(changed);
  expect(merged?.settings).toEqual(stored.settings);
});

test('removed rules are gone, and the others stay', () => {
  expect(mergeScoped(SCOPE, stored, of())?.rules.rules).toEqual([any, both, billing]);
});

test.each([
  ['a rule for all queues', of(sales, more, rule('x'))],
  ['a rule for another queue', of(sales, more, rule('x', ['Billing']))],
  ['a rule that gets another queue', of({ ...sales, queues: ['Sales', 'Billing'] }, more)],
  ['a rule of the name of a locked one', of(sales, more, rule('any', ['Sales']))],
  ['other default recipients', { ...of(sales, more), settings: defaultSettings([{ address: 'eve@x.org' }]) }],
  ['an archive', { ...of(sales, more), settings: { ...stored.settings, archive: { address: 'eve@x.org' } } }],
  ['mail switched off', { ...of(sales, more), settings: { ...stored.settings, enabled: false } }],
  ['another field', { ...of(sales, more), settings: { ...stored.settings, extra: 1 } }],
  ['how rules match', { ...of(sales, more), rules: { ...of(sales, more).rules, match: 'all' as const } }],
  ['holidays', { ...of(sales, more), rules: { ...of(sales, more).rules, holidays: [{ date: '2026-12-25' }] } }],
])('%s is not theirs to save', (_what, part) => {
  expect(mergeScoped(SCOPE, stored, part)).toBeUndefined();
  expect(mergeScoped([], stored, part)).toBeUndefined();
  expect(mergeScoped('all', stored, part)).toBe(part);
});

test('an address is in the scope when only rules of its queues name it', () => {
  const shared = of(sales, rule('x', ['Billing'], 'shared@x.org'), rule('y', ['Sales'], 'shared@x.org'));
  expect(
    ['sales@X.org', 'shared@x.org', 'all@x.org', 'nobody@x.org'].map((one) => isRecipientInScope(SCOPE, shared, one)),
  ).toEqual([true, false, false, false]);
});
