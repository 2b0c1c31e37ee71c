import { parse, parseOrThrow } from '../schema';
import { MAX_RECIPIENTS, MAX_RULES } from './limits';
import { notificationRulesSchema } from './rules';
import { emailSettingsSchema } from './settings';
import { validateSettings } from './validate-settings';

const ALLOWED = ['example.com', 'example.org'];
const settings = parseOrThrow(emailSettingsSchema, {
  version: 1,
  enabled: true,
  recipients: [{ address: 'ana@example.com', name: 'Ana Ruiz' }],
});
const rules = parseOrThrow(notificationRulesSchema, {
  version: 1,
  rules: [
    {
      id: 'sales',
      name: 'Sales',
      queues: ['Sales'],
      when: { days: [1, 2], from: '09:00', to: '17:00' },
      recipients: [{ address: 'bo@example.org' }],
    },
  ],
  holidays: [{ date: '2026-12-25', name: 'Christmas' }],
});
function errorsOf(ofSettings: object, ofRules: object) {
  const validated = validateSettings(ofSettings, ofRules, ALLOWED, ['example.com']);
  return validated.ok ? [] : validated.errors;
}
const withSettings = (change: object) => errorsOf({ ...settings, ...change }, rules);
const withRule = (change: object) => errorsOf(settings, { ...rules, rules: [{ ...rules.rules[0]!, ...change }] });
const withRules = (change: object) => errorsOf(settings, { ...rules, ...change });
const to = (...addresses: string[]) => ({ recipients: addresses.map((address) => ({ address })) });

test('a rule from 5 PM to 5 PM has no time; the whole day has', () => {
  expect(withRule({ when: { from: '17:00', to: '17:00' } })).toEqual([{ path: 'rules.0.when.to', code: 'same-time' }]);
  for (const when of [{ to: '00:00' }, { from: '00:00' }, { from: '22:00', to: '06:00' }])
    expect(withRule({ when })).toEqual([]);
});

test('what is in order has no problems', () => {
  expect(errorsOf(settings, rules)).toEqual([]);
  expect(
    withSettings({ footer: 'Two\nlines', logo_url: 'https://example.com/logo.png', subject: '{{caller}}' }),
  ).toEqual([]);
});

test.each([
  ['no address', to('ana'), 'recipients.0.address', 'malformed'],
  ['nothing', to(' '), 'recipients.0.address', 'missing'],
  ['a line break', to('ana@example.com\r\nBcc: x@example.com'), 'recipients.0.address', 'malformed'],
  ['a look-alike domain', to('ana@exаmple.com'), 'recipients.0.address', 'malformed'],
  ['another domain', to('ana@example.com', 'ana@evil.com'), 'recipients.1.address', 'domain-not-allowed'],
  ['a subdomain', to('ana@mail.example.com'), 'recipients.0.address', 'domain-not-allowed'],
  ['one twice', to('ana@example.com', 'ana@EXAMPLE.com'), 'recipients.1.address', 'duplicate'],
  [
    'a long name',
    { recipients: [{ address: 'a@example.com', name: 'n'.repeat(101) }] },
    'recipients.0.name',
    'too-long',
  ],
  [
    'a name with a line break',
    { recipients: [{ address: 'a@example.com', name: 'A\r\nBcc: b' }] },
    'recipients.0.name',
    'malformed',
  ],
  ['an archive elsewhere', { archive: { address: 'a@evil.com' } }, 'archive.address', 'domain-not-allowed'],
  ['a subject of no field', { subject: '{{number}}' }, 'subject', 'malformed'],
  ['a subject with a line break', { subject: 'a\nb' }, 'subject', 'malformed'],
  ['a long subject', { subject: 's'.repeat(151) }, 'subject', 'too-long'],
  ['a logo without TLS', { logo_url: 'http://example.com/logo.png' }, 'logo_url', 'malformed'],
  ['a logo at another host', { logo_url: 'https://evil.com/logo.png' }, 'logo_url', 'domain-not-allowed'],
  ['a logo that is a script', { logo_url: 'javascript:alert(1)' }, 'logo_url', 'malformed'],
  ['a logo that ends its attribute', { logo_url: 'https://example.com/"onerror=x' }, 'logo_url', 'malformed'],
  ['a logo with a password', { logo_url: 'https://a:b@example.com/' }, 'logo_url', 'malformed'],
  ['no such zone', { time_zone: 'Mars/Olympus' }, 'time_zone', 'malformed'],
  ['a zone without summer time', { time_zone: 'EST' }, 'time_zone', 'malformed'],
  ['a zone named by its offset', { time_zone: 'Etc/GMT+5' }, 'time_zone', 'malformed'],
  ['half a minute', { attention_after_minutes: 0.5 }, 'attention_after_minutes', 'malformed'],
  ['no attempt', { max_attempts: 0 }, 'max_attempts', 'malformed'],
] as const)('settings with %s', (_what, change, path, code) => {
  expect(withSettings(change)).toEqual([expect.objectContaining({ path, code })]);
});

test.each([
  ['no recipients', { recipients: [] }, 'rules.0.recipients', 'missing'],
  ['a recipient elsewhere', to('x@evil.com'), 'rules.0.recipients.0.address', 'domain-not-allowed'],
  ['an id that is none', { id: '../x' }, 'rules.0.id', 'malformed'],
  ['a number that is none', { numbers: ['0301234'] }, 'rules.0.numbers.0', 'malformed'],
  ['an empty queue', { queues: [''] }, 'rules.0.queues.0', 'missing'],
  ['no day', { when: { days: [], holidays: 'never' } }, 'rules.0.when.days', 'missing'],
  ['an eighth day', { when: { days: [8], holidays: 'never' } }, 'rules.0.when.days', 'malformed'],
  ['24:00', { when: { from: '24:00', holidays: 'never' } }, 'rules.0.when.from', 'malformed'],
] as const)('a rule with %s', (_what, change, path, code) => {
  expect(withRule(change)).toEqual([expect.objectContaining({ path, code })]);
});

test('when mail is on, requires a recipient, an archive, or a rule with recipients', () => {
  const nobody = { ...settings, recipients: [] };
  const missing = [{ path: 'recipients', code: 'missing' }];
  expect(errorsOf(nobody, { ...rules, rules: [] })).toEqual(missing);
  expect(errorsOf(nobody, { ...rules, rules: [{ ...rules.rules[0]!, enabled: false }] })).toEqual(missing);
  expect(errorsOf(nobody, rules)).toEqual([]);
  expect(errorsOf({ ...nobody, archive: { address: 'a@example.com' } }, { ...rules, rules: [] })).toEqual([]);
  expect(errorsOf({ ...nobody, enabled: false }, { ...rules, rules: [] })).toEqual([]);
});

test('ids and holidays are there once, and holidays are dates', () => {
  expect(withRules({ rules: [rules.rules[0]!, rules.rules[0]!] })).toEqual([
    { path: 'rules.1.id', code: 'duplicate', value: 'sales' },
  ]);
  expect(withRules({ holidays: [{ date: '2026-02-30' }] })).toMatchObject([
    { path: 'holidays.0.date', code: 'malformed' },
  ]);
  expect(withRules({ holidays: [{ date: '2026-12-25' }, { date: '2026-12-25' }] })).toMatchObject([
    { path: 'holidays.1.date', code: 'duplicate' },
  ]);
});

const many = (n: number, prefix: string) =>
  Array.from({ length: n }, (_, index) => ({
    address: `${prefix}.person${index}@example.com`,
    name: `Person Number ${index}`,
  }));
const manyRules = (n: number) =>
  Array.from({ length: n }, (_, index) => ({
    ...rules.rules[0]!,
    id: `rule-${index}`,
    name: `Voicemails to number ${index} on weekdays`,
    numbers: [`+120255501${String(index).padStart(2, '0')}`],
    recipients: many(3, 'first'),
  }));

test('a hundred recipients and thirty rules fit', () => {
  const full = { ...settings, recipients: many(MAX_RECIPIENTS, 'first'), footer: 'f'.repeat(500) };
  const allRules = { ...rules, rules: manyRules(MAX_RULES) };
  expect(errorsOf(full, allRules)).toEqual([]);
});

test('which limit is passed is said', () => {
  expect(withSettings({ recipients: many(101, 'first') })).toContainEqual({
    path: 'recipients',
    code: 'too-many',
    value: '102/100',
  });
  // A hundred here and one more in a rule: a hundred and one in all.
  expect(withSettings({ recipients: many(100, 'first') })).toEqual([
    { path: 'recipients', code: 'too-many', value: '101/100' },
  ]);
  expect(withRules({ rules: manyRules(31) })).toContainEqual({ path: 'rules', code: 'too-many', value: '31/30' });
  const long = Array.from({ length: 99 }, (_, index) => ({
    address: `${'x'.repeat(58)}${index}@example.com`,
    name: 'é'.repeat(100),
  }));
  expect(withSettings({ recipients: long })).toEqual([
    { path: 'settings', code: 'too-long', value: expect.stringMatching(/^\d{5}\/14000$/) },
  ]);
  const wide = manyRules(30).map((rule) => ({ ...rule, recipients: many(20, 'first') }));
  expect(withRules({ rules: wide })).toEqual([
    { path: 'rules', code: 'too-long', value: expect.stringMatching(/^\d{5}\/16000$/) },
  ]);
});

test('ten thousand recipients are refused without taking long, and no long value is given back', () => {
  const before = process.cpuUsage();
  const errors = withSettings({ recipients: many(10_000, 'p') });
  expect(errors.map(({ path }) => path)).toEqual(['recipients', 'settings']);
  expect(withSettings(to(`${'x'.repeat(5_000)}@evil.com`))[0]!.value!.length).toBeLessThan(100);
  // CPU time: other programs on the machine do not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_000);
});

test('whatever the schema refuses has a problem here as well', () => {
  const bad: [object, object][] = [
    [{ recipients: [{ address: 'a b@example.com' }] }, {}],
    [{ organization: 'o'.repeat(101) }, {}],
    [{ footer: 'f'.repeat(501) }, {}],
    [{ logo_url: `https://example.com/${'x'.repeat(500)}` }, {}],
    [{ max_attempts: 101 }, {}],
    [
      {},
      {
        holidays: Array.from({ length: 61 }, (_, n) => ({ date: new Date(n * 86_400_000).toISOString().slice(0, 10) })),
      },
    ],
    [{}, { rules: [{ ...rules.rules[0]!, queues: Array.from({ length: 21 }, (_, n) => `q${n}`) }] }],
    [{}, { rules: [{ ...rules.rules[0]!, name: 'n'.repeat(81) }] }],
    [{}, { rules: [{ ...rules.rules[0]!, recipients: many(51, 'p') }] }],
  ];
  for (const [ofSettings, ofRules] of bad) {
    const one = { ...settings, ...ofSettings };
    const two = { ...rules, ...ofRules };
    expect(parse(emailSettingsSchema, one).ok && parse(notificationRulesSchema, two).ok).toBe(false);
    expect(errorsOf(one, two)).not.toEqual([]);
  }
});
