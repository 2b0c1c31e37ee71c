import { act, screen } from '@testing-library/react';
import * as React from 'react';
import { aSettingsResponse, renderPanel, someRules, someSettings } from '../../test/email-admin-harness';
import { EmailSideLink, type SideLinkProps } from './EmailSideLink';

/** As Flex's: with its own picture and name. */
const SideLink: React.FC<SideLinkProps> = ({ icon, children, onClick, 'aria-label': label, isActive }) => (
  <button type="button" aria-label={label} aria-current={isActive} onClick={onClick}>
    {icon}
    {children}
  </button>
);
/** So many mails bounced, as the provider says. */
const bouncing = (count: number) =>
  jest
    .fn()
    .mockResolvedValue({ deliveries: {}, bounced: Array(count).fill({ kind: 'email-bounced' }), complete: true });
const show = (failedEmails: number, isActive = false, calls: Parameters<typeof renderPanel>[0] = {}) =>
  renderPanel(
    {
      ...calls,
      settings: jest
        .fn()
        .mockResolvedValue(aSettingsResponse({ health: { ...aSettingsResponse().health, failedEmails } })),
    },
    'en-US',
    <EmailSideLink as={SideLink} isActive={isActive} onClick={() => undefined} />,
  );

test('is quiet while mails go out', async () => {
  const { container } = await show(0);
  expect(screen.getByRole('button', { name: 'Voicemail email' })).toBeInTheDocument();
  expect(container.querySelector('[data-mark=failing]')).toBeNull();
});

test('is marked while mails are failing, also for who cannot see it', async () => {
  const { container } = await show(2);
  expect(screen.getByRole('button', { name: 'Voicemail email: 2 failed' })).toBeInTheDocument();
  expect(container.querySelector('[data-mark=failing]')).not.toBeNull();
});

test.each([
  [0, 1, 'Voicemail email: 1 failed or bounced'],
  [2, 3, 'Voicemail email: 5 failed or bounced'],
])('with %d failed and %d bounced mails, is marked and says how many', async (failedEmails, bounces, name) => {
  const deliveries = bouncing(bounces);
  const { container, client } = await show(failedEmails, false, { deliveries });
  expect(screen.getByRole('button', { name })).toBeInTheDocument();
  expect(container.querySelector('[data-mark=failing]')).not.toBeNull();
  expect(client.deliveries).toHaveBeenCalledWith([], expect.anything());
});

test('emails that were refused for some of their recipients count as failed', async () => {
  const health = { ...aSettingsResponse().health, failedEmails: 1, refusedEmails: 2 };
  const settings = jest.fn().mockResolvedValue(aSettingsResponse({ health }));
  const link = <EmailSideLink as={SideLink} isActive={false} onClick={() => undefined} />;
  const { container } = await renderPanel({ settings }, 'en-US', link);
  expect(screen.getByRole('button', { name: 'Voicemail email: 3 failed' })).toBeInTheDocument();
  expect(container.querySelector('[data-mark=failing]')).not.toBeNull();
});

test('a provider that does not answer any more does not take back that mails bounced', async () => {
  jest.useFakeTimers();
  try {
    const deliveries = bouncing(1);
    deliveries
      .mockResolvedValueOnce(await deliveries())
      .mockResolvedValue({ deliveries: {}, bounced: [], complete: false });
    await show(0, false, { deliveries });
    await act(async () => void (await jest.advanceTimersByTimeAsync(5 * 60_000)));
    expect(deliveries).toHaveBeenCalledTimes(3);
    expect(screen.getByRole('button', { name: 'Voicemail email: 1 failed or bounced' })).toBeInTheDocument();
  } finally {
    jest.useRealTimers();
  }
});

test('when the key is refused, is marked and says that no email is going out', async () => {
  const health = {
    ...aSettingsResponse().health,
    lastFailure: { at: '2026-11-22T14:54:30.000Z', problem: 'key-refused' },
  };
  const settings = jest.fn().mockResolvedValue(aSettingsResponse({ health: health as never }));
  const link = <EmailSideLink as={SideLink} isActive={false} onClick={() => undefined} />;
  const { container } = await renderPanel({ settings }, 'en-US', link);
  expect(screen.getByRole('button', { name: 'Voicemail email: no email is going out' })).toBeInTheDocument();
  expect(container.querySelector('[data-mark=failing]')).not.toBeNull();
});

test('asks every five minutes, and leaves it to the view while that is open', async () => {
  jest.useFakeTimers();
  try {
    const { client, unmount } = await show(0);
    await act(async () => void (await jest.advanceTimersByTimeAsync(10 * 60_000)));
    expect(client.settings).toHaveBeenCalledTimes(3);
    expect(client.deliveries).toHaveBeenCalledTimes(3);
    unmount();
    const { client: other } = await show(0, true);
    await act(async () => void (await jest.advanceTimersByTimeAsync(10 * 60_000)));
    expect(other.settings).not.toHaveBeenCalled();
    expect(other.deliveries).not.toHaveBeenCalled();
  } finally {
    jest.useRealTimers();
  }
});

test('closing the page with unsaved changes asks first', async () => {
  const { settings } = await show(0);
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(leave()).toBe(false);
  act(() => settings.edit({ settings: someSettings({ footer: 'x' }), rules: someRules() }));
  expect(leave()).toBe(true);
  act(() => settings.discard());
  expect(leave()).toBe(false);
});
