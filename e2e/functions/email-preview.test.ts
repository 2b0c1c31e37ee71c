import type { EmailAdminErrorResponse, EmailPreviewResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

const SETTINGS = {
  version: 1,
  enabled: true,
  recipients: [{ address: 'ana@example.com' }],
  organization: 'Clinic North',
  footer: 'Open <i>daily</i>',
};

async function preview(harness: Harness, token: string, settings: object) {
  const answer = await harness.postFlex('email-preview', token, { Settings: JSON.stringify(settings) });
  return { status: answer.status, body: (await answer.json()) as EmailPreviewResponse & EmailAdminErrorResponse };
}

test('shows the mail of a made-up voicemail with settings that are not saved, and sends nothing', async () => {
  const harness = await openHarness();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const { status, body } = await preview(harness, token, SETTINGS);
  expect(status).toBe(200);
  expect(Object.keys(body).sort()).toEqual(['html', 'subject', 'text']);
  expect(body.subject).toMatch(/^Voicemail from Ana Sample, .* for Support \(0:02\)$/);
  expect(body.text).toMatch(/^Caller: Ana Sample, /);
  expect(body.text).toContain('a supervisor of Clinic North chose your address');
  expect(body.html).toContain('Open &#60;i&#62;daily&#60;/i&#62;');
  expect(body.html).toContain('Call back</a>');
  expect(await harness.mails()).toEqual([]);
  expect(harness.mailgunRequestCount()).toBe(0);
  expect(await harness.document('email-settings')).toBeUndefined();
});

test('is what a test mail with the same settings is, but for saying that it is one', async () => {
  const harness = await openHarness();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  for (const email_content of ['full', 'no-words', 'link-only']) {
    const settings = { ...SETTINGS, email_content, language: 'es-ES' };
    const { body } = await preview(harness, token, settings);
    const test = { Address: 'ana@example.com', Settings: JSON.stringify(settings) };
    expect((await harness.postFlex('email-test', token, test)).status).toBe(200);
    const sent = (await harness.mails())[0]!;
    expect(sent.subject).toBe(`Prueba: ${body.subject}`);
    // The text begins with the sentence about the test.
    expect(sent.text.split('\n').slice(2).join('\n').trimEnd()).toBe(body.text.trimEnd());
  }
});

test.each([
  ['a logo of another host', { logo_url: 'https://elsewhere.com/logo.png' }, 'domain-not-allowed', 'logo_url'],
  ['a field in the subject that does not exist', { subject: '{{nobody}}' }, 'invalid', 'subject'],
])('%s is refused as in a save', async (_what, change, code, path) => {
  const harness = await openHarness();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const { status, body } = await preview(harness, token, { ...SETTINGS, ...change });
  expect({ status, code: body.code }).toEqual({ status: 422, code });
  expect(body.fields).toEqual([expect.objectContaining({ path })]);
});

test('recipients that cannot be saved yet do not hide how the mail looks', async () => {
  const harness = await openHarness();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const { status } = await preview(harness, token, { ...SETTINGS, recipients: [{ address: 'nobody' }] });
  expect(status).toBe(200);
});

test('without settings there is nothing to show', async () => {
  const harness = await openHarness();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const answer = await harness.postFlex('email-preview', token);
  expect(answer.status).toBe(422);
});
