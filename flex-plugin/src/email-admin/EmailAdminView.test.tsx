import type { EmailHealth, EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { aRule, aSettingsResponse, renderPanel, settle, someRules, someSettings } from '../../test/email-admin-harness';
import { FunctionsError } from '../functions-client/functions-error';
import { LANGUAGES } from '../strings/strings';
import { createTranslator } from '../strings/translator';
import { POLL_MS } from './poll-interval';

const NOW = Date.parse('2026-11-22T14:55:00Z');
const answering = (answer: Partial<EmailSettingsResponse>) => ({ settings: async () => aSettingsResponse(answer) });
const health = (change: Partial<EmailSettingsResponse['health']>) => ({
  health: { ...aSettingsResponse().health, ...change },
});
const region = (name: string) => screen.getByRole('region', { name });
const saveButton = () => screen.getByRole('button', { name: 'Save' });

let user: ReturnType<typeof userEvent.setup>;
beforeEach(() => {
  jest.useFakeTimers().setSystemTime(NOW);
  user = userEvent.setup({ delay: null, advanceTimers: jest.advanceTimersByTime });
});
afterEach(() => {
  jest.useRealTimers();
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' });
});

describe('before there are settings', () => {
  test('on their way', async () => {
    await renderPanel({ settings: () => new Promise(() => undefined) });
    expect(screen.getByText('Loading the settings')).toBeInTheDocument();
  });

  test.each([
    ['offline', 'You appear to be offline.'],
    [
      'settings-unreachable',
      'The settings are unavailable right now. Emails wait until the settings can be read again. None are lost.',
    ],
    ['role-missing', 'This is for supervisors only.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
  ] as const)('%s: says so, and tries again', async (code, translator) => {
    const { client } = await renderPanel({
      settings: jest
        .fn()
        .mockRejectedValueOnce(new FunctionsError(code, undefined, code))
        .mockResolvedValue(aSettingsResponse()),
    });
    expect(screen.getByText(translator)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await settle();
    expect(client.settings).toHaveBeenCalledTimes(2);
    expect(region('Who gets it')).toBeInTheDocument();
  });
});

test('a failure is shown accessibly', async () => {
  await renderPanel({
    settings: () => Promise.reject(new FunctionsError('offline', undefined, '')),
  });
  expect(screen.getByText('The settings could not be loaded.')).toBeInTheDocument();
});

describe('the status bar', () => {
  test('shows that email is on, and when the last one was sent', async () => {
    await renderPanel();
    expect(screen.getByRole('switch', { name: 'On' })).toBeChecked();
    expect(screen.getByText('Last sent 2 min. ago')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save' })).not.toBeInTheDocument();
  });

  test.each<[string, Partial<EmailSettingsResponse>, string | RegExp]>([
    ['off', { settings: someSettings({ enabled: false }) }, /still recorded and routed to agents/],
    ['from the environment', { source: 'environment' }, /emails go to ADMIN_EMAIL/],
    ['corrupt', { source: 'corrupt' }, /The saved settings cannot be read. Emails wait/],
    ['one failed', health({ failedEmails: 1 }), '1 email could not be sent in the last 7 days.'],
    ['some failed', health({ failedEmails: 3 }), '3 emails could not be sent in the last 7 days.'],
    ['one waits', health({ waitingEmails: 1 }), '1 email is waiting to be sent.'],
    ['never sent', health({ lastSuccessAt: undefined }), 'No emails sent yet'],
    [
      'not configured',
      health({ provider: { configured: false, chain: [], configErrors: ['MAILGUN_API_KEY'] } }),
      /Ask an administrator to set MAILGUN_API_KEY/,
    ],
    [
      'one provider',
      health({}),
      'Emails go out through Mailgun, US: mg.clinic.org, from Voicemail <voicemail@mg.clinic.org>',
    ],
    [
      'a provider of an earlier release of the Functions',
      health({
        provider: { configured: true, from: 'a@b.com', configErrors: [] } as unknown as EmailHealth['provider'],
      }),
      'Emails go out through Mailgun, from a@b.com',
    ],
    ['no scheduler', health({ schedulerRuns: false }), /^No scheduler is running/],
    ['no sweep', health({ schedulerRuns: false, lastSweepAt: undefined }), /^No outbox sweep has run yet/],
    ['no ACL', health({ sync: { reachable: true, aclEnabled: false } }), /Turn on ACL/],
    ['no Sync', health({ sync: { reachable: false } }), 'The settings are unavailable right now.'],
    [
      'a failure',
      health({ lastFailure: { at: '2026-11-22T14:54:00.000Z', problem: 'key-refused' } }),
      'Last failure 1 min. ago: the email service rejected the key or password (MAILGUN_API_KEY)',
    ],
  ])('%s', async (_name, answer, translator) => {
    await renderPanel(answering(answer));
    expect(screen.getByText(translator)).toBeInTheDocument();
  });

  test('says when a provider reaches its hourly limit, and what becomes of further emails', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'], now: new Date(2026, 10, 22, 14, 0) });
    const at = (hour: number, minute: number) => new Date(2026, 10, 22, hour, minute).toISOString();
    const limit = { provider: 'mailgun', limit: 100, used: 80, reachedAt: at(14, 20), freeAt: at(15, 0) } as const;
    const limits = [
      { ...limit, next: 'sendgrid' },
      { ...limit, provider: 'smtp' },
      { provider: 'twilio', limit: 100, used: 3 },
    ] as const;
    await renderPanel(answering(health({ limits: [...limits] })));
    const lines = screen.getAllByText(/hourly limit/).map(({ textContent }) => textContent);
    jest.useRealTimers();
    expect(lines).toEqual([
      expect.stringMatching(/^Mailgun: hourly limit \(100\) reached at 2:20\sPM; SendGrid takes over$/),
      expect.stringMatching(/^SMTP: hourly limit \(100\) reached at 2:20\sPM; emails wait until 3:00\sPM$/),
    ]);
  });

  test('shows the providers in their order, and which takes over from which', async () => {
    const chain: EmailHealth['provider']['chain'] = [
      { name: 'mailgun', domain: 'mg.example.com', region: 'eu' },
      { name: 'sendgrid', region: 'us' },
      { name: 'smtp', host: 'smtp.example.com' },
      { name: 'twilio' },
    ];
    await renderPanel(
      answering(health({ provider: { configured: true, chain, from: 'a@example.com', configErrors: [] } })),
    );
    const lines = within(region('Connection')).getAllByRole('listitem');
    expect(lines.slice(0, 4).map(({ textContent }) => textContent)).toEqual([
      'Emails go out through Mailgun, EU: mg.example.com, from a@example.com',
      'SendGrid takes over when Mailgun is down or refuses an email',
      'SMTP: smtp.example.com takes over when SendGrid is down or refuses an email',
      'Twilio takes over when SMTP is down or refuses an email',
    ]);
  });

  test('of several providers, names the variables of each that may have been refused', async () => {
    const chain: EmailHealth['provider']['chain'] = [{ name: 'sendgrid' }, { name: 'smtp', host: 'smtp.example.com' }];
    const lastFailure = { at: '2026-11-22T14:54:00.000Z', problem: 'key-refused' as const };
    await renderPanel(answering(health({ provider: { configured: true, chain, configErrors: [] }, lastFailure })));
    const names = '(SENDGRID_API_KEY or SMTP_URL)';
    expect(
      screen.getByText(`No email is going out: the email service rejected the key or password ${names}.`),
    ).toBeInTheDocument();
  });

  test('when the key is refused, an alert says why no email goes out, and nothing says that all is well', async () => {
    const refused = { at: '2026-11-22T14:54:00.000Z', problem: 'key-refused' as const };
    await renderPanel(answering(health({ lastFailure: refused, waitingEmails: 3 })));
    const banner = screen.getByText(
      'No email is going out: the email service rejected the key or password (MAILGUN_API_KEY).',
    );
    expect(banner.closest('[role=alert]')).not.toBeNull();
    expect(screen.getByText('3 emails are waiting to be sent.')).toBeInTheDocument();
    expect(screen.queryByText('Nothing needs attention right now.')).not.toBeInTheDocument();
  });

  test('a test mail that the provider accepts ends an outage that was shown', async () => {
    const refused = { at: '2026-11-22T14:54:00.000Z', problem: 'key-refused' as const };
    const settings = jest.fn().mockResolvedValue(aSettingsResponse(health({ lastFailure: refused })));
    await renderPanel({ settings });
    expect(screen.getByText(/^No email is going out/)).toBeInTheDocument();
    settings.mockResolvedValue(
      aSettingsResponse(health({ lastFailure: refused, lastTestAt: '2026-11-22T14:55:00.000Z' })),
    );
    await user.click(screen.getByRole('button', { name: 'Send a test' }));
    await settle();
    expect(screen.queryByText(/^No email is going out/)).not.toBeInTheDocument();
  });

  test('"show them" filters the list by failed mails', async () => {
    const { client } = await renderPanel(answering(health({ failedEmails: 3 })));
    await user.click(screen.getByRole('button', { name: 'Show them' }));
    await settle();
    expect(client.history.mock.calls[client.history.mock.calls.length - 1]![0]).toEqual({ state: 'failed' });
  });
});

describe('saving', () => {
  test('says what changed, saves it, and offers the way back for a minute', async () => {
    const { client } = await renderPanel();
    await user.click(screen.getByRole('switch'));
    expect(screen.getByText('1 change: Email: off')).toBeInTheDocument();
    // What is not saved yet is no fact.
    expect(screen.getByRole('switch', { name: 'Off, once saved' })).not.toBeChecked();
    expect(screen.getByText(/^Once you save, no voicemail is emailed/)).toBeInTheDocument();
    expect(client.save).not.toHaveBeenCalled();
    await user.click(saveButton());
    await settle();
    expect(client.save.mock.calls[0]![0].settings.enabled).toBe(false);
    expect(screen.getByText(/^Saved\./)).toBeInTheDocument();
    expect(screen.getByRole('switch', { name: 'Off' })).not.toBeChecked();
    // The button is gone; the next Tab goes on from where it was.
    expect(screen.getByRole('region', { name: 'Unsaved changes' })).toHaveFocus();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await settle();
    expect(client.save.mock.calls[1]![0].settings.enabled).toBe(true);
    act(() => void jest.advanceTimersByTime(61_000));
    expect(screen.queryByRole('button', { name: 'Undo' })).not.toBeInTheDocument();
    expect(screen.queryByText(/^Saved\./)).not.toBeInTheDocument();
  });

  test('discarding brings back what is saved', async () => {
    const { client } = await renderPanel();
    await user.click(screen.getByRole('switch'));
    await user.click(screen.getByRole('button', { name: 'Discard' }));
    expect(screen.getByRole('switch', { name: 'On' })).toBeChecked();
    expect(client.save).not.toHaveBeenCalled();
  });

  test('with something wrong in it it cannot be saved, and says what', async () => {
    await renderPanel(answering({ settings: someSettings({ recipients: [{ address: 'ana@clinic.org' }] }) }));
    await user.click(screen.getByRole('button', { name: 'Remove ana@clinic.org' }));
    expect(saveButton()).toBeDisabled();
    expect(screen.getByText(/^Fix before saving: Add at least one recipient/)).toBeInTheDocument();
    await user.type(screen.getByLabelText('Minutes until an unassigned task is flagged'), '{Backspace}{Backspace}');
    // Sentences, each with its period, are not joined by "and".
    expect(screen.getByText(/from 1 to 10080\. Add at least one recipient, or turn email off\.$/)).toBeInTheDocument();
  });

  test('the server refuses: why, and nothing is lost', async () => {
    await renderPanel({ save: () => Promise.reject(new FunctionsError('settings-unreachable', 503, 'down')) });
    await user.click(screen.getByRole('switch'));
    await user.click(saveButton());
    await settle();
    expect(screen.getByText('Not saved: The settings are unavailable right now.')).toBeInTheDocument();
    expect(saveButton()).toBeEnabled();
  });

  test.each([
    ['offline', 'You appear to be offline.'],
    ['timed-out', 'The voicemail service is not responding.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
    ['role-missing', 'This is for supervisors only.'],
  ] as const)('a save that fails as %s says so, keeps the change, and works the next time', async (code, reason) => {
    const save = jest.fn().mockRejectedValueOnce(new FunctionsError(code, undefined, code));
    await renderPanel({ save });
    await user.click(screen.getByRole('switch'));
    await user.click(saveButton());
    await settle();
    expect(screen.getByText(`Not saved: ${reason}`).closest('[role=alert]')).not.toBeNull();
    expect(screen.getByRole('switch', { name: 'Off, once saved' })).not.toBeChecked();
    save.mockResolvedValueOnce(aSettingsResponse({ settings: someSettings({ enabled: false }), revision: 'r2' }));
    await user.click(saveButton());
    await settle();
    expect(screen.queryByText(/^Not saved/)).not.toBeInTheDocument();
    expect(screen.getByText(/^Saved\./)).toBeInTheDocument();
  });

  test('unreadable settings are overwritten after a confirmation', async () => {
    const { client } = await renderPanel(answering({ source: 'corrupt' }));
    await user.click(screen.getByRole('button', { name: 'Save what is shown' }));
    expect(client.save.mock.calls[0]![2]).toBe(true);
  });

  test('two at once: who, what, and a choice', async () => {
    const current = aSettingsResponse({
      settings: someSettings({ footer: 'Ask Eve' }),
      revision: 'r9',
      savedBy: 'eve',
    });
    const { client } = await renderPanel({
      save: jest.fn().mockRejectedValueOnce(new FunctionsError('conflict', 409, 'conflict', { current })),
    });
    await user.click(screen.getByRole('button', { name: /^Name, logo/ }));
    await user.type(screen.getByLabelText('Footer'), 'Ask me');
    await user.click(saveButton());
    await settle();
    expect(screen.getByText(/^eve changed the same/)).toBeInTheDocument();
    expect(screen.getByText('Footer: yours is Ask me; theirs is Ask Eve')).toBeInTheDocument();
    expect(saveButton()).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Keep mine' }));
    expect(screen.getByRole('region', { name: 'Unsaved changes' })).toHaveFocus();
    client.save.mockResolvedValueOnce(aSettingsResponse({ revision: 'r10' }));
    await user.click(saveButton());
    await settle();
    expect(client.save.mock.calls[1]!.slice(0, 2)).toEqual([
      { settings: someSettings({ footer: 'Ask me' }), rules: someRules() },
      'r9',
    ]);
  });
});

test.each([
  [{ footer: undefined }, [], 'Footer: yours is Ask me; theirs is (empty)'],
  [{ footer: 'Ask' }, [], 'Rule “Mine”: yours is All voicemails go to a@clinic.org; theirs is (deleted)'],
])('in a conflict, what was taken away is said in words (%#)', async (theirs, rules, expected) => {
  const mine = someRules({ rules: [aRule('a', { name: 'Mine' })] });
  const saved = { settings: someSettings({ footer: 'Ask' }), rules: mine };
  const current = aSettingsResponse({
    settings: someSettings(theirs),
    rules: someRules({ rules }),
    ...{ revision: 'r9', savedBy: 'eve' },
  });
  await renderPanel({
    settings: async () => aSettingsResponse(saved),
    save: jest.fn().mockRejectedValueOnce(new FunctionsError('conflict', 409, 'conflict', { current })),
  });
  await user.click(screen.getByRole('button', { name: /^Name, logo/ }));
  await user.type(screen.getByLabelText('Footer'), ' me');
  await user.click(screen.getByRole('button', { name: 'Turn off: Mine' }));
  await user.click(saveButton());
  await settle();
  expect(screen.getByText(expected)).toBeInTheDocument();
});

describe('changes made elsewhere', () => {
  test('appear within fifteen seconds, while the page is seen', async () => {
    const { client } = await renderPanel();
    client.settings.mockResolvedValue(
      aSettingsResponse({ settings: someSettings({ enabled: false }), revision: 'r9' }),
    );
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    expect(screen.getByRole('switch', { name: 'Off' })).not.toBeChecked();
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
    await act(async () => void jest.advanceTimersByTime(10 * POLL_MS));
    expect(client.settings).toHaveBeenCalledTimes(2);
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
    await settle();
    expect(client.settings).toHaveBeenCalledTimes(3);
  });

  test('are joined with what is not saved here', async () => {
    const { client } = await renderPanel();
    await user.click(screen.getByRole('button', { name: /^Name, logo/ }));
    await user.type(screen.getByLabelText('Footer'), 'Ask me');
    client.settings.mockResolvedValue(
      aSettingsResponse({ settings: someSettings({ organization: 'Clinic' }), revision: 'r9', savedBy: 'eve' }),
    );
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    expect(screen.getByText(/^eve saved other changes in the meantime/)).toBeInTheDocument();
    expect(screen.getByLabelText('Footer')).toHaveValue('Ask me');
    expect(screen.getByLabelText('Organization name')).toHaveValue('Clinic');
  });

  test.each([
    ['offline', 'You appear to be offline.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
  ] as const)('a poll that fails as %s keeps what is typed, says so, and stops saying so', async (code, reason) => {
    const { client } = await renderPanel();
    await user.click(screen.getByRole('button', { name: /^Name, logo/ }));
    await user.type(screen.getByLabelText('Footer'), 'Ask me');
    client.settings.mockRejectedValueOnce(new FunctionsError(code, undefined, code));
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    const notice = screen.getByText((text) => text.includes(reason));
    expect(notice.closest('[role=alert]')).not.toBeNull();
    expect(screen.getByLabelText('Footer')).toHaveValue('Ask me');
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    expect(screen.queryByText((text) => text.includes(reason))).not.toBeInTheDocument();
    expect(screen.getByLabelText('Footer')).toHaveValue('Ask me');
  });

  test('a poll that fails leaves everything where it is, and says so', async () => {
    const { client } = await renderPanel();
    client.settings.mockRejectedValueOnce(new FunctionsError('unreachable', undefined, 'down'));
    await act(async () => void jest.advanceTimersByTime(POLL_MS));
    await settle();
    expect(screen.getByText(/^This may be out of date/)).toBeInTheDocument();
    expect(region('Who gets it')).toBeInTheDocument();
  });
});

test('what is left unsaved is kept, and said', async () => {
  const { state, unmount, noticeUnsaved } = await renderPanel();
  await user.click(screen.getByRole('switch'));
  unmount();
  expect(noticeUnsaved).toHaveBeenCalledTimes(1);
  expect(state().settings.draft).toMatchObject({ settings: { enabled: false } });
});

test('leaving with nothing unsaved says nothing', async () => {
  const { unmount, noticeUnsaved } = await renderPanel();
  unmount();
  expect(noticeUnsaved).not.toHaveBeenCalled();
});

const panelWithEverything = () =>
  answering({
    rules: someRules({ rules: [aRule('a', { queues: ['Sales'] }), aRule('b')], holidays: [{ date: '2026-12-25' }] }),
    ...health({ failedEmails: 2 }),
  });

test.each(Object.keys(LANGUAGES))('in %s no variable is left in the text', async (language) => {
  const { container } = await renderPanel(panelWithEverything(), language);
  expect(screen.getByRole('heading', { name: createTranslator(language).t('RecipientsTitle') })).toBeInTheDocument();
  expect(container.textContent).not.toMatch(/\{\{(?!caller|called)/);
});
