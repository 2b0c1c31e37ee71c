import { closeHarnesses, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

async function mailsWith(settings: HarnessOptions['settings']) {
  const harness = await openHarness({ settings });
  await harness.leaveVoicemail();
  await harness.advance(2 * 60_000);
  return { harness, mails: await harness.mails() };
}

test('a mail says that it is automatic, but not to ticket systems, which get a message of their own', async () => {
  const { harness, mails } = await mailsWith({
    recipients: [
      { address: 'ana@example.com' },
      { address: 'tickets@example.com', service_desk: true },
      { address: 'bo@example.com' },
    ],
    archive: { address: 'archive@example.com' },
  });
  const header = Object.fromEntries(mails.map((mail) => [mail.to[0], mail.header('auto-submitted')]));
  expect(header).toEqual({
    'ana@example.com': 'auto-generated',
    'bo@example.com': 'auto-generated',
    'archive@example.com': 'auto-generated',
    'tickets@example.com': undefined,
  });
  const desk = mails.find(({ to }) => to[0] === 'tickets@example.com')!;
  expect(desk.header('x-auto-response-suppress')).toBeUndefined();
  expect(harness.mailgunRequestCount()).toBe(2);
  // A mail that does arrive twice shows once.
  expect(new Set(mails.map((mail) => mail.header('message-id'))).size).toBe(1);
});

test('without ticket systems, all recipients are in one request', async () => {
  const { harness, mails } = await mailsWith({
    recipients: [{ address: 'ana@example.com' }, { address: 'bo@example.com', service_desk: false }],
  });
  expect(mails).toHaveLength(2);
  expect(harness.mailgunRequestCount()).toBe(1);
});

test('when the provider fails for people, ticket systems are not asked for, and both get it once later', async () => {
  const harness = await openHarness({
    settings: { recipients: [{ address: 'ana@example.com' }, { address: 'tickets@example.com', service_desk: true }] },
  });
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 503, times: 1 });
  await harness.leaveVoicemail();
  await harness.advance(2 * 60_000);
  await harness.advance(30 * 60_000);
  await harness.runOutboxSweep();
  expect((await harness.mails()).map(({ to }) => to[0]).sort()).toEqual(['ana@example.com', 'tickets@example.com']);
});
