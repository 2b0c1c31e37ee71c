import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { aSettingsResponse, renderSettings, settle, someSettings } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';
import { MailPreview } from './MailPreview';
import { REST_MS } from './preview-query';
import type { SettingsForm } from './use-settings-form';

const HTML =
  '<!doctype html><html><head><style>@media (prefers-color-scheme: dark) { p { color:red } }</style></head><body><p>Hi</p></body></html>';
const mail = (text: string) => ({ subject: `Voicemail: ${text}`, html: HTML.replace('Hi', text), text });
type Calls = Parameters<typeof renderSettings>[1];

/** The preview, and the form that it belongs to. */
async function renderPreview(calls: Calls) {
  let form: SettingsForm | undefined;
  const panel = await renderSettings((current) => {
    form = current;
    return <MailPreview form={current} />;
  }, calls);
  // The preview is asked for when the settings are there.
  await act(async () => void (await jest.advanceTimersByTimeAsync(REST_MS)));
  await settle();
  const organization = (value: string) => act(async () => form!.changeField('organization', value));
  return { ...panel, organization };
}

const frame = () => screen.getByTitle('Preview of the email') as HTMLIFrameElement;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});
const user = () => userEvent.setup({ advanceTimers: jest.advanceTimersByTime });

test('the email is in a frame that runs nothing and opens nothing, under its subject', async () => {
  await renderPreview({ preview: async () => mail('Hello') });
  expect(frame().getAttribute('sandbox')).toBe('');
  expect(frame().srcdoc).toContain('<p>Hello</p>');
  expect(frame().srcdoc).toContain('<base target="_blank">');
  expect(screen.getByText('Voicemail: Hello')).toBeInTheDocument();
});

test('it is shown in light or dark colors, and as wide as a phone', async () => {
  await renderPreview({ preview: async () => mail('Hello') });
  expect(frame().srcdoc).toContain('@media not all { p');
  await user().click(screen.getByLabelText('dark'));
  expect(frame().srcdoc).toContain('@media all { p');
  expect(frame()).toHaveStyle({ width: '100%' });
  await user().click(screen.getByLabelText('on a phone'));
  expect(frame()).toHaveStyle({ width: '375px' });
});

test('the plain text is shown as it is, and has no colors to choose', async () => {
  await renderPreview({ preview: async () => mail('Line 1\n<b>Line 2</b>') });
  await user().click(screen.getByLabelText('as plain text'));
  expect(screen.queryByTitle('Preview of the email')).not.toBeInTheDocument();
  expect(screen.getByRole('region', { name: 'Preview of the email' }).textContent).toBe('Line 1\n<b>Line 2</b>');
  expect(screen.getByLabelText('dark')).toBeDisabled();
});

test('it follows the settings when they rest, with one request for all that was typed', async () => {
  const preview = jest.fn(async ({ organization = 'nobody' }: { organization?: string }) => mail(organization));
  const { organization } = await renderPreview({ preview });
  expect(screen.getByText('Voicemail: nobody')).toBeInTheDocument();
  for (const typed of ['C', 'Cl', 'Clinic']) await organization(typed);
  await act(async () => void (await jest.advanceTimersByTimeAsync(REST_MS - 1)));
  expect(preview).toHaveBeenCalledTimes(1);
  // Until then, what was there stays.
  expect(screen.getByText('Voicemail: nobody')).toBeInTheDocument();
  await act(async () => void (await jest.advanceTimersByTimeAsync(1)));
  await settle();
  expect(screen.getByText('Voicemail: Clinic')).toBeInTheDocument();
  expect(preview).toHaveBeenCalledTimes(2);
});

test('who gets the email is not sent, and changes nothing', async () => {
  const preview = jest.fn(async (_settings: object) => mail('Hello'));
  await renderPreview({ preview, settings: async () => aSettingsResponse({ settings: someSettings() }) });
  expect(preview.mock.calls[0]![0]).toMatchObject({ recipients: [] });
});

test('while it is loaded for the first time, that is said', async () => {
  await renderPreview({ preview: () => new Promise(() => undefined) });
  expect(screen.getByText('The preview is being loaded.')).toBeInTheDocument();
  expect(screen.queryByTitle('Preview of the email')).not.toBeInTheDocument();
});

test.each([
  ['offline', /offline/i],
  ['invalid', /correct|fix|field/i],
] as const)('a failure is said in words and can be tried again: %s', async (code, words) => {
  const preview = jest
    .fn()
    .mockRejectedValueOnce(new FunctionsError(code, 0, 'for the log'))
    .mockResolvedValue(mail('Hello'));
  await renderPreview({ preview });
  expect(screen.getByText('The preview could not be loaded.')).toBeInTheDocument();
  expect(screen.getByText(words)).toBeInTheDocument();
  await user().click(screen.getByRole('button', { name: 'Try again' }));
  await settle();
  expect(screen.getByText('Voicemail: Hello')).toBeInTheDocument();
});
