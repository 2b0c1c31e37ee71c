import type { EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

const WORDS = 'Please call Ana Ruiz back about the invoice.';
type Settings = NonNullable<NonNullable<Parameters<typeof openHarness>[0]>['settings']>;

async function leaveMessage(harness: Harness) {
  const caller = await harness.dialToRecording();
  await caller.speak(harness.sample, { transcript: WORDS });
  caller.hangUp();
  await harness.advance(120_000);
  return caller;
}

/** All that was handed to the mail provider, with the headers. */
const wholeMail = (mail: object, recipients: readonly string[]) =>
  recipients.reduce((text, address) => text.replaceAll(address, ''), JSON.stringify(mail));

function expectNothingPersonal(harness: Harness, mail: { to: string[] }, from: string): void {
  const text = wholeMail(mail, mail.to);
  for (const one of [from, harness.numbers.support]) {
    expect(text).not.toContain(one.slice(1));
    expect(text.replace(/[^0-9]/g, '')).not.toContain(one.slice(1));
  }
  expect(text).not.toMatch(/Ana Ruiz|invoice|tel:|Support/);
}

test('a full email has the number, the words and the recording', async () => {
  const harness = await openHarness({ settings: { email_content: 'full', send_when: 'transcribed' } });
  await leaveMessage(harness);
  const [mail] = await harness.mails();
  expect(mail!.text).toContain(WORDS);
  expect(mail!.attachments).toHaveLength(1);
});

test('an email without words has the recording, and does not wait for the transcript', async () => {
  const harness = await openHarness({ settings: { email_content: 'no-words', send_when: 'transcribed' } });
  harness.holdWebhooks(/transcription/);
  await leaveMessage(harness);
  const [mail] = await harness.mails();
  expect(JSON.stringify(mail)).not.toContain('invoice');
  expect(mail!.subject).toMatch(/^Voicemail from /);
  expect(mail!.attachments).toHaveLength(1);
});

test('an email with only a link has nothing of the call, in the archive neither; the card has all of it', async () => {
  const harness = await openHarness({
    settings: {
      email_content: 'link-only',
      subject: '{{caller}} for {{queue}}',
      recipients: [{ address: 'ana@example.com' }],
      archive: { address: 'archive@example.com' },
    },
  });
  const caller = await leaveMessage(harness);
  const mails = await harness.mails();
  expect(mails.map(({ to }) => to[0]).sort()).toEqual(['ana@example.com', 'archive@example.com']);
  for (const mail of mails) {
    expect(mail.subject).toBe('New voicemail');
    expect(mail.attachments).toEqual([]);
    expectNothingPersonal(harness, mail, caller.from);
  }
  expect(harness.productTasks()[0]!.attributes.callBackData).toMatchObject({ transcriptText: WORDS });
});

test('an email that is retried by a sweep after a switch to only a link holds nothing of the call', async () => {
  const settings: Settings = { recipients: [{ address: 'ana@example.com' }] };
  const harness = await openHarness({ settings });
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500, times: 1 });
  const caller = await leaveMessage(harness);
  expect(await harness.mails()).toEqual([]);
  await harness.setSettings({ ...settings, email_content: 'link-only' });
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  const [mail] = await harness.mails();
  expect(mail!.subject).toBe('New voicemail');
  expectNothingPersonal(harness, mail!, caller.from);
});

test('“Send again” after a switch to only a link sends nothing of the call; the history goes on working', async () => {
  const settings: Settings = { recipients: [{ address: 'ana@example.com' }] };
  const harness = await openHarness({ settings });
  const { token } = harness.signIn('sue', ['supervisor']);
  const correct = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 });
  const caller = await leaveMessage(harness);
  expect(await harness.mails()).toEqual([]);
  correct();
  await harness.setSettings({ ...settings, email_content: 'link-only' });
  const answer = await harness.postFlex('email-resend', token, { Voicemail: `voicemail-${caller.sid}-1` });
  expect(await answer.json()).toMatchObject({ sent: 1 });
  const mails = await harness.mails();
  expect(mails.map(({ subject, attachments }) => [subject, attachments])).toEqual([['New voicemail', []]]);
  expectNothingPersonal(harness, mails[0]!, caller.from);
  const history = await (await harness.postFlex('email-history', token)).json();
  expect(history).toMatchObject({ items: [{ queue: 'Support', email: { state: 'sent' } }] });
});

test('a test mail shows what emails with only a link hold', async () => {
  const harness = await openHarness({ settings: { email_content: 'link-only' } });
  const { token } = harness.signIn('sue', ['supervisor']);
  expect((await harness.postFlex('email-test', token, { Address: 'ana@example.com' })).status).toBe(200);
  const [mail] = await harness.mails();
  expect(mail!.subject).toBe('Test: New voicemail');
  expect(mail!.attachments).toEqual([]);
  expect(JSON.stringify(mail)).not.toMatch(/Ana Sample|555|tel:|Support/);
});

test('a mail says who chose its reader: ADMIN_EMAIL, until a supervisor has saved recipients', async () => {
  const harness = await openHarness();
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  await leaveMessage(harness);
  const before = (await (await harness.postFlex('email-settings', sue.token)).json()) as EmailSettingsResponse;
  expect(before).toMatchObject({ source: 'environment', settings: { recipients: [{ address: 'admin@example.com' }] } });
  const saved = await harness.postFlex('email-settings', sue.token, {
    Action: 'save',
    Settings: JSON.stringify({ ...before.settings, recipients: [{ address: 'ana@example.com' }] }),
    Rules: JSON.stringify(before.rules),
    Revision: before.revision,
  });
  expect(saved.status).toBe(200);
  await leaveMessage(harness);
  const voicemails = (await harness.mails()).filter(({ subject }) => subject.startsWith('Voicemail from')).reverse();
  expect(voicemails.map(({ to: [address] }) => address)).toEqual(['admin@example.com', 'ana@example.com']);
  const [admin, ana] = voicemails.map(({ text, html }) => [text, html].map((part) => part.replace(/\s+/g, ' ')));
  for (const part of admin!) {
    expect(part).toContain(
      'because the administrator set your address for voicemails. A supervisor can change it in Flex.',
    );
    expect(part).not.toContain('supervisor chose');
  }
  for (const part of ana!)
    expect(part).toContain('because a supervisor chose your address for voicemails. They can change it in Flex.');
});
