import { closeHarnesses, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** Whom voicemails are sent to is checked when they are sent, whatever was saved, and however. */
const to = (...addresses: string[]) => ({ recipients: addresses.map((address) => ({ address })) });

test('recipients of a domain that is not allowed get no mail; the others do', async () => {
  const harness = await openHarness({ settings: to('ana@example.com', 'eve@evil.org') });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect((await harness.mails()).map((mail) => mail.to)).toEqual([['ana@example.com']]);
  expect(harness.functionLogs().filter((line) => line.includes('recipients not allowed'))).toHaveLength(1);
});

test('when nobody is allowed, the mail waits and the history says why, until the list allows them', async () => {
  const harness = await openHarness({
    settings: to('eve@example.org'),
    environment: { ALLOWED_EMAIL_DOMAINS: 'example.com' },
  });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect(await harness.mails()).toEqual([]);
  const history = (await (await harness.postFlex('email-history', sue.token)).json()) as { items: unknown[] };
  expect(history.items[0]).toMatchObject({ email: { state: 'pending', problem: 'recipients-not-allowed' } });
  expect(harness.productTasks()).toHaveLength(1);

  await harness.redeploy({ ALLOWED_EMAIL_DOMAINS: 'example.com,example.org' });
  await harness.advance(10 * 60_000);
  await harness.runOutboxSweep();
  await harness.advance(60_000);
  expect((await harness.mails()).map((mail) => mail.to)).toEqual([['eve@example.org']]);
  expect(caller.sid).toMatch(/^CA/);
});

test.each([
  ['at a public provider, ADMIN_EMAIL allows itself alone', { ADMIN_EMAIL: 'boss@gmail.com' }, 'boss@gmail.com'],
  ['a malformed list allows ADMIN_EMAIL alone', { ALLOWED_EMAIL_DOMAINS: '*, example.com' }, 'admin@example.com'],
])('%s', async (_title, environment, only) => {
  const others = to(only, 'eve@gmail.com', 'eve@example.com');
  const harness = await openHarness({ settings: others, environment });
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  expect((await harness.mails()).map((mail) => mail.to)).toEqual([[only]]);
});
