import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { findAxeViolations } from '../../../test/card-harness';
import {
  aRule,
  aSettingsResponse,
  renderSettings,
  settle,
  someRules,
  someSettings,
} from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';
import { RecipientSettings } from './RecipientSettings';

const user = userEvent.setup({ delay: null });
const waiting = (address: string, isOwn = false) => ({
  address,
  addedBy: isOwn ? 'sue' : 'ada',
  addedAt: '2026-11-22T14:00:00.000Z',
  isOwn,
});
const answer = (...unconfirmed: ReturnType<typeof waiting>[]) =>
  aSettingsResponse({
    settings: someSettings({ recipients: [{ address: 'ana@clinic.org' }, { address: 'new@clinic.org' }] }),
    unconfirmed,
  });
const render = (calls?: Parameters<typeof renderSettings>[1]) =>
  renderSettings((form) => <RecipientSettings form={form} />, calls);
const list = () => within(screen.getByRole('group', { name: 'Waiting for confirmation' }));
const conflict = (current: ReturnType<typeof answer>) => new FunctionsError('conflict', 409, 'Saved', { current });

test('without the option there is nothing to confirm', async () => {
  await render();
  expect(screen.queryByText('Waiting for confirmation')).not.toBeInTheDocument();
});

test('another supervisor sees who added the address and when, and confirms it', async () => {
  const stage = await render({ settings: async () => answer(waiting('new@clinic.org')) });
  expect(list().getByText('new@clinic.org')).toBeInTheDocument();
  expect(list().getByText(/^Added by ada, .*2:00/)).toBeInTheDocument();
  expect(screen.getByText(/^new@clinic.org · Waiting for confirmation$/)).toBeInTheDocument();
  expect(await findAxeViolations(stage.container)).toEqual([]);
  await user.click(list().getByRole('button', { name: 'Confirm: new@clinic.org' }));
  await settle();
  expect(stage.client.decide).toHaveBeenCalledWith('confirm', 'new@clinic.org', 'r1');
  expect(list().queryByRole('button')).not.toBeInTheDocument();
  expect(screen.getByRole('group', { name: 'Waiting for confirmation' })).toHaveFocus();
});

test('who added the address can neither confirm nor reject it, and reads why', async () => {
  const stage = await render({ settings: async () => answer(waiting('new@clinic.org', true)) });
  for (const name of ['Confirm: new@clinic.org', 'Reject: new@clinic.org']) {
    expect(list().getByRole('button', { name })).toBeDisabled();
    expect(list().getByRole('button', { name })).toHaveAccessibleDescription(
      'You added it: another supervisor has to confirm it.',
    );
  }
  expect(stage.client.decide).not.toHaveBeenCalled();
});

test('when somebody saves meanwhile, rejects what they saved', async () => {
  const current = { ...answer(waiting('new@clinic.org')), revision: 'r5' };
  const decide = jest
    .fn()
    .mockRejectedValueOnce(conflict(current))
    .mockResolvedValueOnce(aSettingsResponse({ revision: 'r6', unconfirmed: [] }));
  await render({ settings: async () => answer(waiting('new@clinic.org')), decide });
  await user.click(list().getByRole('button', { name: 'Reject: new@clinic.org' }));
  await settle();
  expect(decide.mock.calls.map(([, , revision]) => revision)).toEqual(['r1', 'r5']);
  expect(screen.queryByText('new@clinic.org')).not.toBeInTheDocument();
});

test('when somebody else decided meanwhile, says so and shows what is stored', async () => {
  const decide = jest.fn().mockRejectedValue(conflict({ ...answer(), revision: 'r5' }));
  await render({ settings: async () => answer(waiting('new@clinic.org')), decide });
  await user.click(list().getByRole('button', { name: 'Confirm: new@clinic.org' }));
  await settle();
  expect(decide).toHaveBeenCalledTimes(1);
  expect(list().getByText('Someone else saved in the meantime.')).toBeInTheDocument();
  expect(list().queryByRole('button')).not.toBeInTheDocument();
});

test('the preview leaves out who is not confirmed', async () => {
  const rules = someRules({
    rules: [aRule('support', { queues: ['Sales'], recipients: [{ address: 'new@clinic.org' }] })],
  });
  await render({ settings: async () => ({ ...answer(waiting('new@clinic.org')), rules }) });
  await user.click(screen.getByRole('button', { name: 'What would happen?' }));
  expect(screen.getByText('No one would get it.')).toBeInTheDocument();
});
