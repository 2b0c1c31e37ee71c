import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findAxeViolations } from '../../test/card-harness';
import { aRule, aSettingsResponse, renderPanel, someRules, someSettings } from '../../test/email-admin-harness';

const user = userEvent.setup({ delay: null });
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const scoped = (ownQueues: string[]) => ({
  settings: async () =>
    aSettingsResponse({
      ownQueues,
      queues: ownQueues,
      rules: someRules({ rules: [aRule('a', { queues: ['Sales'] }), aRule('b', { queues: ['Sales'] })] }),
    }),
});

test('a supervisor of some queues reads which, and finds the other settings locked', async () => {
  const { container } = await renderPanel(scoped(['Billing', 'Sales']));
  expect(
    screen.getByText('You see and change only what concerns Billing and Sales. The other settings are locked.'),
  ).toBeInTheDocument();
  await user.click(button('Name, logo, language, and time zone'));
  await user.click(button(/^Holidays/));
  for (const name of ['Recipients', 'Archive', 'Subject', 'Organization name', 'Footer'])
    expect(screen.getByRole('textbox', { name })).toBeDisabled();
  expect(screen.getByRole('switch')).toBeDisabled();
  for (const box of screen.getAllByRole('radio')) expect(box).toBeDisabled();
  expect(screen.getByRole('combobox', { name: 'When several rules match' })).toBeDisabled();
  expect(screen.queryByRole('button', { name: 'What would happen?' })).not.toBeInTheDocument();
  expect(await findAxeViolations(container)).toEqual([]);
});

test('recipients that are locked are all shown, without a control that removes them', async () => {
  const recipients = Array.from({ length: 14 }, (_, n) => ({ address: `r${n}@clinic.org` }));
  await renderPanel({
    settings: async () =>
      aSettingsResponse({ ...(await scoped(['Sales']).settings()), settings: someSettings({ recipients }) }),
  });
  for (const { address } of recipients) expect(screen.getByTitle(address)).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /^Remove .*@clinic\.org/ })).not.toBeInTheDocument();
  await user.click(button('Add a rule'));
  const editor = within(screen.getByRole('group', { name: 'Edit the rule' }));
  await user.type(editor.getByRole('textbox', { name: 'Who gets them' }), 'eve@clinic.org{Enter}');
  expect(editor.getByRole('button', { name: 'Remove eve@clinic.org' })).toBeEnabled();
});

test('they change rules of their queues, and send test mails', async () => {
  const stage = await renderPanel(scoped(['Sales']));
  expect(screen.getByLabelText('Send a test email to')).toBeEnabled();
  await user.click(button('Add a rule'));
  const editor = within(screen.getByRole('group', { name: 'Edit the rule' }));
  expect(editor.getByLabelText('Sales')).toBeChecked();
  await user.type(editor.getByRole('textbox', { name: 'Who gets them' }), 'eve@clinic.org{Enter}');
  await user.click(button('Done'));
  await user.click(button('Save'));
  const [sent] = stage.client.save.mock.calls[0]!;
  expect(sent.rules.rules[2]).toMatchObject({ queues: ['Sales'], recipients: [{ address: 'eve@clinic.org' }] });
});

test('an address and a logo of others that are not allowed any more do not keep them from saving', async () => {
  const stage = await renderPanel({
    settings: async () =>
      aSettingsResponse({
        ...(await scoped(['Sales']).settings()),
        allowedRecipients: ['clinic.org'],
        logoHosts: [],
        settings: someSettings({
          recipients: [{ address: 'ana@gone.example' }],
          logo_url: 'https://gone.example/logo.png',
        }),
        rules: someRules({
          rules: [aRule('a', { queues: ['Sales'], recipients: [{ address: 'bo@clinic.org' }] })],
        }),
      }),
  });
  await user.click(button('Add a rule'));
  const editor = within(screen.getByRole('group', { name: 'Edit the rule' }));
  await user.type(editor.getByRole('textbox', { name: 'Who gets them' }), 'eve@clinic.org{Enter}');
  await user.click(button('Done'));
  await user.click(button('Save'));
  expect(stage.client.save).toHaveBeenCalledTimes(1);
});

test('a supervisor without queues reads whom to ask', async () => {
  await renderPanel(scoped([]));
  expect(screen.getByText(/^No queue is assigned to you\. Ask an administrator/)).toBeInTheDocument();
});

test('a supervisor of all queues finds nothing locked', async () => {
  await renderPanel();
  expect(screen.getByRole('switch')).toBeEnabled();
  expect(screen.queryByText(/You see and change only/)).not.toBeInTheDocument();
});
