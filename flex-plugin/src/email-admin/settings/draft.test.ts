import { aRule, someRules, someSettings } from '../../../test/email-admin-harness';
import { changedFields, type Draft, isUnchanged, merge, withField } from './draft';

const draft = (settings: object = {}, rules: object = {}): Draft => ({
  settings: someSettings(settings),
  rules: someRules(rules),
});

describe('what differs', () => {
  test.each([
    [draft({ enabled: false }), ['enabled']],
    [draft({ recipients: [] }), ['recipients']],
    [draft({ footer: 'Ask' }), ['footer']],
    [draft({}, { match: 'all' }), ['rules.match']],
    [draft({}, { holidays: [{ date: '2026-12-25' }] }), ['holidays']],
    [draft({}, { rules: [aRule('a')] }), ['rules.a']],
    [draft({ saved: { by: 'x', at: 'y' } }), []],
    [draft({ footer: undefined }), []],
  ])('%#', (after, expected) => {
    expect(changedFields(draft(), after)).toEqual(expected);
    expect(isUnchanged(draft(), after)).toBe(expected.length === 0);
  });

  test('rules edited, removed, and in another order', () => {
    const before = draft({}, { rules: [aRule('a'), aRule('b'), aRule('c')] });
    const after = draft({}, { rules: [aRule('c'), aRule('a', { enabled: false })] });
    expect(changedFields(before, after)).toEqual(['rules.a', 'rules.b', 'rules.order']);
  });

  test('the order of keys makes no difference', () => {
    const [a, b] = [aRule('a', { queues: ['Sales'] }), { ...aRule('a'), queues: ['Sales'] }];
    const turned = Object.fromEntries(Object.entries(b).reverse());
    expect(isUnchanged(draft({}, { rules: [a] }), draft({}, { rules: [turned] }))).toBe(true);
  });
});

describe('laying one over the other', () => {
  const base = draft({ footer: 'old', organization: 'Clinic' }, { rules: [aRule('a'), aRule('b')] });

  test('what only one of both changed is changed', () => {
    const mine = draft({ footer: 'mine', organization: 'Clinic' }, { rules: [aRule('a'), aRule('b')] });
    const theirs = draft(
      { footer: 'old', organization: 'Hospital', enabled: false },
      { rules: [aRule('a'), aRule('b')] },
    );
    const { draft: both, conflicts } = merge(base, mine, theirs, 'mine');
    expect(conflicts).toEqual([]);
    expect(both.settings).toEqual(someSettings({ footer: 'mine', organization: 'Hospital', enabled: false }));
  });

  test.each(['mine', 'theirs'] as const)('what both changed is as %s', (prefer) => {
    const mine = draft({ footer: 'mine', organization: 'Clinic', max_attempts: 5 }, base.rules);
    const theirs = draft({ footer: 'theirs', organization: 'Clinic' }, base.rules);
    const { draft: both, conflicts } = merge(base, mine, theirs, prefer);
    expect(conflicts).toEqual(['footer']);
    // What is not disputed is kept in any case.
    expect(both.settings).toMatchObject({ footer: prefer, max_attempts: 5 });
  });

  test('both changed to the same: nothing to dispute', () => {
    const same = draft({ footer: 'new', organization: 'Clinic' }, base.rules);
    expect(merge(base, same, same, 'mine')).toEqual({ draft: same, conflicts: [] });
  });

  test('a field that one takes away stays away', () => {
    const { footer: _footer, ...rest } = base.settings;
    const mine: Draft = { settings: rest as Draft['settings'], rules: base.rules };
    const theirs = draft({ footer: 'old', organization: 'Hospital' }, base.rules);
    expect(merge(base, mine, theirs, 'mine').draft.settings).not.toHaveProperty('footer');
  });

  test('rules: mine added, theirs edited, one removed, one moved', () => {
    const mine = draft(base.settings, { rules: [aRule('b'), aRule('a'), aRule('mine')] });
    const theirs = draft(base.settings, { rules: [aRule('a', { enabled: false }), aRule('b'), aRule('theirs')] });
    const { draft: both, conflicts } = merge(base, mine, theirs, 'mine');
    expect(conflicts).toEqual([]);
    expect(both.rules.rules.map(({ id, enabled }) => [id, enabled])).toEqual([
      ['b', true],
      ['a', false],
      ['mine', true],
      ['theirs', true],
    ]);
  });

  test('a rule that one removed and the other edited is disputed', () => {
    const mine = draft(base.settings, { rules: [aRule('a')] });
    const theirs = draft(base.settings, { rules: [aRule('a'), aRule('b', { queues: ['Sales'] })] });
    expect(merge(base, mine, theirs, 'mine')).toMatchObject({ conflicts: ['rules.b'] });
    expect(merge(base, mine, theirs, 'mine').draft.rules.rules).toHaveLength(1);
    expect(merge(base, mine, theirs, 'theirs').draft.rules.rules).toHaveLength(2);
  });

  test('what a newer panel wrote is kept', () => {
    const theirs = draft(
      { footer: 'old', organization: 'Clinic', invented: { later: true } },
      { ...base.rules, more: 1 },
    );
    const mine = draft({ footer: 'mine', organization: 'Clinic' }, base.rules);
    const { draft: both } = merge(base, mine, theirs, 'mine');
    expect(both.settings).toMatchObject({ invented: { later: true }, footer: 'mine' });
    expect(both.rules).toMatchObject({ more: 1 });
  });
});

test('an empty field counts as absent', () => {
  expect(withField(someSettings({ footer: 'x' }), 'footer', undefined)).toEqual(someSettings());
  expect(withField(someSettings(), 'footer', 'x')).toEqual(someSettings({ footer: 'x' }));
});
