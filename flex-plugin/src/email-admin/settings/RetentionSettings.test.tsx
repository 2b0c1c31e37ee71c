import type { EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { aSettingsResponse, renderSettings } from '../../../test/email-admin-harness';
import { RetentionSettings } from './RetentionSettings';

const user = userEvent.setup({ delay: null });
const HOUR = 60 * 60_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
const render = (answer: Partial<EmailSettingsResponse> = {}) =>
  renderSettings((form) => <RetentionSettings form={form} />, {
    settings: async () => aSettingsResponse({ savedAt: ago(1), ...answer }),
  });
const field = (name: RegExp) => screen.getByRole('textbox', { name });
const counts = (recordings: number) => ({ recordings, entries: 0, history: 0, audit: 0 });

/** In one step: each keystroke would draw the whole panel again. */
async function replace(name: RegExp, text: string): Promise<void> {
  await user.clear(field(name));
  if (text !== '') await user.paste(text);
}

test('recordings are kept until somebody deletes them, or for the days that are entered', async () => {
  const panel = await render();
  const changed = () => panel.state().settings.draft?.settings.retention;
  expect(field(/recordings/)).toHaveValue('');
  await replace(/recordings/, '14');
  expect(changed()).toEqual({ recordings: 14, entries: 30, history: 30, audit: 365 });
  await replace(/recordings/, '');
  expect(panel.state().settings.draft?.settings.retention.recordings).toBeUndefined();
});

test('says in the field what is wrong with it, and what it must be', async () => {
  await render();
  await replace(/recordings/, '90');
  expect(field(/callbacks/)).toHaveAccessibleDescription(/Enter at least 90/);
  await replace(/audit/, '30');
  expect(field(/audit/)).toHaveAccessibleDescription('Enter a whole number from 90 to 365.');
  await replace(/history/, '');
  expect(field(/history/)).toHaveAccessibleDescription('Enter a whole number from 7 to 350.');
});

test('shows what was deleted, how far behind it is, and what had to be left', async () => {
  const retention = {
    lastRunAt: ago(49),
    checkedAt: ago(1),
    last: counts(3),
    total: counts(12),
    behindDays: 2,
    left: 1,
  };
  await render({ retention });
  const status = screen.getByRole('status');
  expect(status).toHaveTextContent(/Deleted then: recordings: 3, callbacks and voicemails: 0/);
  expect(status).toHaveTextContent(/Deleted in total: recordings: 12/);
  expect(status).toHaveTextContent(/2 days behind/);
  expect(status).toHaveTextContent(/1 could not be deleted yet/);
  expect(screen.queryByText(/for 48 hours/)).not.toBeInTheDocument();
});

test.each([
  [
    'no run did anything for 48 hours',
    {
      retention: { lastRunAt: ago(50), checkedAt: ago(49), last: counts(0), total: counts(0), behindDays: 2, left: 0 },
    },
  ],
  ['none ever ended since the settings were saved', { savedAt: ago(49) }],
])('when %s, warns', async (_when, answer) => {
  await render(answer);
  expect(screen.getByText(/Nothing has been checked for deletion for 48 hours/)).toBeInTheDocument();
});

test('before the first run, says that nothing was checked', async () => {
  await render();
  expect(screen.getByRole('status')).toHaveTextContent('Nothing has been checked for deletion yet.');
  expect(screen.queryByText(/for 48 hours/)).not.toBeInTheDocument();
});
