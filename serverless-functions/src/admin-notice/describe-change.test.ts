import { toAuditChanges } from '../audit/to-audit-changes';
import { describeChange } from './describe-change';

const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));
const describeValues = (field: string, from: unknown, to: unknown) =>
  toAuditChanges([{ field, from: json(from), to: json(to) }]).flatMap(describeChange);
const ANA = { address: 'ana@example.com', name: 'Ana Ruiz' };
const BO = { address: 'bo@example.com' };
const NIGHT = {
  id: 'night',
  name: 'Night',
  enabled: true,
  queues: ['Support'],
  when: { days: [1, 2], from: '18:00', to: '23:59', holidays: 'never' },
  recipients: [ANA],
};

test.each([
  ['recipients', [BO], [BO, ANA], ['New recipient: Ana Ruiz <ana@example.com>']],
  ['recipients', [BO, ANA], [BO], ['Removed recipient: Ana Ruiz <ana@example.com>']],
  ['recipients', undefined, [BO], ['New recipient: bo@example.com']],
  ['recipients', [BO, ANA], [ANA, BO], ['The order of the recipients was changed.']],
  [
    'recipients',
    [BO],
    [{ ...BO, service_desk: true }],
    ['New recipient: bo@example.com (ticket system)', 'Removed recipient: bo@example.com'],
  ],
  [
    'recipients',
    [BO],
    [{ ...BO, service_desk: true, phone: '+12025550167' }],
    ['New recipient: bo@example.com (ticket system, +12025550167)', 'Removed recipient: bo@example.com'],
  ],
  ['inbox_call', false, true, ['Recipients can call through the business’s number: now on; it was off.']],
  ['require_tls', true, false, ['Encrypted delivery (TLS) required: now off; it was on.']],
  ['archive', undefined, BO, ['Archive: now bo@example.com; it was nothing.']],
  ['enabled', true, false, ['Email: now off; it was on.']],
  [
    'email_content',
    'link-only',
    'full',
    [
      'What emails contain: now the caller, the transcript and the recording; ' +
        'it was no personal data, only a link to Flex.',
    ],
  ],
  ['recording_format', 'wav', 'notice', ['Recording: now not attached; it was attached as WAV.']],
  [
    'unconfirmed_emails',
    'send-again',
    'ask',
    [
      'Emails of which nobody can say whether they went out: now wait for a person; ' +
        'it was are sent again after ten minutes.',
    ],
  ],
  ['holidays', [], [{ date: '2026-12-25', name: 'Christmas' }], ['New holiday: 2026-12-25 (Christmas)']],
  ['rules.match', 'first', 'all', ['Every rule that matches counts now.']],
  ['rules.order', ['a', 'b'], ['b', 'a'], ['The order of the rules was changed.']],
  ['rules.night', NIGHT, undefined, ['The rule “Night” was removed.']],
  ['a_new_field', 1, 2, ['a_new_field: now 2; it was 1.']],
])('case %#: a change of %s is described in words', (field, from, to, expected) => {
  expect(describeValues(field, from, to)).toEqual(expected);
});

test('a new rule says which calls it is for and who gets its mails', () => {
  expect(describeValues('rules.night', undefined, NIGHT)).toEqual([
    'The rule “Night” is new. It applies to calls to Support, Monday, Tuesday, 18:00 to 23:59, not on holidays.',
    '  New recipient: Ana Ruiz <ana@example.com>',
  ]);
});

test('a changed rule says what of it was changed', () => {
  const changed = { ...NIGHT, name: undefined, enabled: false, queues: [], when: undefined, recipients: [BO] };
  expect(describeValues('rules.night', NIGHT, changed)).toEqual([
    'The rule “Night” was changed.',
    '  It is off now.',
    '  It now applies to every call; before, to calls to Support, Monday, Tuesday, 18:00 to 23:59, not on holidays.',
    '  New recipient: bo@example.com',
    '  Removed recipient: Ana Ruiz <ana@example.com>',
  ]);
});

test('the words of others stay on one line, and what is no JSON is shown as it is', () => {
  expect(describeValues('organization', 'A\r\nBcc: x', 'B')).toEqual(['Organization: now B; it was A Bcc: x.']);
  expect(describeChange({ field: 'footer', to: '"Ask E…' })).toEqual(['Footer: now "Ask E…; it was nothing.']);
});
