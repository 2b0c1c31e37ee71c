import { PROVIDER_PROBLEMS } from '@callback-and-voicemail/contract/email-admin-api';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import {
  aSettingsResponse,
  type RenderedPanel,
  renderSettings,
  settle,
  someSettings,
} from '../../../test/email-admin-harness';
import { type FailureCode, FunctionsError } from '../../functions-client/functions-error';
import { createTranslator } from '../../strings/translator';
import { CallerSettings } from './CallerSettings';
import { MessageSettings } from './MessageSettings';
import { providerErrorMessage } from './provider-error-messages';
import { TestEmail } from './TestEmail';

const user = userEvent.setup({ delay: null });
const answering = (settings: object) => ({
  settings: async () => aSettingsResponse({ settings: someSettings(settings) }),
});
type Calls = Parameters<typeof renderSettings>[1];
const renderMessage = (calls?: Calls) => renderSettings((form) => <MessageSettings form={form} />, calls);
const renderCallers = () => renderSettings((form) => <CallerSettings form={form} />);
const changed = (panel: RenderedPanel) => panel.state().settings.draft?.settings;

/** In one step: each keystroke would draw the whole panel again. */
async function paste(field: HTMLElement, text: string): Promise<void> {
  await user.click(field);
  await user.paste(text);
}

test.each([
  ['everything but the transcript', { email_content: 'no-words' }],
  ['only a link to Flex', { email_content: 'link-only' }],
  ['as mp3', { recording_format: 'mp3' }],
  ['as a link to a page that plays it', { recording_format: 'link' }],
  ['notice only, no recording', { recording_format: 'notice' }],
  ['Include the transcript', { include_transcript: false }],
  ['when it is ready, after about a minute at most', { send_when: 'transcribed' }],
  ['wait for a person', { unconfirmed_emails: 'ask' }],
])('%s', async (label, change) => {
  const panel = await renderMessage();
  await user.click(screen.getByLabelText(label));
  expect(changed(panel)).toMatchObject(change);
});

test.each([
  ['is not called back', { missed_voicemail: 'cancel' }],
  ['Show full caller numbers in this panel', { show_callers: true }],
  ['Agents can choose “Try again later”', { allow_requeue: false }],
])('%s', async (label, change) => {
  const panel = await renderCallers();
  await user.click(screen.getByLabelText(label));
  expect(changed(panel)).toMatchObject(change);
});

test('that mail servers must offer TLS can be switched off, and what that costs is said', async () => {
  const panel = await renderMessage();
  expect(screen.getByText(/offer no encryption get nothing/)).toBeInTheDocument();
  await user.click(screen.getByLabelText('Only encrypted delivery (TLS)'));
  expect(changed(panel)).toMatchObject({ require_tls: false });
  expect(screen.getByText(/crosses the internet in clear/)).toBeInTheDocument();
});

test('without a transcript there is nothing to wait for', async () => {
  await renderMessage(answering({ include_transcript: false }));
  expect(screen.queryByLabelText('when it is ready, after about a minute at most')).not.toBeInTheDocument();
});

test('emails without the transcript offer neither to include it nor to wait for it', async () => {
  await renderMessage(answering({ email_content: 'no-words' }));
  expect(screen.getByText(/never their words/)).toBeInTheDocument();
  expect(screen.queryByLabelText('Include the transcript')).not.toBeInTheDocument();
  expect(screen.queryByLabelText(/^when it is ready/)).not.toBeInTheDocument();
  expect(screen.getByLabelText('as mp3')).toBeEnabled();
});

test('emails with only a link have a fixed subject and no recording, and the panel says so', async () => {
  await renderMessage(answering({ email_content: 'link-only', subject: 'From {{caller}}' }));
  expect(screen.getByText(/no number, name, queue, words or recording/)).toBeInTheDocument();
  expect(screen.getByLabelText('as mp3')).toBeDisabled();
  expect(screen.getByText('New voicemail')).toBeInTheDocument();
  expect(screen.getByText(/^Not used while emails contain only a link/)).toBeInTheDocument();
  expect(screen.queryByText(/From \+1 555/)).not.toBeInTheDocument();
});

describe('numbers', () => {
  test('a whole number is taken', async () => {
    const panel = await renderCallers();
    const field = screen.getByLabelText('Maximum attempts');
    await user.clear(field);
    expect(screen.getAllByText(/Enter a whole number/).length).toBeGreaterThan(0);
    expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
    await user.type(field, '5');
    expect(changed(panel)).toMatchObject({ max_attempts: 5 });
    expect(screen.getByRole('button', { name: 'Save' })).toBeEnabled();
  });
});

describe('the subject', () => {
  const subject = () => screen.getByLabelText<HTMLInputElement>('Subject');

  test('fields are put where the cursor is, and an example is shown', async () => {
    const panel = await renderMessage(answering({ subject: 'From  for you', organization: 'Clinic' }));
    await user.click(subject());
    subject().setSelectionRange(5, 5);
    await user.click(screen.getByRole('button', { name: '+ caller' }));
    expect(changed(panel)).toMatchObject({ subject: 'From {{caller}} for you' });
    expect(screen.getByText('From +1 555-123-4567 for you')).toBeInTheDocument();
  });

  test('a field there is not', async () => {
    await renderMessage();
    await paste(subject(), 'From {{nobody}}');
    expect(screen.getAllByText(/The subject contains an unknown field/).length).toBeGreaterThan(0);
  });

  test('left empty it is the usual one', async () => {
    const panel = await renderMessage(answering({ subject: 'x' }));
    await user.clear(subject());
    expect(changed(panel)).not.toHaveProperty('subject');
    expect(screen.getByText('Voicemail from +1 555-123-4567 for Sales (1:04)')).toBeInTheDocument();
  });
});

describe('look, language, zone', () => {
  async function open(settings: object = {}) {
    const panel = await renderMessage(answering(settings));
    await user.click(screen.getByRole('button', { name: /^Name, logo/ }));
    return panel;
  }
  test('are kept as they are written', async () => {
    const panel = await open();
    await paste(screen.getByLabelText('Organization name'), 'Clinic & <b>Sons</b>');
    await user.selectOptions(screen.getByLabelText('Email language'), 'Mexican Spanish');
    await paste(screen.getByLabelText('Time zone'), 'Europe/Berlin');
    expect(changed(panel)).toMatchObject({
      organization: 'Clinic & <b>Sons</b>',
      language: 'es-MX',
      time_zone: 'Europe/Berlin',
    });
  });
  test.each([
    ['Logo URL', 'http://clinic.org/x.png', /must start with https/],
    ['Time zone', 'Mars/Olympus', /Unknown time zone/],
  ])('%s: what cannot be used is said', async (label, value, translator) => {
    await open();
    await paste(screen.getByLabelText(label), value);
    expect(screen.getAllByText(translator).length).toBeGreaterThan(0);
    expect(screen.getByLabelText(label)).toBeInvalid();
  });
});

test('without an address a test cannot be sent, and the reason is said', async () => {
  await renderMessage();
  const field = screen.getByLabelText('Send a test email to');
  await user.clear(field);
  expect(screen.getByRole('button', { name: 'Send a test' })).toBeDisabled();
  expect(field).toHaveAccessibleDescription('Enter an email address to send the test to.');
});

describe('a test mail', () => {
  const send = async (calls: Calls, address?: string) => {
    const panel = await renderSettings((form) => <TestEmail form={form} />, calls);
    const field = screen.getByLabelText('Send a test email to');
    if (address !== undefined) {
      await user.clear(field);
      await user.type(field, address);
    }
    await user.click(screen.getByRole('button', { name: 'Send a test' }));
    await settle();
    return panel;
  };
  const refused = (code: FailureCode, detail = {}) => ({
    sendTest: () => Promise.reject(new FunctionsError(code, 422, code, detail)),
  });

  test('goes to the first recipient unless another is named', async () => {
    const { client } = await send({});
    expect(client.sendTest.mock.calls[0]![0]).toBe('ana@clinic.org');
    expect(screen.getByText(/^Mailgun accepted it\. Check ana@clinic.org/)).toBeInTheDocument();
  });

  test('does not send a test to an invalid address', async () => {
    const { client } = await send({}, 'ana');
    expect(screen.getByRole('button', { name: 'Send a test' })).toBeDisabled();
    expect(client.sendTest).not.toHaveBeenCalled();
  });

  test.each(PROVIDER_PROBLEMS)('the provider says %s: what it means and what to do', async (error) => {
    await send(refused('mail-refused', { provider: { problem: error, detail: 'its own words' } }));
    const message = providerErrorMessage(createTranslator('en-US'), { problem: error }, ['mailgun']);
    const status = within(screen.getByText('The test email was not sent.').closest<HTMLElement>('[role=status]')!);
    expect(status.getByText(message)).toBeInTheDocument();
    expect(status.getByText('The email service said: its own words')).toBeInTheDocument();
  });

  test.each([
    ['sendgrid', 'key-refused', /Set SENDGRID_API_KEY to a key with the “Mail Send” permission/],
    ['sendgrid', 'key-other-region', /Set SENDGRID_API_BASE_URL to https:\/\/api\.eu\.sendgrid\.com for the EU/],
    ['sendgrid', 'domain-unknown', 'SendGrid does not know this domain. Check MAIL_FROM.'],
    ['smtp', 'key-refused', /Check both in SMTP_URL/],
    ['smtp', 'unreachable', /^Your SMTP server did not respond in time\. Check the host/],
    ['smtp', 'unknown', 'Your SMTP server rejected it for an unknown reason.'],
    ['twilio', 'key-refused', /Check TWILIO_API_KEY and TWILIO_API_SECRET/],
    ['twilio', 'limit-reached', /its sending limit \(Twilio\)/],
    ['mailgun', 'domain-unknown', 'Mailgun does not know this domain. Check MAILGUN_DOMAIN or MAILGUN_API_BASE_URL.'],
  ] as const)('%s says %s: the advice fits that provider', async (provider, problem, expected) => {
    await send(refused('mail-refused', { provider: { problem, provider } }));
    expect(screen.getByText(expected)).toBeInTheDocument();
  });

  test('says which provider took it', async () => {
    await send({ sendTest: async (to: string) => ({ ok: true, provider: 'smtp', to }) });
    expect(screen.getByText(/^Your SMTP server accepted it\. Check ana@clinic\.org/)).toBeInTheDocument();
  });

  test.each([
    ['the email service did not respond', 'mail-refused', { provider: { problem: 'unreachable', uncertain: true } }],
    ['the Functions did not answer', 'timed-out', {}],
  ] as const)('when %s, the test mail is not said to be not sent', async (_what, code, detail) => {
    await send(refused(code, detail));
    expect(screen.getByText(/^It is unknown whether the email service accepted the test email/)).toBeInTheDocument();
    expect(screen.queryByText('The test email was not sent.')).not.toBeInTheDocument();
  });

  test.each([
    ['offline', 'You appear to be offline.'],
    ['token-invalid', 'Your session has ended. Sign in to Flex again.'],
    ['timed-out', 'The voicemail service is not responding.'],
  ] as const)('a test mail that fails as %s says why', async (code, reason) => {
    await send(refused(code));
    expect(screen.getByText(reason)).toBeInTheDocument();
  });

  test('enough for now: when to try again', async () => {
    await send(refused('rate-limited', { retryAfterSeconds: 1_790 }));
    expect(screen.getByText('Too many test emails. Try again in 30 minutes.')).toBeInTheDocument();
  });

  test('a domain that is not allowed', async () => {
    await send(refused('domain-not-allowed'), 'ana@elsewhere.com');
    expect(screen.getByText('Addresses at this domain are not allowed.')).toBeInTheDocument();
  });
});
