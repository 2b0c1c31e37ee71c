import type {
  EmailAdminErrorResponse,
  EmailSettingsResponse,
  EmailTestResponse,
} from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** "Send a test mail", and what is said when the provider does not take it. */
async function open(options: HarnessOptions = {}) {
  const harness = await openHarness(options);
  return { harness, sue: harness.signIn('sue', ['supervisor']) };
}
const ask = (harness: Harness, { token }: { token: string }, params: Record<string, string> = {}) =>
  harness.postFlex('email-test', token, { Address: 'ana@example.com', ...params });
const refusal = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as EmailAdminErrorResponse),
});

test('sends a mail like a voicemail’s, with a playable recording, to the given address only', async () => {
  const { harness, sue } = await open({
    settings: { recipients: [{ address: 'bo@example.com' }], organization: 'Clinic' },
  });
  const answer = await ask(harness, sue, { Address: ' Ana+test@Example.com ' });
  expect(answer.status).toBe(200);
  expect((await answer.json()) as EmailTestResponse).toEqual({
    ok: true,
    provider: 'mailgun',
    providerId: expect.stringContaining('@mg.example.com'),
    to: 'Ana+test@example.com',
  });
  const [mail, ...others] = await harness.mails();
  expect(others).toEqual([]);
  expect(mail!.to).toEqual(['Ana+test@example.com']);
  expect(mail!.subject).toMatch(/^Test: Voicemail from .* for Support \(0:02\)$/);
  expect(mail!.text).toMatch(/^This is a test/);
  expect(mail!.text).toContain('of Clinic');
  expect(mail!.text).toContain('> Hello, this is how');
  expect(mail!.html).toContain('href="tel:+1555');
  expect(mail!.header('reply-to')).toBe('admin@example.com');
  expect(mail!.header('list-id')).toBe('<voicemail.mg.example.com>');
  const [wav] = mail!.attachments;
  expect(wav).toMatchObject({
    contentType: expect.stringMatching(/^audio\/(x-)?wav$/),
    fileName: expect.stringMatching(/\.wav$/),
  });
  expect(wav!.content.subarray(0, 4).toString()).toBe('RIFF');
  expect(wav!.content.readUInt32LE(40)).toBe(wav!.content.length - 44);
  // Heard, not silence.
  const loudest = Math.max(...Array.from({ length: 4_000 }, (_, n) => Math.abs(wav!.content.readInt16LE(44 + n * 2))));
  expect(loudest).toBeGreaterThan(5_000);
});

test('a test mail that is accepted is known to the panel, one that is refused is not', async () => {
  const { harness, sue } = await open();
  const lastTestAt = async () => {
    const answer = await harness.postFlex('email-settings', sue.token);
    return ((await answer.json()) as EmailSettingsResponse).health.lastTestAt;
  };
  expect(await lastTestAt()).toBeUndefined();
  await ask(harness, sue, { Address: 'ana@elsewhere.example' });
  expect(await lastTestAt()).toBeUndefined();
  await ask(harness, sue);
  expect(await lastTestAt()).toMatch(/^2026-11-22T/);
});

test('uses settings that are not saved yet', async () => {
  const { harness, sue } = await open();
  const Settings = JSON.stringify({
    version: 1,
    enabled: false,
    recipients: [],
    language: 'pt-BR',
    recording_format: 'notice',
    send_when: 'recorded',
    subject: 'Recado de {{caller}}',
  });
  expect((await ask(harness, sue, { Settings })).status).toBe(200);
  const [mail] = await harness.mails();
  expect(mail!.subject).toMatch(/^Teste: Recado de Ana Exemplo, \+1 555-/);
  expect(mail!.attachments).toEqual([]);
  // Sent at once, the real ones have none either.
  expect(mail!.text).not.toContain('> ');
  expect(await harness.document('email-settings')).toBeUndefined();
  const bad = await refusal(
    await ask(harness, sue, {
      Settings: JSON.stringify({ version: 1, enabled: true, recipients: [], subject: '{{x}}' }),
    }),
  );
  expect(bad).toMatchObject({ status: 422, code: 'invalid', fields: [{ path: 'subject' }] });
});

test.each([
  ['', 'invalid'],
  ['ana', 'invalid'],
  ['ana@example.com, eve@evil.com', 'invalid'],
  ['ana@example.com\r\nBcc: eve@evil.com', 'invalid'],
  ['eve@exаmple.com', 'invalid'],
  ['eve@evil.com', 'domain-not-allowed'],
  ['eve@sub.example.com', 'domain-not-allowed'],
])('never to %p', async (Address, code) => {
  const { harness, sue } = await open();
  expect(await refusal(await ask(harness, sue, { Address }))).toMatchObject({ status: 422, code });
  expect(harness.mailgunRequestCount()).toBe(0);
});

test('allows five test mails an hour for one user and twenty for all', async () => {
  const { harness, sue } = await open();
  for (let n = 0; n < 5; n += 1) expect((await ask(harness, sue)).status).toBe(200);
  const refused = await refusal(await ask(harness, sue));
  expect(refused).toMatchObject({ status: 429, code: 'rate-limited', retryAfterSeconds: expect.any(Number) });
  for (const name of ['ada', 'bea', 'cyd']) {
    const other = harness.signIn(name, ['admin']);
    for (let n = 0; n < 5; n += 1) expect((await ask(harness, other)).status).toBe(200);
  }
  expect((await ask(harness, harness.signIn('dot', ['admin']))).status).toBe(429);
  expect(await harness.mails()).toHaveLength(20);
  await harness.advance(59 * 60_000);
  // Sue has not signed out, and Twilio's tokens last an hour.
  expect((await ask(harness, harness.signIn('eve', ['admin']))).status).toBe(429);
  await harness.advance(2 * 60_000);
  expect((await ask(harness, harness.signIn('fay', ['admin']))).status).toBe(200);
});

test('counts ten simultaneous test mails as ten', async () => {
  const { harness, sue } = await open();
  await ask(harness, sue);
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(harness, sue)));
  const taken = answers.filter(({ status }) => status === 200).length;
  expect(taken).toBeLessThanOrEqual(4);
  expect(await harness.mails()).toHaveLength(1 + taken);
});

describe('explanations of refused test mails', () => {
  const OTHER_KEY = 'key-ffffffffffffffffffffffffffffffff';
  test.each([
    ['a wrong key', { MAILGUN_API_KEY: OTHER_KEY }, 'key-refused'],
    ['an unknown domain', { MAILGUN_DOMAIN: 'mail.example.com' }, 'domain-unknown'],
    ['no key at all', { MAILGUN_API_KEY: '' }, 'not-configured'],
    ['a sender elsewhere', { MAIL_FROM: 'Clinic <voicemail@gmail.com>' }, 'from-not-aligned'],
  ])('%s', async (_what, environment, problem) => {
    const { harness, sue } = await open({ environment: { ...environment } as Record<string, string> });
    const refused = await refusal(await ask(harness, sue));
    expect(refused).toMatchObject({ status: 422, code: 'mail-refused', provider: { problem } });
    expect(JSON.stringify(refused)).not.toContain(OTHER_KEY.slice(4));
    expect(await harness.mails()).toEqual([]);
  });

  test('explains a key of the other region', async () => {
    // The domains are in the EU; the product asks in the US.
    const { harness, sue } = await open({ region: 'eu' });
    await harness.redeploy({ MAILGUN_API_BASE_URL: `${harness.twilioUrl}/api.mailgun.net` });
    expect((await refusal(await ask(harness, sue))).provider).toMatchObject({ problem: 'key-other-region' });
  });

  test.each([
    [{ unverified: true }, 'domain-not-verified', /unverified/],
    [{ authorizedRecipients: ['bo@example.com'] }, 'sandbox-domain', /authorized recipients/],
    [{ accountDisabled: true }, 'account-disabled', /disabled/],
    [{ requestsPerHour: 0 }, 'limit-reached', /limit exceeded/],
  ] as const)('%j: %s', async (standing, problem, words) => {
    const { harness, sue } = await open();
    harness.setMailDomainStatus(standing);
    const { provider } = await refusal(await ask(harness, sue));
    expect(provider).toMatchObject({ problem, detail: expect.stringMatching(words) });
  });

  test.each([
    // It comes before Mailgun has the mail whole.
    [{ kind: 'reset' }, 'unreachable', undefined],
    [{ kind: 'no-answer' }, 'unreachable', true],
    [{ kind: 'done-then-no-answer' }, 'unreachable', true],
    [{ kind: 'status', status: 500 }, 'unreachable', true],
    [{ kind: 'status', status: 413 }, 'too-large', undefined],
  ] as const)('%j: %s, and it may have been taken: %s', async (fault, problem, uncertain) => {
    const { harness, sue } = await open();
    harness.injectFault({ host: 'api.mailgun.net', ...fault });
    const refused = await refusal(await ask(harness, sue));
    expect(refused).toMatchObject({ status: 422, provider: { problem } });
    expect(refused.provider?.uncertain).toBe(uncertain);
  });

  test("explains a sandbox domain's authorized recipients", async () => {
    const { harness, sue } = await open();
    harness.setMailDomainStatus({ authorizedRecipients: ['ana@example.com'] });
    expect((await ask(harness, sue)).status).toBe(200);
  });
});

test('without Sync, sends no test mail, because the limit cannot be counted', async () => {
  const { harness, sue } = await open();
  harness.injectFault({ host: 'sync.twilio.com', path: /email-tests/, kind: 'status', status: 503 });
  expect(await refusal(await ask(harness, sue))).toMatchObject({ status: 503, code: 'settings-unreachable' });
  expect(harness.mailgunRequestCount()).toBe(0);
});
