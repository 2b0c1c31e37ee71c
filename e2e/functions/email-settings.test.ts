import type { EmailAdminErrorResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, type HarnessOptions, openHarness } from '../support/harness';

afterEach(closeHarnesses);

/** The settings that supervisors read and save in the panel, and their effect on emails. */
type Worker = ReturnType<Harness['signIn']>;
type Json = Record<string, unknown>;

async function open(options: HarnessOptions = {}) {
  const harness = await openHarness({ environment: { ALLOWED_EMAIL_DOMAINS: 'example.com,example.org' }, ...options });
  const sue = harness.signIn('sue', ['supervisor']);
  return { harness, sue };
}
async function read(harness: Harness, worker: Worker) {
  const answer = await harness.postFlex('email-settings', worker.token);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EmailSettingsResponse;
}
const save = (
  harness: Harness,
  worker: Worker,
  before: EmailSettingsResponse,
  settings: Json,
  rules: Json = {},
  more = {},
) =>
  harness.postFlex('email-settings', worker.token, {
    Action: 'save',
    Settings: JSON.stringify({ ...before.settings, ...settings }),
    Rules: JSON.stringify({ ...before.rules, ...rules }),
    Revision: before.revision,
    ...more,
  });
const refusal = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as EmailAdminErrorResponse),
});
const NOTICE = 'Voicemail email settings changed';
const SALES_RULE = { id: 'sales', name: 'Sales', queues: ['Sales'], recipients: [{ address: 'sales@example.org' }] };
const SUPPORT_RULE = { id: 'support', queues: ['Support'], recipients: [{ address: 'support@example.org' }] };
const to = (address: string) => ({ recipients: [{ address }] });

describe('reading', () => {
  test("before the first save, shows the environment's values and the health", async () => {
    const { harness, sue } = await open();
    expect(await read(harness, sue)).toEqual({
      settings: expect.objectContaining({ enabled: true, recipients: [{ address: 'admin@example.com' }] }),
      rules: { version: 1, match: 'first', rules: [], holidays: [] },
      bouncing: [],
      revision: '',
      source: 'environment',
      allowedRecipients: ['example.com', 'example.org'],
      logoHosts: ['example.com', '*.example.com'],
      timeZone: 'UTC',
      queues: expect.arrayContaining(['Support', 'Sales']),
      numbers: expect.any(Array),
      health: {
        provider: {
          configured: true,
          chain: [{ name: 'mailgun', domain: 'mg.example.com', region: 'us' }],
          from: 'Voicemail <voicemail@mg.example.com>',
          configErrors: [],
        },
        sync: { reachable: true, aclEnabled: false },
        schedulerRuns: false,
        failedEmails: 0,
        waitingEmails: 0,
        refusedEmails: 0,
        workflows: [],
      },
    });
  });

  test('allows the domains of ADMIN_EMAIL unless others are configured', async () => {
    const { harness, sue } = await open({ environment: { ADMIN_EMAIL: 'a@Example.com, b@sub.example.com' } });
    expect((await read(harness, sue)).allowedRecipients).toEqual(['example.com', 'sub.example.com']);
  });

  test('health shows the last mail, the last failure, and whether a scheduler runs', async () => {
    const { harness, sue } = await open();
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    await harness.runOutboxSweep();
    const { health } = await read(harness, sue);
    expect(health.lastSuccessAt).toMatch(/^2026-11-22T14:00/);
    expect(health.schedulerRuns).toBe(true);
    expect(health.lastSweepAt).toMatch(/^2026-11-22T14:01/);
    const removeFault = harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 401 });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const worse = (await read(harness, sue)).health;
    expect(worse).toMatchObject({ lastFailure: { problem: 'key-refused' }, waitingEmails: 1, failedEmails: 0 });
    removeFault();
    await harness.advance(16 * 60_000);
    expect((await read(harness, sue)).health.schedulerRuns).toBe(false);
    await harness.runOutboxSweep();
    const better = (await read(harness, sue)).health;
    expect(better).toMatchObject({ waitingEmails: 0, schedulerRuns: true });
    expect(better.lastSuccessAt! > health.lastSuccessAt!).toBe(true);
  });

  test('health names faulty variables without their values', async () => {
    const { harness, sue } = await open({
      environment: { MAILGUN_API_KEY: 'my-secret-key', MAILGUN_DOMAIN: '' },
    });
    const answer = await harness.postFlex('email-settings', sue.token);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      health: {
        provider: {
          configured: false,
          chain: [],
          configErrors: expect.arrayContaining(['MAILGUN_API_KEY', 'MAILGUN_DOMAIN']),
        },
      },
    });
    expect(text).not.toContain('my-secret-key');
  });
});

describe('saving', () => {
  test('mails follow the saved settings: off, then on with a rule', async () => {
    const { harness, sue } = await open();
    expect((await save(harness, sue, await read(harness, sue), { enabled: false })).status).toBe(200);
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    // The administrator hears that mail is off; no mail of the voicemail exists.
    expect((await harness.mails()).map(({ subject }) => subject)).toEqual([NOTICE]);
    const answer = await save(
      harness,
      sue,
      await read(harness, sue),
      {
        enabled: true,
        subject: '[{{organization}}] {{caller}} for {{queue}}',
        organization: 'Clinic',
        language: 'es-ES',
        archive: { address: 'archive@example.com' },
        logo_url: 'https://example.com/logo.png',
        footer: 'Calle Mayor 1',
        recording_format: 'notice',
      },
      { rules: [SALES_RULE, SUPPORT_RULE] },
    );
    expect(answer.status).toBe(200);
    const saved = (await answer.json()) as EmailSettingsResponse;
    expect(saved).toMatchObject({
      source: 'saved',
      savedBy: 'sue',
      rules: { rules: [{ id: 'sales' }, { id: 'support' }] },
    });
    expect(saved.settings).not.toHaveProperty('saved');
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    // One mail notified the administrator; the others are of the voicemail.
    const mails = (await harness.mails()).filter(({ to: [address] }) => address !== 'admin@example.com');
    expect(mails.map((mail) => mail.to[0]).sort()).toEqual(['archive@example.com', 'support@example.org']);
    const [mail] = mails;
    expect(mail!.subject).toBe('[Clinic] +1 202-555-0123 for Support');
    expect(mail!.text).toMatch(/Llamante:/);
    expect(mail!.text).toContain('Calle Mayor 1');
    expect(mail!.html).toContain('<img src="https://example.com/logo.png" alt="Clinic"');
    expect(mail!.attachments).toEqual([]);
  });

  test('a logo whose host is not allowed any more is left out of mails, and the panel learns the hosts', async () => {
    const { harness, sue } = await open({
      environment: { LOGO_HOSTS: 'cdn.example.net' },
      settings: { logo_url: 'https://example.com/logo.png', organization: 'Clinic' },
    });
    expect((await read(harness, sue)).logoHosts).toEqual(['cdn.example.net']);
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const [mail] = await harness.mails();
    expect(mail!.html).toContain('Clinic');
    expect(mail!.html).not.toContain('<img');
  });

  test('when rules match no recipient, the mail step ends as off, not as a failure', async () => {
    const { harness, sue } = await open();
    await save(harness, sue, await read(harness, sue), { recipients: [] }, { rules: [SALES_RULE] });
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(await harness.document(`voicemail-${caller.sid}-1`)).toMatchObject({ email: { state: 'off' } });
    expect((await read(harness, sue)).health).toMatchObject({ waitingEmails: 0, failedEmails: 0 });
  });

  test('the audit shows each change as a set, or with both values; an unchanged save adds nothing', async () => {
    const { harness, sue } = await open();
    const ada = harness.signIn('ada_40example_2Ecom', ['admin']);
    await save(harness, sue, await read(harness, sue), { recording_format: 'mp3' }, { rules: [SALES_RULE] });
    await harness.advance(1_000);
    const before = await read(harness, ada);
    expect((await save(harness, ada, before, {})).status).toBe(200);
    expect((await read(harness, ada)).revision).toBe(before.revision);
    await save(harness, ada, before, to('ana@example.com'), { rules: [] });
    expect(await harness.readAudit(sue)).toEqual([
      expect.objectContaining({
        by: ada.sid,
        identity: 'ada@example.com',
        act: 'save-settings',
        result: 'done',
        changes: [
          {
            field: 'recipients',
            added: ['{"address":"ana@example.com"}'],
            removed: ['{"address":"admin@example.com"}'],
          },
          {
            field: 'rules.sales',
            from: '{"enabled":true,"id":"sales","name":"Sales","queues":["Sales"]}',
            removed: ['{"address":"sales@example.org"}'],
          },
        ],
      }),
      expect.objectContaining({
        by: sue.sid,
        identity: 'sue',
        changes: [
          { field: 'recording_format', from: '"wav"', to: '"mp3"' },
          expect.objectContaining({ field: 'rules.sales', added: ['{"address":"sales@example.org"}'] }),
        ],
      }),
    ]);
  });

  test('notifies the administrator of new recipients, not of a new logo', async () => {
    const { harness, sue } = await open();
    await save(harness, sue, await read(harness, sue), { logo_url: 'https://example.com/a.png' });
    await harness.runOutboxSweep();
    expect(await harness.mails()).toEqual([]);
    await save(harness, sue, await read(harness, sue), to('ana@example.com'));
    for (let n = 0; n < 2; n += 1) await harness.runOutboxSweep();
    const [mail, ...others] = await harness.mails();
    expect(others).toEqual([]);
    expect(mail!.to).toEqual(['admin@example.com']);
    expect(mail!.text).toMatch(/sue \(WK[0-9a-f]{32}\) changed the voicemail settings/);
    expect(mail!.text).toMatch(/^New recipient: ana@example\.com$/m);
    expect(mail!.text).not.toMatch(/[{}[\]]/);
    // A mail that cannot be sent does not prevent a save.
    harness.injectFault({ host: 'api.mailgun.net', kind: 'status', status: 500 });
    expect((await save(harness, sue, await read(harness, sue), to('bo@example.com'))).status).toBe(200);
  });

  test("when two save at once, the second gets a conflict with the first one's settings", async () => {
    const { harness, sue } = await open();
    const ada = harness.signIn('ada', ['admin']);
    const [othersTask, his] = [await read(harness, sue), await read(harness, ada)];
    expect((await save(harness, sue, othersTask, to('sue@example.com'), { rules: [SALES_RULE] })).status).toBe(200);
    const refused = await refusal(await save(harness, ada, his, to('ada@example.com'), { rules: [SUPPORT_RULE] }));
    expect(refused).toMatchObject({
      status: 409,
      code: 'conflict',
      current: { savedBy: 'sue', settings: to('sue@example.com'), rules: { rules: [{ id: 'sales' }] } },
    });
    // His, with what he was shown: now it is his.
    const listeningId = await save(harness, ada, refused.current!, to('ada@example.com'), { rules: [SUPPORT_RULE] });
    expect(listeningId.status).toBe(200);
    expect(await read(harness, sue)).toMatchObject({
      settings: to('ada@example.com'),
      rules: { rules: [{ id: 'support' }] },
    });
  });

  test('when ten save at the same moment, exactly one succeeds', async () => {
    const { harness, sue } = await open({ settings: {} });
    const before = await read(harness, sue);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        save(harness, sue, before, to(`p${n}@example.com`), { rules: [{ ...SALES_RULE, name: `of ${n}` }] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    const after = await read(harness, sue);
    const [, n] = /^p(\d)@/.exec(after.settings.recipients[0]!.address)!;
    expect(after.rules.rules[0]!.name).toBe(`of ${n}`);
    const saves = await harness.readAudit(sue);
    expect(saves.filter(({ result }) => result === 'done')).toHaveLength(1);
  });

  test('a save between read and write is a conflict as well', async () => {
    const { harness, sue } = await open({ settings: {} });
    const before = await read(harness, sue);
    harness.beforeRequest(
      { host: 'sync.twilio.com', method: 'POST', path: /Documents\/email-settings$/ },
      () => undefined,
    );
    harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Documents\/email-settings$/,
      kind: 'status',
      status: 412,
      times: 1,
    });
    const refused = await refusal(await save(harness, sue, before, to('ana@example.com'), { rules: [SALES_RULE] }));
    expect(refused).toMatchObject({ status: 409, code: 'conflict', current: { rules: { rules: [] } } });
  });

  test.each([
    ['the rules', /Documents$/],
    ['the settings', /Documents\/email-settings$/],
  ])('%s cannot be written: nothing is half saved', async (_what, path) => {
    const { harness, sue } = await open({ settings: {} });
    const before = await read(harness, sue);
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path,
      kind: 'status',
      status: 503,
    });
    const refused = await refusal(await save(harness, sue, before, to('ana@example.com'), { rules: [SALES_RULE] }));
    expect(refused).toMatchObject({ status: 503, code: 'settings-unreachable' });
    removeFault();
    const after = await read(harness, sue);
    expect(after).toMatchObject({
      revision: before.revision,
      settings: before.settings,
      rules: before.rules,
    });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect((await harness.mails()).map((mail) => mail.to[0])).toEqual(['admin@example.com']);
  });

  test('when settings cannot be read after a save, answers saved with the new revision', async () => {
    const { harness, sue } = await open({ settings: {} });
    const before = await read(harness, sue);
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      method: 'GET',
      path: /email-health/,
      kind: 'status',
      status: 503,
    });
    const answer = await save(harness, sue, before, to('ana@example.com'), { rules: [SALES_RULE] });
    expect(answer.status).toBe(200);
    const saved = (await answer.json()) as EmailSettingsResponse;
    expect(saved).toMatchObject({
      settings: to('ana@example.com'),
      savedBy: 'sue',
      health: { sync: { reachable: false } },
    });
    removeFault();
    expect((await read(harness, sue)).revision).toBe(saved.revision);
    expect((await save(harness, sue, saved, to('bo@example.com'))).status).toBe(200);
  });

  test('when the response to the decisive write is lost, answers saved', async () => {
    const { harness, sue } = await open({ settings: {} });
    const before = await read(harness, sue);
    harness.injectFault({
      host: 'sync.twilio.com',
      method: 'POST',
      path: /Documents\/email-settings$/,
      kind: 'done-then-reset',
      times: 1,
    });
    const answer = await save(harness, sue, before, to('ana@example.com'));
    expect(answer.status).toBe(200);
    expect((await answer.json()) as EmailSettingsResponse).toMatchObject({ settings: to('ana@example.com') });
  });
});

describe('what may not be saved', () => {
  test.each([
    ['another domain', to('eve@evil.com'), 422, 'domain-not-allowed', 'recipients.0.address'],
    ['a subdomain', to('eve@mail.example.com'), 422, 'domain-not-allowed', 'recipients.0.address'],
    ['a look-alike domain', to('eve@exаmple.com'), 422, 'invalid', 'recipients.0.address'],
    ['a line break in an address', to('ana@example.com\r\nBcc: eve@evil.com'), 422, 'invalid', 'recipients.0.address'],
    ['a quoted local part', to('"ana eve"@example.com'), 422, 'invalid', 'recipients.0.address'],
    ['a line break in the subject', { subject: 'a\r\nBcc: eve@evil.com' }, 422, 'invalid', 'subject'],
    ['an unknown field in the subject', { subject: '{{password}}' }, 422, 'invalid', 'subject'],
    [
      'a name that ends its header',
      { recipients: [{ address: 'a@example.com', name: 'A\r\nBcc: x' }] },
      422,
      'invalid',
      'recipients.0.name',
    ],
    ['a logo elsewhere', { logo_url: 'https://evil.com/a.png' }, 422, 'domain-not-allowed', 'logo_url'],
    ['a logo that is a script', { logo_url: 'javascript:alert(1)' }, 422, 'invalid', 'logo_url'],
    ['an archive elsewhere', { archive: { address: 'eve@evil.com' } }, 422, 'domain-not-allowed', 'archive.address'],
    ['recipients that are no list', { recipients: 'ana@example.com' }, 422, 'invalid', 'recipients'],
    [
      '10,000 recipients',
      { recipients: Array.from({ length: 10_000 }, (_, n) => ({ address: `p${n}@example.com` })) },
      413,
      'too-large',
      'settings',
    ],
    [
      '101 recipients',
      { recipients: Array.from({ length: 101 }, (_, n) => ({ address: `p${n}@example.com` })) },
      413,
      'too-large',
      'recipients',
    ],
  ])('%s', async (_what, change, status, code, path) => {
    const { harness, sue } = await open();
    const before = await read(harness, sue);
    const refused = await refusal(await save(harness, sue, before, change));
    expect(refused).toMatchObject({
      status,
      code,
      fields: expect.arrayContaining([expect.objectContaining({ path })]),
    });
    expect(await harness.document('email-settings')).toBeUndefined();
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['a prototype', '{"version":1,"enabled":true,"recipients":[],"__proto__":{"enabled":false}}'],
    ['a constructor deep within', '{"version":1,"enabled":true,"recipients":[],"x":{"constructor":{"prototype":1}}}'],
    ['a deep nest', `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`],
    ['a megabyte', JSON.stringify({ x: 'y'.repeat(900_000) })],
    ['nothing', ''],
  ])('%s', async (_what, Settings) => {
    const { harness, sue } = await open();
    const { rules, revision } = await read(harness, sue);
    const answer = await harness.postFlex('email-settings', sue.token, {
      Action: 'save',
      Settings,
      Rules: JSON.stringify(rules),
      Revision: revision,
    });
    expect([413, 422]).toContain(answer.status);
    expect(await harness.document('email-settings')).toBeUndefined();
  });

  test('accepts plus-addresses and HTML in names, and escapes it', async () => {
    const { harness, sue } = await open();
    const recipients = [{ address: 'Ana+Voicemail@EXAMPLE.com', name: '<img src=x onerror=alert(1)> "Ana"' }];
    expect(
      (await save(harness, sue, await read(harness, sue), { recipients, organization: '<b>Clinic</b>' })).status,
    ).toBe(200);
    expect((await read(harness, sue)).settings.recipients[0]!.address).toBe('Ana+Voicemail@example.com');
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const mail = (await harness.mails()).find(({ to: [address] }) => address === 'Ana+Voicemail@example.com')!;
    expect(mail.html).not.toMatch(/<img|<b>/);
  });

  test('ignores the server’s own fields in a request', async () => {
    const { harness, sue } = await open();
    const saved = { by: 'somebody else', at: '2000-01-01', rules_document: 'voicemail-x' };
    expect((await save(harness, sue, await read(harness, sue), { saved, recording_format: 'mp3' })).status).toBe(200);
    expect(await harness.document('email-settings')).toMatchObject({ saved: { by: 'sue' } });
  });
});

describe('settings unreachable or corrupt', () => {
  test('when Sync is down, the panel says so and mails wait until it is back', async () => {
    const { harness, sue } = await open({ settings: to('ana@example.com') });
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      method: 'GET',
      path: /email-(settings|rules)/,
      kind: 'status',
      status: 503,
    });
    expect(await refusal(await harness.postFlex('email-settings', sue.token))).toMatchObject({
      status: 503,
      code: 'settings-unreachable',
    });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(harness.productTasks()).toHaveLength(1);
    expect(await harness.mails()).toEqual([]);
    removeFault();
    expect((await read(harness, sue)).health.waitingEmails).toBe(1);
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
    expect((await harness.mails()).map((mail) => mail.to[0])).toEqual(['ana@example.com']);
    expect((await read(harness, sue)).health.waitingEmails).toBe(0);
  });

  test.each([
    ['settings', 'email-settings', { version: 1, enabled: 'perhaps', recipients: [{ address: 'ana@example.com' }] }],
    [
      'settings of a later version',
      'email-settings',
      { version: 9, enabled: true, recipients: [{ address: 'ana@example.com' }] },
    ],
    ['rules', 'email-rules', { version: 1, rules: 'none' }],
  ])('with unreadable %s, mails wait until a confirmed save', async (_what, name, document) => {
    const { harness, sue } = await open({ settings: to('ana@example.com') });
    await harness.setDocument(name, document);
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(await harness.mails()).toEqual([]);
    const shown = await read(harness, sue);
    expect(shown).toMatchObject({ source: 'corrupt', settings: to('ana@example.com') });
    const refused = await refusal(await save(harness, sue, shown, { enabled: true }));
    expect(refused).toMatchObject({ status: 409, code: 'settings-corrupt' });
    expect((await save(harness, sue, shown, { enabled: true }, {}, { Replace: 'true' })).status).toBe(200);
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
    expect(
      (await harness.mails()).filter(({ subject }) => /Voicemail from/.test(subject)).map((mail) => mail.to[0]),
    ).toEqual(['ana@example.com']);
  });

  test('when the rules document is missing, mails wait', async () => {
    const { harness, sue } = await open();
    await save(harness, sue, await read(harness, sue), {}, { rules: [SUPPORT_RULE] });
    const removeFault = harness.injectFault({
      host: 'sync.twilio.com',
      method: 'GET',
      path: /email-rules-/,
      kind: 'status',
      status: 404,
    });
    await harness.leaveVoicemail();
    await harness.advance(60_000);
    const mails = async () => (await harness.mails()).filter(({ subject }) => /Voicemail from/.test(subject));
    expect(await mails()).toEqual([]);
    expect((await read(harness, sue)).source).toBe('corrupt');
    removeFault();
    await harness.advance(5 * 60_000);
    await harness.runOutboxSweep();
    expect((await mails()).map((mail) => mail.to[0])).toEqual(['support@example.org']);
  });

  test('sends to a hundred recipients in one request, with a small entry', async () => {
    const recipients = Array.from({ length: 100 }, (_, n) => ({ address: `person.number${n}@example.com` }));
    const { harness } = await open({ settings: { recipients } });
    const caller = await harness.leaveVoicemail();
    await harness.advance(60_000);
    expect(await harness.mails()).toHaveLength(100);
    expect(harness.mailgunRequestCount()).toBe(1);
    const entry = await harness.document(`voicemail-${caller.sid}-1`);
    expect(entry).toMatchObject({ email: { state: 'sent', recipientCount: 100 } });
    expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(10_240);
  });
});
