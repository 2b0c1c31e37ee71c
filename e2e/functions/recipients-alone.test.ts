import type { EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Recipients fail alone: whoever is refused keeps nobody else from the mail, and nobody gets it twice. */
const ANA = 'ana@example.com';
const BO = 'bo@example.com';
const CY = 'cy@example.com';
const to = (...addresses: string[]) => ({ recipients: addresses.map((address) => ({ address })) });

const recipientsOfMails = async (harness: Harness) => (await harness.mails()).flatMap((mail) => mail.to).sort();
async function emailOf(harness: Harness, caller: { sid: string }) {
  return (await harness.document(`voicemail-${caller.sid}-1`))!.email as Record<string, unknown>;
}
async function sweep(harness: Harness, times: number) {
  for (let n = 0; n < times; n += 1) {
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
  }
}

test('a recipient whom the provider refuses keeps no other one from the mail', async () => {
  const harness = await openHarness({ settings: to(ANA, BO, CY) });
  harness.setMailDomainStatus({ authorizedRecipients: [ANA, CY] });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await recipientsOfMails(harness)).toEqual([ANA, CY]);
  expect(await emailOf(harness, caller)).toMatchObject({
    state: 'sent',
    recipientCount: 3,
    recipients: [
      { address: ANA, state: 'accepted', provider: 'mailgun' },
      { address: CY, state: 'accepted', provider: 'mailgun' },
      { address: BO, state: 'refused', problem: 'sandbox-domain' },
    ],
  });
  await sweep(harness, 3);
  expect(await recipientsOfMails(harness)).toEqual([ANA, CY]);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const answer = await harness.postFlex('email-settings', sue.token, {});
  const { health } = (await answer.json()) as EmailSettingsResponse;
  expect(health).toMatchObject({ failedEmails: 0, waitingEmails: 0, refusedEmails: 1 });
});

test('sent again, a mail that went out goes to those who were refused, and to nobody twice', async () => {
  const harness = await openHarness({ settings: to(ANA, BO) });
  harness.setMailDomainStatus({ authorizedRecipients: [ANA] });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const id = `voicemail-${caller.sid}-1`;
  const ask = async (page: string, fields: Record<string, string>) =>
    (await (await harness.postFlex(page, sue.token, fields)).json()) as Record<string, never>;
  expect(await ask('email-history', {})).toMatchObject({ items: [{ mayResend: true }] });
  expect(await ask('email-resend', { Voicemail: id })).toMatchObject({ sent: 0, failed: 1 });
  expect(await recipientsOfMails(harness)).toEqual([ANA]);
  harness.setMailDomainStatus({});
  expect(await ask('email-resend', { Voicemail: id })).toMatchObject({ sent: 1, failed: 0 });
  expect(await recipientsOfMails(harness)).toEqual([ANA, BO]);
  expect(await emailOf(harness, caller)).toMatchObject({ state: 'sent', recipientCount: 2 });
  expect(await ask('email-resend', { Voicemail: id })).toMatchObject({ code: 'nothing-to-resend' });
  expect(await ask('email-history', {})).toMatchObject({ items: [{ mayResend: false }], attention: [] });
});

test('when every recipient is refused, the mail has failed and says why, at once', async () => {
  const harness = await openHarness({ settings: to(ANA, BO) });
  harness.setMailDomainStatus({ authorizedRecipients: [] });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.mails()).toEqual([]);
  expect(await emailOf(harness, caller)).toMatchObject({
    state: 'failed',
    lastError: 'sandbox-domain',
    recipients: [
      { address: ANA, state: 'refused' },
      { address: BO, state: 'refused' },
    ],
  });
  expect(harness.productTasks()).toHaveLength(1);
});

test('sent again, a failed mail goes to those who were refused', async () => {
  const harness = await openHarness({ settings: to(ANA, BO) });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  harness.setMailDomainStatus({ authorizedRecipients: [] });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  harness.setMailDomainStatus({});
  const answer = await harness.postFlex('email-resend', sue.token, { Voicemail: `voicemail-${caller.sid}-1` });
  expect(await answer.json()).toMatchObject({ sent: 1 });
  expect(await recipientsOfMails(harness)).toEqual([ANA, BO]);
});

test('when the provider fails among single mails, the others get theirs later, and nobody two', async () => {
  const harness = await openHarness({ settings: to(ANA, BO, CY) });
  harness.setMailDomainStatus({ authorizedRecipients: [ANA, CY] });
  // The mail to all is refused, the one to Ana is taken, and then Mailgun is down for a while.
  const remove = harness.injectFault({
    host: 'api.mailgun.net',
    path: /messages$/,
    after: 2,
    kind: 'status',
    status: 503,
  });
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await recipientsOfMails(harness)).toEqual([ANA]);
  expect(await emailOf(harness, caller)).toMatchObject({
    state: 'pending',
    settled: [{ address: ANA, state: 'accepted' }],
  });
  remove();
  await sweep(harness, 3);
  expect(await recipientsOfMails(harness)).toEqual([ANA, CY]);
  expect(await emailOf(harness, caller)).toMatchObject({ state: 'sent', recipientCount: 3 });
});

test('a recipient who is added while the mail waits gets it, and nobody gets it again', async () => {
  const harness = await openHarness({ settings: to(ANA, BO) });
  harness.setMailDomainStatus({ authorizedRecipients: [ANA] });
  const remove = harness.injectFault({
    host: 'api.mailgun.net',
    path: /messages$/,
    after: 2,
    kind: 'status',
    status: 503,
  });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  remove();
  harness.setMailDomainStatus({});
  await harness.setSettings(to(ANA, BO, CY));
  await sweep(harness, 3);
  expect(await recipientsOfMails(harness)).toEqual([ANA, BO, CY]);
});

test('a mail waits as long as the provider asks', async () => {
  const harness = await openHarness({ settings: to(ANA) });
  const remove = harness.injectFault({
    host: 'api.mailgun.net',
    path: /messages$/,
    kind: 'status',
    status: 429,
    headers: { 'Retry-After': '1800' },
  });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  remove();
  await sweep(harness, 5);
  expect(harness.mailgunRequestCount()).toBe(0);
  await sweep(harness, 2);
  expect(await recipientsOfMails(harness)).toEqual([ANA]);
});
