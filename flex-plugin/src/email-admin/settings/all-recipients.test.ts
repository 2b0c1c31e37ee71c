import { aRule, someRules, someSettings } from '../../../test/email-admin-harness';
import { allRecipients, recipientsByAddress, withKnownDetails } from './all-recipients';

const PHONE = '+15551234567';
const draft = {
  settings: someSettings({
    recipients: [{ address: 'ana@clinic.org', name: 'Ana' }],
    archive: { address: 'tickets@clinic.org', service_desk: true },
    fallback_recipient: { address: 'desk@clinic.org' },
  }),
  rules: someRules({ rules: [aRule('night', { recipients: [{ address: 'ana@CLINIC.org', phone: PHONE }] })] }),
};

test('names every recipient with the path that errors have', () => {
  expect(allRecipients(draft).map(({ path, recipient }) => [path, recipient.address])).toEqual([
    ['recipients.0', 'ana@clinic.org'],
    ['archive', 'tickets@clinic.org'],
    ['fallback_recipient', 'desk@clinic.org'],
    ['rules.0.recipients.0', 'ana@CLINIC.org'],
  ]);
});

test('of an address in several places, the one with a telephone counts', () => {
  expect(recipientsByAddress(draft).size).toBe(3);
  expect([...recipientsByAddress(draft).values()][0]).toEqual({
    path: 'rules.0.recipients.0',
    recipient: { address: 'ana@CLINIC.org', phone: PHONE },
  });
});

test.each([
  [{ address: 'ana@Clinic.org' }, { address: 'ana@Clinic.org', phone: PHONE }],
  [
    { address: 'tickets@clinic.org', name: 'T' },
    { address: 'tickets@clinic.org', name: 'T', service_desk: true },
  ],
  [{ address: 'new@clinic.org' }, { address: 'new@clinic.org' }],
])('%j that is added has what is set for its address', (added, expected) => {
  expect(withKnownDetails(draft, added)).toEqual(expected);
});
