import { defaultSettings, emptyRules, type NotificationRule } from '@callback-and-voicemail/contract';
import { readEnvironment } from '../runtime/environment';
import {
  findAddition,
  isConfirmationRequired,
  unconfirmedAfterSave,
  unconfirmedKeys,
  withoutAddition,
  withoutRecipient,
} from './unconfirmed-recipients';

const SUE = { by: 'WK1', name: 'sue', at: '2026-11-22T14:00:00.000Z' };
const ADA = { by: 'WK2', name: 'ada', at: '2026-11-23T14:00:00.000Z' };
const rule = (id: string, ...addresses: string[]): NotificationRule => ({
  id,
  enabled: true,
  recipients: addresses.map((address) => ({ address })),
});
const stored = (recipients: string[], rules: NotificationRule[] = [], archive?: string) => ({
  settings: {
    ...defaultSettings(recipients.map((address) => ({ address }))),
    ...(archive === undefined ? {} : { archive: { address: archive } }),
  },
  rules: { ...emptyRules(), rules },
});
const waitingFor = (recipients: string[], ...addresses: string[]) => ({
  ...stored(recipients),
  additions: [{ ...SUE, addresses }],
});

test.each([
  ['required', true],
  ['off', false],
  ['', false],
  ['yes', true],
])('RECIPIENT_CONFIRMATION=%s', (value, isRequired) => {
  expect(isConfirmationRequired(readEnvironment({ RECIPIENT_CONFIRMATION: value }))).toBe(isRequired);
});

test('who was nowhere before waits: in the recipients, in rules that are off, and as the archive', () => {
  const before = { ...stored(['a@x.org']), additions: [] };
  const off = { ...rule('r', 'a@x.org', 'c@x.org'), enabled: false };
  expect(unconfirmedAfterSave(before, stored(['a@x.org', 'b@x.org'], [off], 'd@x.org'), SUE)).toEqual([
    { ...SUE, addresses: ['b@x.org', 'd@x.org', 'c@x.org'] },
  ]);
});

test('who was moved, or written with another case of the domain, does not wait', () => {
  const before = { ...stored(['a@x.org'], [rule('r', 'b@x.org')]), additions: [] };
  expect(unconfirmedAfterSave(before, stored(['b@X.org'], [], 'a@x.org'), SUE)).toEqual([]);
});

test('another case before the @ is another address', () => {
  const before = { ...stored(['a@x.org']), additions: [] };
  expect(unconfirmedKeys(unconfirmedAfterSave(before, stored(['A@x.org']), SUE))).toEqual(['A@x.org']);
});

test("others' saves keep who waits, and who added them", () => {
  const after = stored(['a@x.org', 'b@x.org', 'c@x.org']);
  expect(unconfirmedAfterSave(waitingFor(['a@x.org', 'b@x.org'], 'b@x.org'), after, ADA)).toEqual([
    { ...SUE, addresses: ['b@x.org'] },
    { ...ADA, addresses: ['c@x.org'] },
  ]);
});

test('who was removed does not wait, and waits again once added again', () => {
  const removed = unconfirmedAfterSave(waitingFor(['a@x.org', 'b@x.org'], 'b@x.org'), stored(['a@x.org']), ADA);
  expect(removed).toEqual([]);
  const again = { ...stored(['a@x.org']), additions: removed };
  expect(unconfirmedAfterSave(again, stored(['a@x.org', 'b@x.org']), ADA)).toEqual([
    { ...ADA, addresses: ['b@x.org'] },
  ]);
});

test('over settings that cannot be read, everybody waits', () => {
  expect(unconfirmedAfterSave(undefined, stored(['a@x.org'], [rule('r', 'b@x.org')]), SUE)).toEqual([
    { ...SUE, addresses: ['a@x.org', 'b@x.org'] },
  ]);
});

test('one address is found and confirmed by its key; the others go on waiting', () => {
  const additions = [
    { ...SUE, addresses: ['a@x.org', 'b@x.org'] },
    { ...ADA, addresses: ['c@x.org'] },
  ];
  expect(findAddition(additions, 'c@X.org')).toMatchObject(ADA);
  expect(findAddition(additions, 'C@x.org')).toBeUndefined();
  expect(withoutAddition(additions, 'c@X.org')).toEqual([{ ...SUE, addresses: ['a@x.org', 'b@x.org'] }]);
  expect(unconfirmedKeys(withoutAddition(additions, 'a@x.org'))).toEqual(['b@x.org', 'c@x.org']);
});

test('a rejected address is removed everywhere, with the rules that had no other', () => {
  const before = stored(['a@x.org', 'b@x.org'], [rule('r', 'b@x.org'), rule('s', 'b@x.org', 'c@x.org')], 'b@x.org');
  expect(withoutRecipient(before, 'b@x.org')).toEqual(stored(['a@x.org'], [rule('s', 'c@x.org')]));
});
