import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { findAxeViolations } from '../../../test/card-harness';
import { aRule, aSettingsResponse, renderSettings, someRules, someSettings } from '../../../test/email-admin-harness';
import { InboxSettings } from './InboxSettings';

const user = userEvent.setup({ delay: null });
const ana = { address: 'ana@clinic.org', name: 'Ana' };
const PHONE = '+15551234567';
type Settings = Parameters<typeof someSettings>[0];
const render = (settings: Settings = {}, change: Parameters<typeof aSettingsResponse>[0] = {}) =>
  renderSettings((form) => <InboxSettings form={form} />, {
    settings: async () =>
      aSettingsResponse({
        settings: someSettings({ recipients: [ana, { address: 'bo@clinic.org' }], ...settings }),
        rules: someRules({ rules: [aRule('night', { recipients: [{ address: 'ana@CLINIC.org' }] })] }),
        ...change,
      }),
  });
const group = () => within(screen.getByRole('group', { name: 'What recipients can do from the email' }));
const open = () => user.click(screen.getByRole('button', { name: /^Telephones of recipients/ }));
const phone = (address: string) => screen.getByLabelText(address);

/** In one step: each keystroke would draw the whole part again. */
async function paste(field: HTMLElement, text: string): Promise<void> {
  await user.click(field);
  await user.paste(text);
}

test.each([
  ['Recipients can take a voicemail', 'inbox_take', true, /^They say that they take it/],
  ['Recipients can be reminded', 'inbox_remind', true, /another email about it later/],
  [
    'Recipients can call the caller through our number',
    'inbox_call',
    false,
    /recipient’s telephone first, then the caller, and shows the number .* dialed\. Costs two calls\. Needs a telephone/,
  ],
])('"%s" says what it does, and can be switched', async (name, field, isOn, help) => {
  const panel = await render();
  const box = group().getByRole('checkbox', { name });
  expect(box).toHaveAccessibleDescription(help);
  for (const expected of [!isOn, isOn]) {
    await user.click(box);
    expect({ ...someSettings(), ...panel.state().settings.draft?.settings }).toMatchObject({ [field]: expected });
    if (expected) expect(box).toBeChecked();
    else expect(box).not.toBeChecked();
  }
});

test('telephones are asked for only where recipients may call', async () => {
  await render();
  expect(screen.queryByRole('button', { name: /^Telephones/ })).not.toBeInTheDocument();
  await user.click(group().getByRole('checkbox', { name: /^Recipients can call/ }));
  expect(screen.getByRole('button', { name: 'Telephones of recipients (0)' })).toBeInTheDocument();
});

test('a telephone holds wherever the address is, and can be cleared', async () => {
  const panel = await render({ inbox_call: true, archive: ana, fallback_recipient: ana });
  await open();
  await paste(phone('ana@clinic.org'), '+1 (555) 123-4567');
  const draft = () => panel.state().settings.draft;
  const called = { ...ana, phone: PHONE };
  expect(draft()?.settings).toMatchObject({ recipients: [called, {}], archive: called, fallback_recipient: called });
  expect(draft()?.rules.rules[0]?.recipients).toEqual([{ address: 'ana@CLINIC.org', phone: PHONE }]);
  expect(screen.getByRole('button', { name: 'Telephones of recipients (1)' })).toBeInTheDocument();
  await user.clear(phone('ana@clinic.org'));
  expect(draft()).toBeUndefined();
  expect(screen.getByRole('button', { name: 'Telephones of recipients (0)' })).toBeInTheDocument();
});

test('each address has one telephone field, with a type for telephones and no axe violations', async () => {
  const { container } = await render({ inbox_call: true, fallback_recipient: { address: 'bo@clinic.org' } });
  await open();
  expect(screen.getAllByRole('textbox')).toHaveLength(2);
  expect(phone('bo@clinic.org')).toHaveAttribute('type', 'tel');
  expect(await findAxeViolations(container)).toEqual([]);
});

test('the save bar says whose telephone will be another', async () => {
  await render({ inbox_call: true });
  await open();
  await paste(phone('bo@clinic.org'), PHONE);
  const bar = screen.getByRole('region', { name: 'Unsaved changes' });
  expect(bar).toHaveTextContent('bo@clinic.org: +1 555-123-4567 · Recipients');
  expect(screen.getByRole('button', { name: 'Save' })).toBeEnabled();
});

test('what is no telephone is said at its field, and keeps from saving', async () => {
  await render({ inbox_call: true });
  await open();
  await paste(phone('bo@clinic.org'), '030');
  expect(phone('bo@clinic.org')).toBeInvalid();
  expect(phone('bo@clinic.org')).toHaveAccessibleDescription('“030” is not a phone number.');
  expect(phone('ana@clinic.org')).toBeValid();
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
});

test('a wrong telephone of a rule’s recipient is said at the field of that address', async () => {
  const night = aRule('night', { recipients: [{ address: 'night@clinic.org', phone: '12' }] });
  await render({ inbox_call: true }, { rules: someRules({ rules: [night] }) });
  await open();
  expect(phone('night@clinic.org')).toHaveAccessibleDescription('“12” is not a phone number.');
});

test('a wrong telephone can still be corrected after calls were switched off', async () => {
  await render({ inbox_call: false, recipients: [{ ...ana, phone: '12' }] });
  await open();
  await user.clear(phone('ana@clinic.org'));
  expect(screen.queryByText(/is not a phone number/)).not.toBeInTheDocument();
});

test('supervisors of some queues see what recipients can do and cannot change it', async () => {
  await render({ inbox_call: true }, { ownQueues: ['Support'] });
  await open();
  for (const field of [...screen.getAllByRole('checkbox'), ...screen.getAllByRole('textbox')])
    expect(field).toBeDisabled();
});
