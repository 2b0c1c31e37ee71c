import { proxyPage } from '../../sandbox/src/mail/proxy-page';
import type { MailFault, MailProviderName } from '../../sandbox/src/world/types';
import { closeHarnesses, openHarnessOverHttp } from '../support/harness';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

const PROVIDERS: readonly MailProviderName[] = ['mailgun', 'sendgrid', 'twilio', 'smtp'];
const recipients = ['ana@example.com', 'bob@example.com'].map((address) => ({ address }));
const MINUTE_MS = 60_000;
/** More than the sockets hold, so that the answer comes before the upload has ended; as JSON still below 5 MB. */
const LARGE_BYTES = 3_000_000;

test.each(PROVIDERS)('%s delivers a voicemail with its recording, to each recipient alone', async (provider) => {
  const harness = await openHarnessOverHttp({ mailProviders: [provider], settings: { recipients } });
  await harness.leaveVoicemail();
  await harness.advance(MINUTE_MS);
  const mails = await harness.mails();
  expect(mails.map(({ to }) => to).sort()).toEqual([['ana@example.com'], ['bob@example.com']]);
  for (const { attachments } of mails) expect(attachments).toHaveLength(1);
  expect(mails[0]!.attachments[0]!.content.equals(mails[1]!.attachments[0]!.content)).toBe(true);
  expect(harness.sandboxErrors()).toEqual([]);
});

/** Whatever the provider answers, it has not taken the mail. */
const NOT_TAKEN: [string, MailFault][] = [
  ['503 comes before the upload', { when: 'before-body', status: 503 }],
  ['429 comes before the upload', { when: 'before-body', status: 429 }],
  ['the connection is reset before the upload', { when: 'before-body' }],
  ['a proxy answers 502 after the upload', { when: 'after-body', status: 502, body: proxyPage(502) }],
];

test.each(
  NOT_TAKEN.flatMap(([what, fault]) =>
    (['mailgun', 'sendgrid', 'twilio'] as const).map((provider) => [provider, what, fault] as const),
  ),
)('%s delivers a voicemail once, though %s twice', async (provider, _what, fault) => {
  const harness = await openHarnessOverHttp({ mailProviders: [provider] });
  harness.enlargeRecordings(LARGE_BYTES);
  harness.faults.mail({ provider, times: 2, ...fault });
  await harness.leaveVoicemail();
  await runScheduledSweeps(harness, 12);
  expect((await harness.mails()).map(({ attachments }) => attachments.length)).toEqual([1]);
});

test.each(['mailgun', 'twilio'] as const)(
  '%s is asked before a mail whose answer was lost is sent again',
  async (provider) => {
    const harness = await openHarnessOverHttp({ mailProviders: [provider] });
    harness.faults.mail({ provider, times: 1, when: 'after-delivery', status: 502, body: proxyPage(502) });
    await harness.leaveVoicemail();
    await runScheduledSweeps(harness, 4);
    expect(await harness.mails()).toHaveLength(1);
  },
);

test('what one provider does not take, the next one delivers', async () => {
  const harness = await openHarnessOverHttp({ mailProviders: ['sendgrid', 'smtp'] });
  harness.enlargeRecordings(LARGE_BYTES);
  harness.faults.mail({ provider: 'sendgrid', when: 'before-body', status: 503 });
  await harness.leaveVoicemail();
  await runScheduledSweeps(harness, 4);
  expect(await harness.mails()).toHaveLength(1);
  expect(harness.mailProviders.smtp?.requests.map(({ status }) => status)).toEqual([250]);
});
