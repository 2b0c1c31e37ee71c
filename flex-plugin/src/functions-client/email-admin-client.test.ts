import { aSettingsResponse, someRules, someSettings } from '../../test/email-admin-harness';
import { createEmailAdminClient } from './email-admin-client';
import { createFunctionsTransport } from './functions-transport';

type Reply = { status: number; body: unknown };
const ok = (body: unknown): Reply => ({ status: 200, body });

function createTestClient(...replies: Reply[]) {
  const fetch = jest.fn(async (_url: string, _init: RequestInit) => {
    const { status, body } = replies.length > 1 ? replies.shift()! : replies[0]!;
    return { ok: status < 300, status, headers: new Headers(), json: async () => body } as Response;
  });
  const requests = createFunctionsTransport({
    baseUrl: 'https://a',
    token: () => 'token',
    fetch,
    wait: async () => undefined,
  });
  const sent = () =>
    fetch.mock.calls.map(([url, { body }]) => [url.split('/flex/')[1], Object.fromEntries(body as URLSearchParams)]);
  return { client: createEmailAdminClient(requests), sent };
}

test('reads settings, and saves them with the revision they are based on', async () => {
  const { client, sent } = createTestClient(ok(aSettingsResponse()));
  const proposal = { settings: someSettings({ organization: 'Clinic & Söhne' }), rules: someRules() };
  expect(await client.settings()).toEqual(aSettingsResponse());
  await client.save(proposal, 'r1', false);
  await client.save(proposal, 'r1', true);
  const fields = {
    Token: 'token',
    Action: 'save',
    Settings: JSON.stringify(proposal.settings),
    Rules: JSON.stringify(proposal.rules),
    Revision: 'r1',
  };
  expect(sent()).toEqual([
    ['email-settings', { Token: 'token', Action: 'read' }],
    ['email-settings', fields],
    // It sends what the administrator hears of the change.
    ['sweep', { Token: 'token' }],
    ['email-settings', { ...fields, Replace: 'true' }],
    ['sweep', { Token: 'token' }],
  ]);
});

test('reads the audit with the filters that are set, and rejects an answer without items', async () => {
  const { client, sent } = createTestClient(ok({ items: [], complete: true }));
  await client.audit({ act: 'listen', worker: '' }, 'older');
  expect(sent()).toEqual([['audit', { Token: 'token', Act: 'listen', Cursor: 'older' }]]);
  await expect(createTestClient(ok({ ok: true })).client.audit({})).rejects.toMatchObject({ code: 'unexpected' });
});

test('exports all pages of the audit as one text', async () => {
  const { client, sent } = createTestClient(
    ok({ items: [], complete: true, text: 'a\n', cursor: 'older' }),
    ok({ items: [], complete: true, text: 'b\n' }),
  );
  expect(await client.exportAudit({ from: '2026-11-01' }, 'jsonl')).toBe('a\nb\n');
  const fields = { Token: 'token', From: '2026-11-01', Format: 'jsonl' };
  expect(sent()).toEqual([
    ['audit', fields],
    ['audit', { ...fields, Cursor: 'older' }],
  ]);
});

test('passes on the details of an error response', async () => {
  const current = aSettingsResponse({ revision: 'r9' });
  const { client } = createTestClient({ status: 409, body: { code: 'conflict', message: 'm', advice: 'a', current } });
  await expect(client.save({ settings: someSettings(), rules: someRules() }, 'r1', false)).rejects.toMatchObject({
    code: 'conflict',
    status: 409,
    detail: { current },
  });
});

test.each([{}, { ok: true }, { settings: {} }, { ...aSettingsResponse(), health: undefined }])(
  'rejects an incomplete settings response: %#',
  async (body) => {
    await expect(createTestClient(ok(body)).client.settings()).rejects.toMatchObject({ code: 'unexpected' });
  },
);

test('rejects a history response without items', async () => {
  await expect(createTestClient(ok({ ok: true })).client.history({})).rejects.toMatchObject({ code: 'unexpected' });
});

test('sends only the filters that are set', async () => {
  const { client, sent } = createTestClient(ok({ items: [], complete: true }));
  await client.history({});
  await client.history({ day: '2026-11-22', state: 'failed', queue: 'Sales', caller: '+15551234567' }, 'cursor');
  expect(sent().map(([, fields]) => fields)).toEqual([
    { Token: 'token' },
    {
      Token: 'token',
      Day: '2026-11-22',
      State: 'failed',
      Queue: 'Sales',
      Caller: '+15551234567',
      Cursor: 'cursor',
    },
  ]);
});

test('asks for the deliveries of several mails at once, and rejects an answer without any', async () => {
  const { client, sent } = createTestClient(ok({ deliveries: {}, bounced: [], complete: true }));
  await client.deliveries(['voicemail-1', 'voicemail-2']);
  expect(sent()).toEqual([['email-delivery', { Token: 'token', Voicemails: 'voicemail-1,voicemail-2' }]]);
  await expect(createTestClient(ok({ ok: true })).client.deliveries([])).rejects.toMatchObject({ code: 'unexpected' });
});

test('resends one email or all failed ones', async () => {
  const { client, sent } = createTestClient(ok({ sent: 1, queued: 0, failed: 0 }));
  await client.resend('voicemail-1');
  await client.resend('all');
  expect(sent()).toEqual([
    ['email-resend', { Token: 'token', Voicemail: 'voicemail-1' }],
    ['email-resend', { Token: 'token', All: 'true' }],
  ]);
});

test('a limited test mail is not retried; the supervisor sees when to try again', async () => {
  const { client, sent } = createTestClient({ status: 429, body: { code: 'rate-limited', retryAfterSeconds: 900 } });
  await expect(client.sendTest('ana@clinic.org', someSettings())).rejects.toMatchObject({
    code: 'rate-limited',
    detail: { retryAfterSeconds: 900 },
  });
  expect(sent()).toHaveLength(1);
});

test('goes on with a number to its end, names each entry once, and repeats what got no answer', async () => {
  const found = (...ids: string[]) => ids.map((id) => ({ voicemail_id: id, taskType: 'voicemail', state: 'erased' }));
  const { client, sent } = createTestClient(
    ok({ items: found('a', 'b'), cursor: 'tasks' }),
    { status: 502, body: { code: 'twilio-unavailable' } },
    ok({ items: found('b', 'c'), certificate: { json: '{}', text: '', sha256: '' } }),
  );
  const soFar: number[] = [];
  const answer = await client.personalData('erase', '+12025550123', (items) => soFar.push(items.length));
  expect(answer.items.map(({ voicemail_id }) => voicemail_id)).toEqual(['a', 'b', 'c']);
  expect(answer.certificate).toBeDefined();
  expect(soFar).toEqual([2]);
  const fields = { Token: 'token', Action: 'erase', Number: '+12025550123' };
  expect(sent().map(([, body]) => body)).toEqual([
    fields,
    { ...fields, Cursor: 'tasks' },
    { ...fields, Cursor: 'tasks' },
  ]);
  await expect(
    createTestClient(ok({ ok: true })).client.personalData('find', '+12025550123', () => undefined),
  ).rejects.toMatchObject({ code: 'unexpected' });
});
