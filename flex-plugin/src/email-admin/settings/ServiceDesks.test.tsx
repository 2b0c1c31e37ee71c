import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { aRule, aSettingsResponse, renderSettings, someRules, someSettings } from '../../../test/email-admin-harness';
import { ServiceDesks } from './ServiceDesks';

const user = userEvent.setup({ delay: null });
const tickets = { address: 'tickets@clinic.org' };
const open = (change: Parameters<typeof aSettingsResponse>[0] = {}) =>
  renderSettings((form) => <ServiceDesks form={form} />, {
    settings: async () =>
      aSettingsResponse({
        settings: someSettings({ recipients: [{ address: 'ana@clinic.org' }], archive: tickets }),
        rules: someRules({ rules: [aRule('night', { recipients: [tickets] })] }),
        ...change,
      }),
  });

test('a recipient becomes a ticket system wherever it is, and can be a mailbox again', async () => {
  const panel = await open();
  await user.click(screen.getByRole('button', { name: 'Ticket systems (0)' }));
  await user.click(screen.getByLabelText('tickets@clinic.org'));
  const draft = () => panel.state().settings.draft;
  const desk = { ...tickets, service_desk: true };
  expect(draft()?.settings).toMatchObject({ recipients: [{ address: 'ana@clinic.org' }], archive: desk });
  expect(draft()?.rules.rules[0]?.recipients).toEqual([desk]);
  expect(screen.getByRole('button', { name: 'Ticket systems (1)' })).toBeInTheDocument();
  await user.click(screen.getByLabelText('tickets@clinic.org'));
  expect(screen.getByLabelText('tickets@clinic.org')).not.toBeChecked();
  expect(screen.getByRole('button', { name: 'Ticket systems (0)' })).toBeInTheDocument();
});

test('each address is listed once', async () => {
  await open();
  await user.click(screen.getByRole('button', { name: 'Ticket systems (0)' }));
  expect(screen.getAllByRole('checkbox')).toHaveLength(2);
});

test('supervisors of some queues see ticket systems and cannot change them', async () => {
  await open({ ownQueues: ['Support'] });
  await user.click(screen.getByRole('button', { name: 'Ticket systems (0)' }));
  for (const box of screen.getAllByRole('checkbox')) expect(box).toBeDisabled();
});
